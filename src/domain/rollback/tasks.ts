import { bullets, fenced, inline } from '../text/markdown.ts';
import { visible } from '../text/visible.ts';
import type { Severity } from '../run/messages.ts';
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
import { checklistItems, noticedTexts } from './noticed.ts';

/** A task after a rollback, to be opened as an issue on the code host. */
export interface FollowUpTask {
  /** Part of what makes the key: the same task is opened once. */
  readonly key: 'fix' | 'decision' | 'root-cause' | 'checklist' | 'process-review';
  /** One line of plain text. */
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  /** Only the fix may be critical or high: open bugs of that kind block releases, the one with the fix too. */
  readonly severity: Severity;
}

/** The tasks of processes/deployment.md, "Post-Rollback Actions" (DW-10): four; one where nothing was wrong with the version. */
export function followUpTasks(facts: RollbackFacts): readonly FollowUpTask[] {
  if (facts.cause === 'decision') return [whatBecomesOfIt(facts)];
  return [fix(facts), rootCause(facts), checklist(facts), processReview(facts)];
}

function fix(facts: RollbackFacts): FollowUpTask {
  const { reason, severity, leftDone = [] } = facts;
  return {
    key: 'fix',
    title: title(`${nameOf(facts)} ${happened(facts)}: ${reason.slice(0, 120)}`),
    body: body(
      facts,
      leftDone.length > 0 &&
        `Done before the rollback, and left so: ${inline(leftDone.join(', ').toLowerCase(), 1_000)}`,
      inline(reason, 8_000),
      'A commit on main that says "fixes #N" closes this.',
    ),
    severity,
  };
}

/** Nothing is to be mended, and still the next release would bring it all again. */
function whatBecomesOfIt(facts: RollbackFacts): FollowUpTask {
  return {
    key: 'decision',
    title: title(`Decide what becomes of ${nameOf(facts)}, which was taken back by decision`),
    body: body(
      facts,
      inline(facts.reason, 8_000),
      'Nothing is said to be wrong with it, and nothing waits for this task. Main still has what it brought: the next release brings it again, unless it is reverted there.',
    ),
    severity: 'low',
  };
}

function rootCause(facts: RollbackFacts): FollowUpTask {
  return {
    key: 'root-cause',
    title: title(`Find the root cause of ${event(facts)}`),
    body: body(
      facts,
      `It was noticed ${noticedTexts[noticedIn(facts)]}: ${inline(facts.reason, 2_000)}`,
      'A blameless review: it asks what made this possible, not who did it.',
      questions([
        'What did we expect, and what happened instead?',
        'Which change, and which condition that was there before, made it happen?',
        'Why did it seem right at the time, with what was known then?',
        'Why did neither reviews, tests nor staging show it?',
        'What limited the damage, and where were we merely lucky?',
        'What keeps the whole kind of it from happening again?',
      ]),
    ),
    severity: 'medium',
  };
}

function checklist(facts: RollbackFacts): FollowUpTask {
  const noticed = noticedIn(facts);
  const items = [...checklistItems[noticed], ...(facts.migrations.ran ? checklistItems.migration : [])];
  return {
    key: 'checklist',
    title: title(`Update the deployment checklist after ${event(facts)}`),
    body: body(
      facts,
      `It was noticed ${noticedTexts[noticed]}${facts.migrations.ran ? ', and migrations ran' : ''}. Going by that, these items of the deployment checklist would have caught it, or come nearest to it:`,
      [...new Set(items)].map((item) => `- [ ] ${inline(item)}`).join('\n'),
      'For each: say in the checklist how it is checked, so that it can’t be ticked without evidence. Add the item that was missing, if it is another one.',
      'A line that is proposed for the checklist of this product, to be taken into `sluice.yaml`, changed, or left: approvers see it from then on.',
      // A text of JSON is one of YAML.
      fenced(`release:\n  checklist:\n    - ${JSON.stringify(proposed(facts, items))}`),
    ),
    severity: 'low',
  };
}

/** What would have come nearest to it, and what it was. */
const proposed = (facts: RollbackFacts, [first = '']: readonly string[]): string =>
  title(`${first} (${nameOf(facts)} was taken back: ${facts.reason})`);

function processReview(facts: RollbackFacts): FollowUpTask {
  const { decisions } = facts;
  return {
    key: 'process-review',
    title: title(`Review the process for gaps after ${event(facts)}`),
    body: body(
      facts,
      bullets([
        `Noticed ${noticedTexts[noticedIn(facts)]}`,
        ...noticedAfter(facts),
        ...overAfter(facts),
        `Decided by people: ${decisions.map(({ kind, by }) => `${kind} by ${by}`).join(', ') || 'nothing'}`,
        dataText(facts),
      ]),
      questions([
        'Was it noticed as early as it should be, and by what should notice it?',
        'Was the way back tried on staging, and did it go as the plan said?',
        'Did anything wait for a person that need not, or go on without one that should be asked?',
        'Did everybody who had to know hear of it in time?',
        'Which step or policy changes, who does it, and by when?',
      ]),
    ),
    severity: 'low',
  };
}

const event = (facts: RollbackFacts): string =>
  `the ${facts.outcome === 'rolled-back' ? 'rollback' : 'failed rollback'} of ${nameOf(facts)}`;

/** The facts that each task begins with, then its own paragraphs, then where to read on. */
function body(facts: RollbackFacts, ...paragraphs: readonly (string | false)[]): string {
  const { run, severity, commit, links } = facts;
  const about = labelled([
    ['Run', run],
    ['Severity', severity],
    ['Commit', commit],
    ['Now', whatRuns(facts)],
  ]);
  return [about, ...paragraphs, links.length > 0 && linkList(links)]
    .filter((part) => part !== false)
    .join('\n\n');
}

const questions = (texts: readonly string[]): string => texts.map((text) => `- [ ] ${text}`).join('\n');

const title = (text: string): string => {
  const line = visible(text.replace(/\s+/g, ' ').trim());
  return (line.length > 240 ? `${line.slice(0, 239)}…` : line).toWellFormed();
};
