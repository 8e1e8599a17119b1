import { bullets, inline, quoted } from '../text/markdown.ts';
import type { BundleSize } from '../gates/bundle.ts';
import { renderScope } from '../gates/scope-details.ts';
import { formatDuration } from '../text/time.ts';
import type { FixLimits } from '../agents/escalation.ts';
import type { ReviewVerdict } from '../agents/review.ts';

/** What people read at the gates and questions of a blue/green deployment. Markdown; what others wrote stays text. */

const section = (title: string, body: string): string => (body === '' ? '' : `#### ${title}\n\n${body}`);
const sized = (size: BundleSize | undefined) => (size === undefined ? {} : { size });
const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

export function renderGreenApproval(evidence: {
  readonly product: string;
  readonly environment: string;
  readonly commit: string;
  readonly ref: string;
  readonly blue: string | undefined;
  readonly changes: readonly string[];
  /** How much that is. */
  readonly size: BundleSize | undefined;
  /** Markdown: versions in it that were taken back before. */
  readonly takenBack: string;
  /** Markdown: issues that blue goes on with. */
  readonly noted: string;
  /** Those that are run on the environment's database, which blue uses too. */
  readonly newMigrations: readonly string[];
  readonly branch: string;
  readonly limits: FixLimits;
  readonly concerns: readonly string[];
  readonly void: readonly string[];
}): string {
  const { limits } = evidence;
  return join(
    section('An earlier approval is void', bullets(evidence.void)),
    section(
      'What is approved',
      [
        `- Commit \`${evidence.commit.slice(0, 10)}\` of ${inline(evidence.ref)} is put beside ${evidence.blue ? `v${evidence.blue}, which goes on serving` : 'nothing: it is the first version'}. It takes **no traffic** before a second approval.`,
        `- What keeps it from running may be mended by the configured agents: at most ${limits.maxAttempts} fixes, ${formatDuration(limits.maxTime)}, ${limits.maxCost} USD. Each fix is a commit of this run on \`${evidence.branch}\`, and may be put there as well.`,
        '- Other commits, other migrations and another configuration are not covered.',
      ].join('\n'),
    ),
    section(
      'New migrations',
      evidence.newMigrations.length > 0
        ? `These run on the database that blue uses too, after a backup:\n\n${bullets(evidence.newMigrations)}`
        : '',
    ),
    section('Taken back before', evidence.takenBack),
    section('Noted before, and still open', evidence.noted),
    section('What is new', renderScope({ scope: evidence.changes, ...sized(evidence.size) })),
    section('Concerns', bullets(evidence.concerns)),
  );
}

export interface Story {
  readonly tests: readonly { readonly name: string; readonly ok: boolean; readonly summary: string }[];
  readonly fixes: readonly {
    readonly commit: string;
    readonly summary: string;
    readonly files: readonly string[];
  }[];
  readonly issues: readonly { readonly problem: string; readonly resolution: string }[];
  readonly review: ReviewVerdict | undefined;
  readonly rounds: number;
  readonly cost: number;
}

export function renderAcceptance(
  evidence: Story & {
    readonly product: string;
    readonly version: string;
    readonly commit: string;
    readonly blue: string | undefined;
    readonly url: string;
    readonly canary: boolean;
    readonly rollbackPlan: string;
    readonly successCriteria: readonly string[];
    readonly changes: readonly string[];
    /** How much that is. */
    readonly size: BundleSize | undefined;
    /** Markdown: versions in it that were taken back before. */
    readonly takenBack: string;
    /** Markdown: issues that blue goes on with. */
    readonly noted: string;
    readonly concerns: readonly string[];
    readonly void: readonly string[];
  },
): string {
  return join(
    section('An earlier approval is void', bullets(evidence.void)),
    section(
      'What happens',
      `${inline(evidence.product)} **v${evidence.version}** (commit \`${evidence.commit.slice(0, 10)}\`) takes the traffic over at <${evidence.url}> ${evidence.canary ? 'step by step' : 'at once'}; ${evidence.blue ? `v${evidence.blue} is drained and stopped when green has been seen to hold` : 'nothing served before'}.`,
    ),
    renderStory(evidence),
    section('Taken back before', evidence.takenBack),
    section('Noted before, and still open', evidence.noted),
    section('What is new', renderScope({ scope: evidence.changes, ...sized(evidence.size) })),
    section('It succeeds when', bullets(evidence.successCriteria, { limit: Infinity, longest: 600 })),
    section('Concerns', bullets(evidence.concerns, { none: 'No concerns were raised.' })),
    section('Rollback', quoted(evidence.rollbackPlan)),
  );
}

export function renderStory({ tests, fixes, issues, review, rounds, cost }: Story): string {
  return join(
    section(
      'Tests against green',
      bullets(
        tests.map(({ name, ok, summary }) => `${ok ? 'passed' : 'FAILED'}: ${name}: ${summary}`),
        { none: 'none ran' },
      ),
    ),
    section(
      'Review',
      review
        ? join(
            `**${review.verdict}** after ${rounds} ${rounds === 1 ? 'round' : 'rounds'}: ${inline(review.reason)}`,
            bullets(
              review.findings.map(
                ({ severity, title, file }) => `${severity}: ${title}${file ? ` (${file})` : ''}`,
              ),
            ),
          )
        : 'No review took place.',
    ),
    section(
      'Fixes',
      bullets(
        fixes.map(({ commit, summary, files }) => `${commit.slice(0, 10)} ${summary} [${files.join(', ')}]`),
        { none: 'none were needed' },
      ),
    ),
    section(
      'Problems met',
      bullets(
        issues.map(({ problem, resolution }) => `${problem} → ${resolution}`),
        { none: 'none' },
      ),
    ),
    `The agents reported a cost of ${cost.toFixed(2)} USD.`,
  );
}

export function renderNotes(
  notes: Story & {
    readonly product: string;
    readonly version: string;
    readonly commit: string;
    readonly environment: string;
    readonly blue: string | undefined;
    readonly outcome: string;
    readonly next: string;
    readonly run: string;
    readonly startedBy: string;
    readonly approvals: readonly string[];
    readonly measures: Readonly<Record<string, number | string>>;
    readonly closed: readonly number[];
  },
): string {
  return `${join(
    `# Deployment notes: ${inline(notes.product)} v${notes.version}`,
    bullets([
      `Run: ${notes.run}, started by ${notes.startedBy}`,
      `Environment: ${notes.environment}; before: ${notes.blue ? `v${notes.blue}` : 'nothing'}`,
      `Commit: ${notes.commit}`,
      `Outcome: ${notes.outcome}`,
    ]),
    notes.next === '' ? '' : `**Next:** ${inline(notes.next, 1_000)}`,
    section('Approvals', bullets(notes.approvals, { none: 'none' })),
    renderStory(notes),
    section('Issues closed', bullets(notes.closed.map((number) => `#${number}`))),
    section('Measures', bullets(Object.entries(notes.measures).map(([name, value]) => `${name}: ${value}`))),
  )}\n`;
}
