import type { RunResult } from '../../../domain/run/status.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderHistory } from '../render/history.ts';
import type { Traffic } from './customers.ts';
import { heading, type Stage } from './stage.ts';

export interface Ending {
  /** The runs, as the demo calls them. */
  readonly results: Readonly<Record<string, RunResult>>;
  readonly traffic: Traffic;
  /** What there is to say of the requests that failed. */
  readonly failures: string;
  /** More that was seen: a word and a sentence. */
  readonly more?: readonly (readonly [word: string, says: string])[];
  /** Where it goes on, for who wants to know more. */
  readonly next: string;
  /** Every run ended as it should. */
  readonly ok: boolean;
}

/** How every demo ends: what customers noticed, what serves now, the deployment history, how long it took. Gives the exit code. */
export async function endDemo(
  { io, sluice, production, started }: Stage,
  { results, traffic, failures, more = [], next, ok }: Ending,
): Promise<number> {
  const seen = [
    ['customers', `${traffic.ok} requests went well, ${traffic.failed} failed${failures}`],
    ...more,
    ['production', (await (await fetch(`${production}/version`)).text()).trim()],
  ] as const;
  io.say('');
  for (const [word, says] of seen) io.say(`  ${word.padEnd(12)} ${says}`);
  heading(io, 'Deployment history');
  const history = await sluice.history({ limit: 10 });
  io.say(renderHistory(history, io.width, io.paint));
  io.say('');
  io.say(io.paint.faint(`  That took ${formatDuration(Date.now() - started)}. ${next}`));
  io.result({ ...results, history }, '');
  return ok ? exitCodes.done : exitCodes.notSucceeded;
}
