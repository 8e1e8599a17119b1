import { writeFile } from 'node:fs/promises';
import type {
  CommandResult,
  CommandRunner,
  EffectContext,
  TestRunner,
} from '../../activities/ports/index.ts';
import { formatDuration } from '../../domain/text/time.ts';
import type { World } from './world.ts';

/** How long what is only simulated is taken to take, in milliseconds; a scenario says it of a step by `takes`. */
export const takes = {
  check: 60_000,
  smoke: 10_000,
  command: 20_000,
  start: 20_000,
  crash: 2_000,
  traffic: 2_000,
  agent: 120_000,
} as const;

/** One simulated effect that is under way, or over. */
export interface Carried {
  readonly end: 'done' | 'failed' | 'timed-out';
  /** Milliseconds. */
  readonly took: number;
}

/** What is carried out takes its time, hangs and fails as the scenario says; asked again under the same key, it is the same one. */
export class Executions {
  private readonly world: World;
  private readonly known = new Map<string, { readonly to: number; readonly carried: Carried }>();

  constructor(world: World) {
    this.world = world;
  }

  /**
   * @param usual how long it takes where the scenario says nothing
   * @param limit after which it is stopped
   */
  async carryOut(context: EffectContext, usual: number, limit: number): Promise<Carried> {
    const { time } = this.world;
    const execution = this.known.get(context.key) ?? this.begin(context, usual, limit);
    await time.wait(execution.to - time.now(), context.signal);
    return execution.carried;
  }

  private begin(context: EffectContext, usual: number, limit: number) {
    const struck = this.world.faults.strike(context.step);
    const wanted = struck.takes ?? usual;
    const took = Math.min(wanted, limit);
    const end = wanted > limit ? 'timed-out' : struck.fails ? 'failed' : 'done';
    const execution = { to: this.world.time.now() + took, carried: { end, took } as const };
    this.known.set(context.key, execution);
    return execution;
  }
}

/** The user's commands, simulated. What a backup would write is written, for whoever looks for it. */
export function simulatedCommands(executions: Executions): CommandRunner {
  return {
    async run(spec, context) {
      const carried = await executions.carryOut(context, takes.command, spec.timeout);
      const backup = spec.env['SLUICE_BACKUP'];
      if (carried.end === 'done' && backup && context.step.endsWith('.backup'))
        await writeFile(backup, 'a simulated backup\n');
      return resultOf(carried, spec.timeout);
    },
  };
}

export function resultOf({ end, took }: Carried, limit: number): CommandResult {
  const summary = {
    done: `exited with 0 after ${formatDuration(took)}`,
    failed: `exited with 1 after ${formatDuration(took)}`,
    'timed-out': `stopped after its time limit of ${formatDuration(limit)}`,
  }[end];
  return {
    end: end === 'timed-out' ? 'timed-out' : 'exited',
    exitCode: end === 'timed-out' ? undefined : end === 'done' ? 0 : 1,
    duration: took,
    stdoutTail: '',
    stderrTail: '',
    stdoutFile: '',
    stderrFile: '',
    outputs: undefined,
    summary,
  };
}

/** Checks, simulated: their reports would have to be written by the real thing. */
export function simulatedTests(executions: Executions): TestRunner {
  return {
    async run({ check, name }, context) {
      const usual = name.includes('smoke') ? takes.smoke : takes.check;
      for (let attempt = 1; ; attempt += 1) {
        const key = `${context.key}/${name}/${attempt}`;
        const carried = await executions.carryOut({ ...context, key }, usual, check.timeout);
        const ok = carried.end === 'done';
        if (!ok && attempt <= check.retries) continue;
        return {
          ok,
          passed: undefined,
          failed: undefined,
          skipped: undefined,
          total: undefined,
          failures: [],
          summary: ok
            ? `passed after ${formatDuration(carried.took)}`
            : resultOf(carried, check.timeout).summary,
          duration: carried.took,
          logFile: '',
          tail: '',
          attempts: attempt,
        };
      }
    },
  };
}
