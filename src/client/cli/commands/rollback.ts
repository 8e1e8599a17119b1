import type { RollbackInput } from '../../../domain/rollback/input.ts';
import type { GateStatus } from '../../../domain/run/status.ts';
import { InvalidInput } from '../../errors.ts';
import type { Sluice } from '../../sluice.ts';
import { confirm } from '../ask.ts';
import { exitCodes } from '../exit-codes.ts';
import { whoAmI } from '../identity.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { renderGate } from '../render/gate.ts';
import { withSluice } from '../session.ts';
import { watchRun } from './watch.ts';
import { exitCodeOf, resultLine } from './wait.ts';

export interface RollbackOptions extends SharedOptions {
  readonly product?: string;
  readonly environment?: string;
  readonly version?: string;
  readonly comment?: string;
  readonly by?: string;
  readonly yes?: true;
}

/** `sluice rollback --product shop --version previous`: the manual rollback outside any run (SI-11, DW-9), shown before it is decided. */
export async function rollBackProduct(io: Io, options: RollbackOptions): Promise<number> {
  const { product } = options;
  if (!product) throw new InvalidInput(['say which run, or which product: sluice rollback --product NAME']);
  if (!options.yes && !io.interactive)
    throw new InvalidInput([
      'nobody can be asked here: say --yes to roll back without asking; nothing was started',
    ]);
  const by = whoAmI(options.by);
  const input: RollbackInput = {
    product,
    by,
    ...(options.environment ? { environment: options.environment } : {}),
    ...(options.version ? { version: options.version } : {}),
    ...(options.comment ? { reason: options.comment } : {}),
  };
  return withSluice(options, async (sluice) => {
    const { run } = await sluice.rollBack(input);
    const gate = await decision(sluice, run);
    if (gate) {
      if (!io.json)
        io.say(
          renderGate(gate, run, {
            now: Date.now(),
            width: io.width,
            paint: io.paint,
            detailLines: Infinity,
          }).join('\n'),
        );
      if (!options.yes && !(await confirm(`Roll back as ${by}?`))) {
        io.note(`Nothing was done. The question stays open: sluice answer ${run} hotfix closes it.`);
        return exitCodes.interrupted;
      }
      const reply = await sluice.send('rollback', run, { by, gate: gate.id });
      if (!reply.accepted)
        return io.fail({
          code: 'refused',
          message: `the rollback was refused: ${reply.reason}. ${run} waits for somebody who may decide it`,
          exitCode: exitCodes.refused,
        });
    }
    if (!io.json) return watchRun(io, sluice, run);
    const result = await sluice.wait(run);
    io.result(result, resultLine(result, io));
    return exitCodeOf(result);
  });
}

/** The question, once it is open; undefined where the run has ended or is past it. */
async function decision(sluice: Sluice, run: string): Promise<GateStatus | undefined> {
  for await (const seen of sluice.follow(run, { every: 200 })) {
    if (!('status' in seen)) continue;
    const { gates, outcome, stage } = seen.status;
    const gate = gates.find(({ id }) => id === 'rollback');
    if (gate || outcome !== undefined || stage === 'rolling-back') return gate;
  }
  return undefined;
}
