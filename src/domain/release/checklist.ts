import type { StepStatus } from '../run/status.ts';
import { inline } from '../text/markdown.ts';

/** `open`: it has not come to it. `not-needed`: there is nothing that it would be about. */
export type ChecklistMark = 'done' | 'open' | 'missing' | 'not-needed';

export interface ChecklistItem {
  readonly part: 'Pre-release' | 'Staging' | 'Production';
  readonly title: string;
  readonly mark: ChecklistMark;
  /** What ticks it, or why it is not ticked; as it was told. */
  readonly evidence: string;
}

type Step = Pick<StepStatus, 'id' | 'title' | 'state' | 'summary'>;

const toldOf = ({ title, summary = 'done' }: Step): string => `${title}: ${summary}`;

interface RunFacts {
  /** The steps are those that are to come too, and not only what was recorded. */
  readonly planned: boolean;
  /** Nothing comes any more. */
  readonly over?: boolean;
  /** Why no backup is made, where the configuration says so. */
  readonly withoutBackup?: string | undefined;
}

interface Line {
  readonly part: ChecklistItem['part'];
  readonly title: string;
  /** All of them have to be done; the first is what says whether it came to it. */
  readonly steps: readonly string[];
  /** Where the run has no such step. */
  readonly without?: { readonly mark: 'missing' | 'not-needed'; readonly evidence: string };
  /** The step after which one that is missing will not come any more. */
  readonly after?: string;
}

/**
 * The checklist of processes/release.md, ticked by what the run really did (requirements.md, "the release checklist of the document").
 */
export function releaseChecklist(steps: readonly Step[], about: RunFacts): readonly ChecklistItem[] {
  const last = new Map(steps.map((step) => [step.id, step]));
  const ended = (id: string): boolean => !['pending', 'running', 'waiting'].includes(stateOf(last.get(id)));
  return linesFor(steps, about).map(({ part, title, steps: ids, without, after }) => {
    const found = ids.flatMap((id) => last.get(id) ?? []);
    const bad = found.find(({ state }) => ['failed', 'skipped', 'cancelled'].includes(state));
    const item = (mark: ChecklistMark, evidence: string): ChecklistItem => ({ part, title, mark, evidence });
    if (bad) return item('missing', `${bad.state}${bad.summary ? `: ${bad.summary}` : ''}`);
    if (found.length === 0 && without && (about.planned || (after !== undefined && ended(after))))
      return item(without.mark, without.evidence);
    if (found.length < ids.length || found.some(({ state }) => state !== 'succeeded') || found.length === 0)
      return item('open', about.over ? 'it never came to it' : 'to come');
    const [one] = found;
    return item('done', found.length === 1 ? (one?.summary ?? '') : found.map(toldOf).join('; '));
  });
}

function linesFor(steps: readonly Step[], { withoutBackup }: RunFacts): readonly Line[] {
  const nameIn = (pattern: RegExp, usual: string) =>
    steps.flatMap(({ id }) => pattern.exec(id)?.[1] ?? [])[0] ?? usual;
  const staging = nameIn(/^([^.]+)\.sign-off$/, 'staging');
  const production = nameIn(/^approval\.(?!bundle$)([^.]+)$/, 'production');
  const checks = steps.map(({ id }) => id).filter((id) => isCheck(id));
  const smoke = (name: string) => ({
    title: 'Smoke tests passing',
    steps: [`${name}.smoke`],
    without: { mark: 'missing', evidence: `no smoke test is configured for ${name}` } as const,
    after: `${name}.health`,
  });
  const deployed = (name: string) => ({
    title: 'Deployed successfully',
    steps: [`${name}.deploy`, `${name}.health`],
  });
  const of = (part: ChecklistItem['part'], lines: readonly Omit<Line, 'part'>[]): readonly Line[] =>
    lines.map((line) => ({ part, ...line }));
  return [
    ...of('Pre-release', [
      { title: 'All planned features merged', steps: ['readiness.source'] },
      {
        title: 'All tests passing',
        steps: checks,
        without: { mark: 'missing', evidence: 'no checks are configured' },
        after: 'regression.qa',
      },
      { title: 'No critical or high bugs open', steps: ['readiness.source'] },
      { title: 'Changelog updated', steps: ['branch.create'] },
      { title: 'Version bumped', steps: ['branch.create'] },
      { title: 'Release notes prepared', steps: ['prepare.release'] },
    ]),
    ...of('Staging', [
      deployed(staging),
      smoke(staging),
      { title: 'QA sign-off', steps: [`${staging}.sign-off`] },
      { title: 'Approval', steps: [`approval.${production}`] },
    ]),
    ...of('Production', [
      {
        title: 'Database backed up',
        steps: [`${production}.backup`],
        without:
          withoutBackup === undefined
            ? { mark: 'not-needed', evidence: 'no database that is backed up is configured' }
            : { mark: 'missing', evidence: `none is made: ${withoutBackup}` },
        after: `${production}.deploy`,
      },
      deployed(production),
      smoke(production),
      { title: 'Monitoring normal', steps: [`${production}.monitor`] },
      { title: 'Git tag created', steps: ['finalize.tag'] },
      { title: 'Release published on the code host', steps: ['finalize.publish'] },
      { title: 'People told', steps: ['post.notify'] },
    ]),
  ];
}

const isCheck = (id: string): boolean =>
  /^(?:readiness|regression)\./.test(id) && id !== 'readiness.source' && id !== 'regression.qa';

const stateOf = (step: Step | undefined): string => step?.state ?? 'pending';

/**
 * As a list with boxes, a part of the process a list. Markdown.
 * @param own lines of the team's, which approvers see to
 */
export function renderChecklist(items: readonly ChecklistItem[], own: readonly string[] = []): string {
  const parts = [...new Set(items.map(({ part }) => part))];
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [[`**${title}**`, '', ...lines.map((line) => `- ${line}`)].join('\n')];
  return [
    ...parts.flatMap((part) =>
      list(
        part,
        items.filter((item) => item.part === part).map((item) => `${boxOf(item)} ${textOf(item)}`),
      ),
    ),
    ...list(
      'Yours to see to',
      own.map((line) => `[ ] ${inline(line)}`),
    ),
  ].join('\n\n');
}

const boxOf = ({ mark }: ChecklistItem): string => (mark === 'done' || mark === 'not-needed' ? '[x]' : '[ ]');

function textOf({ title, mark, evidence }: ChecklistItem): string {
  const why = mark === 'not-needed' ? `not needed: ${evidence}` : evidence;
  return why === '' ? title : `${title} – ${inline(why, 200)}`;
}
