import type { FlowName } from '../run/status.ts';

/** The flows that can be rehearsed, by the word for each: the one list, for the command line, its help and the rehearsal itself. */
export const rehearsedFlows = {
  release: 'release',
  rollout: 'rollout',
  rollback: 'rollback',
  'blue-green': 'blueGreen',
} as const satisfies Readonly<Record<string, FlowName>>;

/** As `sluice rehearse` and `sluice start` call it. */
export type RehearsedWord = keyof typeof rehearsedFlows;
/** The type of its workflow. */
export type RehearsedFlow = (typeof rehearsedFlows)[RehearsedWord];

export const rehearsedWords = Object.keys(rehearsedFlows) as RehearsedWord[];

export function wordOf(flow: RehearsedFlow): RehearsedWord {
  return rehearsedWords.find((word) => rehearsedFlows[word] === flow) ?? 'release';
}
