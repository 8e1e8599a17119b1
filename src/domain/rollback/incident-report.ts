import { bullets, fenced, inline } from '../text/markdown.ts';
import { countedIn } from '../metrics/judgement.ts';
import { utc } from '../report/words.ts';
import type { RollbackFacts } from './facts.ts';
import {
  dataText,
  happened,
  labelled,
  linkList,
  nameOf,
  noticedAfter,
  noticedIn,
  overAfter,
  whatRuns,
} from './facts.ts';
import { noticedTexts } from './noticed.ts';

/** Rows of a table, and lines of evidence; the ledger has them all. */
const mostRows = 300;
const mostEvidence = 60;

/**
 * What happened, as Markdown for people (DW-10): only what the run knows. What it can't know, causes above all, are questions with room
 * for the answers. The same facts give the same text.
 */
export function renderIncidentReport(facts: RollbackFacts): string {
  const { environment, links } = facts;
  const blocks = [
    `# Incident report: ${inline(nameOf(facts))} ${happened(facts)}`,
    'Written from the record of the run. Causes and effects that the run can’t know are left to people: see the open questions.',
    '## What happened',
    labelled(identity(facts)),
    '## Timeline',
    table(
      ['UTC', 'what'],
      facts.timeline
        .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
        .map(({ at, what }) => [utc(at), what]),
    ),
    '## Impact',
    bullets([`Severity: ${facts.severity}`, dataText(facts), ...counted(facts)]),
    blank('How many users or requests were affected, and how?'),
    blank('Was data lost or damaged?'),
    '## How it was noticed',
    bullets([`Noticed ${noticedTexts[noticedIn(facts)]}`, ...noticedAfter(facts)]),
    ...evidence(facts),
    '## What was done',
    table(
      ['UTC', 'who', 'what', 'why'],
      facts.decisions.map(({ at, by, kind, reason }) => [utc(at), by, kind, reason]),
      'Nobody decided anything: it was done by rule.',
    ),
    bullets(overAfter(facts)),
    ...leftDone(facts),
    `## What ${inline(environment)} runs now`,
    inline(whatRuns(facts), 500),
    labelled(verification(facts)),
    '## Open questions',
    ...openQuestions(facts).map(blank),
    ...(links.length > 0 ? ['## Links', linkList(links)] : []),
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

function identity(facts: RollbackFacts): (readonly [string, string])[] {
  const { product, version, commit, environment, previous, reason, cause, run, outcome } = facts;
  return [
    ['Product', product],
    ['Version', `v${version}, commit ${commit}`],
    ['Version before', previous ? `v${previous.version}, commit ${previous.commit}` : 'none'],
    ['Environment', environment],
    ['Outcome', outcome],
    ['Reason', reason],
    ...(cause === 'decision' ? [['Cause', 'a decision: nothing is said to be wrong with it'] as const] : []),
    ['Run', run],
  ];
}

function verification({ verified }: RollbackFacts): (readonly [string, string])[] {
  const { health, smoke = 'not checked', errorRate = 'not seen' } = verified;
  return [
    ['Health', health],
    ['User transaction', smoke],
    ['Error rate', errorRate],
  ];
}

function evidence({ evidence: lines }: RollbackFacts): string[] {
  if (lines.length === 0) return ['No measurements were kept.'];
  return [
    `The last ${Math.min(lines.length, mostEvidence)} looks:`,
    fenced(lines.slice(-mostEvidence).join('\n')),
  ];
}

/** Requests before the first look and after the last are not in it. */
function counted({ evidence: lines }: RollbackFacts): string[] {
  const seen = countedIn(lines);
  if (!seen) return [];
  return [
    `While it was watched it had ${seen.requests} requests, of which ${seen.failed === 0 ? 'none' : seen.failed} failed`,
  ];
}

function leftDone({ leftDone: done = [] }: RollbackFacts): string[] {
  return done.length > 0 ? ['Done before the rollback, and left so:', bullets(done)] : [];
}

function openQuestions({ outcome }: RollbackFacts): string[] {
  return [
    ...(outcome === 'rollback-failed'
      ? ['Why did the rollback fail, and what was done by hand?', 'What runs now, and who has verified it?']
      : []),
    'What is the root cause?',
    'Why did neither tests nor staging show it?',
    'What would have made it noticed earlier, or the rollback faster?',
    'Who was told, and who still has to be?',
  ];
}

const blank = (question: string): string => `**${question}**\n\n_Answer:_`;

function table(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  none = 'Nothing was recorded.',
): string {
  if (rows.length === 0) return none;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const shown = [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.slice(0, mostRows).map((row) => line(row.map((text) => inline(text, 500)))),
  ].join('\n');
  return rows.length > mostRows ? `${shown}\n\n${rows.length - mostRows} more are in the ledger.` : shown;
}
