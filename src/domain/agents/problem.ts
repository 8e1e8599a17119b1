import type { EffectOutcome } from '../run/effect-outcome.ts';
import type { Finding } from './answer.ts';

/** What keeps a version from going on, as the agents are told of it (docs/example-agents.md). */
export interface Problem {
  /** Such as `green.deploy`, `tests.unit`, `review`. */
  readonly step: string;
  readonly summary: string;
  readonly logTail?: string;
  /** The shell line of the tests that failed. */
  readonly command?: string;
  readonly healthPath?: string;
  /** Names of the tests that failed. */
  readonly failures?: readonly string[];
  /** Of a review, where that is what has to be fixed. */
  readonly findings?: readonly Finding[];
}

const longestTail = 8_000;

export function problemOf(
  step: string,
  { summary, tail, facts }: EffectOutcome,
  more: Pick<Problem, 'command' | 'healthPath'> = {},
): Problem {
  const failures = namesOf(facts?.['failures']);
  return {
    step,
    summary: summary.slice(0, 2_000),
    ...(tail ? { logTail: tail.slice(-longestTail) } : {}),
    ...(failures.length > 0 ? { failures } : {}),
    ...more,
  };
}

/** The same problem has the same key, whatever numbers, times and commits its words have in them. */
export function keyOf({ step, summary, failures = [], findings = [] }: Problem): string {
  const about = [
    ...(findings.length > 0 ? [] : [summary.replace(/\bg?[0-9a-f]{7,64}\b|\d+/g, '#')]),
    ...[...failures].sort(),
    ...findings.map(({ title, file = '' }) => `${title} ${file}`).sort(),
  ];
  return [step, ...about].join('\n').slice(0, 4_000);
}

function namesOf(failures: unknown): string[] {
  if (!Array.isArray(failures)) return [];
  return failures.flatMap((failure: unknown) => {
    if (typeof failure === 'string') return [failure.slice(0, 300)];
    const name = (failure as { name?: unknown } | null)?.name;
    return typeof name === 'string' ? [name.slice(0, 300)] : [];
  });
}
