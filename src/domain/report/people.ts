import type { LedgerLine } from '../records/records.ts';
import type { RunStatus } from '../run/status.ts';
import type { ReportedDecision, ReportedGate, ReportedRefusal } from './model.ts';
import { after, dataOf, listOf, numberOf, present, textOf } from './read.ts';

/** What people decided and what followed from evidence, in the order of time, each with its reason. */
export function decisionsOf(
  lines: readonly LedgerLine[],
  status: RunStatus | undefined,
): readonly ReportedDecision[] {
  const recorded = lines.flatMap(decisionOfLine);
  const fresh = (status?.decisions ?? []).map(
    ({ at, by, kind, gate, reason, comment }): ReportedDecision => ({
      at,
      who: by,
      what: kind,
      reason,
      ...present({ where: gate, comment }),
    }),
  );
  const key = ({ at, who, what, reason }: ReportedDecision): string => [at, who, what, reason].join('\n');
  return inOrder(withFresh(recorded, fresh, key));
}

function decisionOfLine({ kind, at, data }: LedgerLine): ReportedDecision[] {
  if (kind === 'decision')
    return [
      {
        at,
        who: textOf(data['by']) ?? 'unknown',
        what: textOf(data['kind']) ?? 'decision',
        reason: textOf(data['reason']) ?? '',
        ...present({ where: textOf(data['gate']), comment: textOf(data['comment']) }),
      },
    ];
  if (kind !== 'evidence') return [];
  const decision = dataOf(data['decision']);
  const what = textOf(decision['action']);
  if (what === undefined) return [];
  const weight = numberOf(data['weight']);
  const where = weight === undefined ? undefined : `${weight} %`;
  return [{ at, who: 'evidence', what, reason: textOf(decision['reason']) ?? '', ...present({ where }) }];
}

/** Approvals, questions and tasks, with who said what at each. A gate may open again: then it is there twice. */
export function gatesOf(
  lines: readonly LedgerLine[],
  status: RunStatus | undefined,
  decisions: readonly ReportedDecision[],
): readonly ReportedGate[] {
  const gates: ReportedGate[] = [];
  for (const { kind, at, summary, data } of lines) {
    const id = kind === 'gate' ? textOf(data['gate']) : undefined;
    if (id === undefined) continue;
    const closing = `gate ${id} closed: `;
    if (!summary.startsWith(closing)) {
      gates.push({
        id,
        statement: after(summary, `gate ${id} opened: `),
        who: listOf(data['who']).flatMap((name) => textOf(name) ?? []),
        opened: at,
        votes: [],
        ...present({ digest: textOf(data['digest']) }),
      });
      continue;
    }
    const open = gates.findLastIndex((gate) => gate.id === id && gate.closed === undefined);
    const gate = gates[open];
    if (gate) gates[open] = { ...gate, closed: at, end: after(summary, closing) };
  }
  for (const { id, statement, who, opened, digest } of status?.gates ?? []) {
    if (gates.some((gate) => gate.id === id && gate.closed === undefined)) continue;
    gates.push({ id, statement, who, opened, votes: [], ...present({ digest }) });
  }
  return gates.map((gate) => ({ ...gate, votes: votesAt(gate, decisions) }));
}

function votesAt(
  { id, opened, closed }: ReportedGate,
  decisions: readonly ReportedDecision[],
): ReportedGate['votes'] {
  return decisions
    .filter(({ where, at }) => where === id && at >= opened && (closed === undefined || at <= closed))
    .map(({ at, who, what, comment }) => ({ at, by: who, choice: what, ...present({ comment }) }));
}

export function refusedOf(
  lines: readonly LedgerLine[],
  status: RunStatus | undefined,
): readonly ReportedRefusal[] {
  const recorded = lines
    .filter(({ kind }) => kind === 'refused')
    .map(({ at, summary, data }): ReportedRefusal => ({
      at,
      kind: textOf(data['kind']) ?? summary.replace(/ refused$/, ''),
      reason: textOf(data['reason']) ?? '',
      ...present({ by: textOf(data['by']) }),
    }));
  const key = ({ at, kind, reason, by }: ReportedRefusal): string => [at, kind, by, reason].join('\n');
  return inOrder(withFresh(recorded, status?.refused ?? [], key));
}

/** The run knows the last ones, the record those that were written down already: each is meant once. */
function withFresh<T>(recorded: readonly T[], fresh: readonly T[], key: (entry: T) => string): T[] {
  const known = new Set(recorded.map(key));
  return [...recorded, ...fresh.filter((entry) => !known.has(key(entry)))];
}

function inOrder<T extends { readonly at: string }>(entries: readonly T[]): T[] {
  return entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
