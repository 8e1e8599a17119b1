import { InvalidInput } from '../../errors.ts';
import type { GateStatus } from '../../../domain/run/status.ts';
import type { Sluice } from '../../sluice.ts';
import { confirm } from '../ask.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { renderGate } from '../render/gate.ts';
import { withSluice } from '../session.ts';
import { namedRequest, type StartOptions } from './start-request.ts';
import { watchRun } from './watch.ts';
import { exitCodeOf, resultLine } from './wait.ts';

/**
 * `sluice rollback --product shop --version previous`: the manual rollback outside any run (SI-11, DW-9). It is started at once, shows
 * what it would do in its question, and does it once that is answered: here, or by whoever may.
 */
export async function rollBackProduct(io: Io, options: StartOptions): Promise<number> {
  if (!options.yes && !io.interactive)
    throw new InvalidInput([
      'nobody can be asked here: say --yes to roll back without asking; nothing was started',
    ]);
  const { flow, input } = await namedRequest('rollback', options);
  return withSluice(options, async (sluice) => {
    const { run } = await sluice.start(flow, input);
    const gate = await openQuestion(sluice, run);
    const ended = gate && (await decide(io, sluice, run, gate, input.by ?? '', options));
    if (ended !== undefined) return ended;
    if (!io.json) return watchRun(io, sluice, run);
    const result = await sluice.wait(run);
    io.result(result, resultLine(result, io));
    return exitCodeOf(result);
  });
}

/** Shows the question and answers it; an exit code where that was not done. */
async function decide(
  io: Io,
  sluice: Sluice,
  run: string,
  gate: GateStatus,
  by: string,
  { yes }: StartOptions,
): Promise<number | undefined> {
  const { width, paint } = io;
  if (!io.json)
    io.say(renderGate(gate, run, { now: Date.now(), width, paint, detailLines: Infinity }).join('\n'));
  if (!yes && !(await confirm(`Roll back as ${by}?`))) {
    io.note(`Nothing was done. The question stays open: sluice answer ${run} hotfix closes it.`);
    return exitCodes.interrupted;
  }
  const reply = await sluice.send('rollback', run, { by, gate: gate.id });
  if (reply.accepted) return undefined;
  return io.fail({
    code: 'refused',
    message: `the rollback was refused: ${reply.reason}. ${run} waits for somebody who may decide it`,
    exitCode: exitCodes.refused,
  });
}

/** The question, once it is open; undefined where the run has ended or is past it. */
async function openQuestion(sluice: Sluice, run: string): Promise<GateStatus | undefined> {
  for await (const seen of sluice.follow(run, { every: 200 })) {
    if (!('status' in seen)) continue;
    const { gates, outcome, stage } = seen.status;
    const gate = gates.find(({ id }) => id === 'rollback');
    if (gate || outcome !== undefined || stage === 'rolling-back') return gate;
  }
  return undefined;
}
