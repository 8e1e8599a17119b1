import type { Breaking, ParsedCommit } from './commits.ts';
import type { DependencyChange } from './dependencies.ts';
import { dependencyEntries } from './dependencies.ts';
import { referencesOf as references } from './references.ts';
import { bySection, sectionOf } from './sections.ts';
import { inline } from '../text/markdown.ts';

/**
 * Release notes with every section of the template (processes/release.md, "Release Notes Template"), always in the same order.
 * A section without content says `None.`: a reader learns that there are no breaking changes, instead of wondering.
 */
export interface ReleaseNotes {
  /** The product's name for people. */
  readonly product: string;
  /** Without `v`. */
  readonly version: string;
  /** `2026-03-01`. */
  readonly date: string;
  readonly highlights: string;
  readonly features: readonly string[];
  readonly improvements: readonly string[];
  readonly fixes: readonly string[];
  readonly breaking: readonly string[];
  readonly dependencies: readonly string[];
  readonly contributors: readonly string[];
}

export interface NotesInput {
  readonly product: string;
  readonly version: string;
  readonly date: string;
  /** Effective commits, newest first. */
  readonly commits: readonly ParsedCommit[];
  readonly dependencies: readonly DependencyChange[];
}

export function buildReleaseNotes({
  product,
  version,
  date,
  commits,
  dependencies,
}: NotesInput): ReleaseNotes {
  const breaking = commits.filter((commit) => commit.breaking.length > 0);
  const sections = bySection(commits.filter((commit) => commit.breaking.length === 0));
  const features = commits.filter((commit) => sectionOf(commit) === 'Added');
  const fixes = sections.get('Fixed') ?? [];
  const improvements = [...sections]
    .filter(([title]) => !['Added', 'Fixed', 'Dependencies'].includes(title))
    .flatMap(([, listed]) => listed);
  const updates = dependencyEntries(dependencies, sections.get('Dependencies') ?? [], commits);
  return {
    product,
    version,
    date,
    highlights: highlightsOf(features, improvements, fixes, breaking, updates),
    features: features.map(featureLine),
    improvements: improvements.map((commit) => `${sentence(scoped(commit))} ${references(commit)}`),
    fixes: fixes.map((commit) => `Fixed: ${scoped(commit)} ${references(commit)}`),
    breaking: breaking.flatMap((commit) => commit.breaking.map((what) => breakingLine(commit, what))),
    dependencies: updates.map(text),
    contributors: contributorsOf(commits),
  };
}

/** The notes as Markdown. */
export function renderReleaseNotes(notes: ReleaseNotes): string {
  const list = (lines: readonly string[]) =>
    lines.length > 0 ? lines.map((line) => `- ${line}`).join('\n') : 'None.';
  const sections: readonly (readonly [string, string])[] = [
    ['Highlights', notes.highlights],
    ['New Features', list(notes.features)],
    ['Improvements', list(notes.improvements)],
    ['Bug Fixes', list(notes.fixes)],
    ['Breaking Changes', list(notes.breaking)],
    ['Dependencies', list(notes.dependencies)],
    [
      'Contributors',
      [
        'Thanks to everyone who contributed to this release!',
        ...(notes.contributors.length > 0 ? ['', list(notes.contributors)] : []),
      ].join('\n'),
    ],
  ];
  return (
    [
      `# ${notes.product} v${notes.version}`,
      `Released: ${notes.date}`,
      ...sections.map(([title, body]) => `## ${title}\n\n${body}`),
    ].join('\n\n') + '\n'
  );
}

function highlightsOf(
  features: readonly ParsedCommit[],
  improvements: readonly ParsedCommit[],
  fixes: readonly ParsedCommit[],
  breaking: readonly ParsedCommit[],
  updates: readonly string[],
): string {
  const broken = breaking.flatMap((commit) => commit.breaking).length;
  const counts = [
    count(features, 'new feature'),
    count(improvements, 'improvement'),
    count(fixes, 'bug fix', 'bug fixes'),
  ].filter((text) => text !== '');
  const named = [...breaking, ...features, ...improvements, ...fixes][0];
  const first = named
    ? `${enumerate(counts) || 'One breaking change'}, first of all: ${text(named.subject)}.`
    : updates.length > 0
      ? `${count(updates, 'updated dependency', 'updated dependencies')}.`
      : 'Housekeeping only: nothing changes for users.';
  if (broken === 0) return first;
  return `${first} ${broken === 1 ? 'One change is' : `${broken} changes are`} breaking: read the migration path before you update.`;
}

function featureLine(commit: ParsedCommit): string {
  const subject = sentence(text(commit.subject));
  return commit.scope
    ? `**${sentence(text(commit.scope))}**: ${subject} ${references(commit)}`
    : `**${subject}** ${references(commit)}`;
}

function breakingLine(commit: ParsedCommit, { description, migration }: Breaking): string {
  const what = text(description || commit.subject).replace(/[.\s]+$/, '');
  return `${sentence(what)} ${references(commit)}. Migration path: ${migration ? text(migration) : 'not described; see the change itself'}`;
}

/** Names in the order of their first commit; one person under two names of the same address once; no machines. */
function contributorsOf(commits: readonly ParsedCommit[]): readonly string[] {
  const byAddress = new Map<string, string>();
  for (const { name, email } of [...commits].reverse().flatMap((commit) => commit.authors)) {
    if (!/\[bot\]/.test(`${name}${email}`) && name.trim() !== '' && !byAddress.has(email.toLowerCase()))
      byAddress.set(email.toLowerCase(), text(name.trim()));
  }
  return [...new Set(byAddress.values())];
}

const scoped = (commit: ParsedCommit) =>
  text(commit.scope ? `${commit.scope}: ${commit.subject}` : commit.subject);
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const count = (items: readonly unknown[], one: string, many = `${one}s`) =>
  items.length === 0 ? '' : items.length === 1 ? `One ${one}` : `${items.length} ${many}`;

function enumerate(parts: readonly string[]): string {
  const [first = '', ...rest] = parts.map((part, index) =>
    index === 0 ? part : part.charAt(0).toLowerCase() + part.slice(1),
  );
  return rest.length === 0 ? first : `${[first, ...rest.slice(0, -1)].join(', ')} and ${rest.at(-1) ?? ''}`;
}

/** Notes hold the whole of what others wrote, however long. */
const text = (written: string) => inline(written, Infinity);
