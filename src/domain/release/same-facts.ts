/**
 * What release notes claim, apart from how they say it. An agent may improve the prose of notes; a rewriting counts only
 * if `sameFacts` holds.
 */
export interface NotesFacts {
  /** Headings, in order. */
  readonly headings: readonly string[];
  /** `New Features: #12`: pull requests and issues with the section that they stand in. */
  readonly references: readonly string[];
  /** Versions without `v`. */
  readonly versions: readonly string[];
  /** Commit hashes. */
  readonly hashes: readonly string[];
  /** Days, as `2026-03-01`. */
  readonly dates: readonly string[];
  readonly links: readonly string[];
  /** Lines of the section Dependencies. */
  readonly dependencies: readonly string[];
  /** Names in the section Contributors. */
  readonly contributors: readonly string[];
  /** How many breaking changes, and the code that their migration names. */
  readonly breaking: readonly string[];
  /** Sections that say they are empty. */
  readonly empty: readonly string[];
  /** Every other figure (`40 %`, `3 times`): none may be added. */
  readonly figures: readonly string[];
}

export interface FactsComparison {
  readonly same: boolean;
  /** One sentence each, for the agent or a person. */
  readonly differences: readonly string[];
}

const version = /\bv?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]*[0-9A-Za-z])?(?:\+[0-9A-Za-z.-]*[0-9A-Za-z])?)/g;
const link = /\b[a-z][a-z0-9+.-]*:\/\/[^\s<>)\]]+/gi;
const day = /\b\d{4}-\d{2}-\d{2}\b/g;
const hash = /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b/g;

export function facts(notes: string): NotesFacts {
  const sections = sectionsOf(notes);
  const body = (title: string) => sections.find((section) => section.title === title)?.lines ?? [];
  const prose = notes
    .split(/\r?\n/)
    .filter((line) => !/^##\s/.test(line))
    .join('\n');
  const links = all(prose, link);
  const plain = prose.replace(link, ' ');
  const withoutNames = plain.replace(/#\d+/g, ' ').replace(day, ' ').replace(version, ' ').replace(hash, ' ');
  return {
    headings: sections.map(({ title }) => title),
    references: unique(
      sections.flatMap(({ title, lines }) =>
        title === 'Highlights' ? [] : all(lines.join('\n'), /#\d+/g).map((number) => `${title}: ${number}`),
      ),
    ),
    versions: all(plain, version),
    hashes: all(plain, hash),
    dates: all(plain, day),
    links,
    dependencies: bullets(body('Dependencies')),
    contributors: bullets(body('Contributors')),
    breaking: [
      `${bullets(body('Breaking Changes')).length} breaking changes`,
      ...all(body('Breaking Changes').join('\n'), /`[^`\n]+`/g),
    ],
    empty: sections
      .filter(({ lines }) => /^none\.?$/i.test(lines.join('\n').trim()))
      .map(({ title }) => title),
    figures: all(withoutNames, /\d+(?:[.,]\d+)*/g),
  };
}

/** Whether rewritten notes claim exactly what the original claims. */
export function sameFacts(original: string, rewritten: string): FactsComparison {
  const before = facts(original);
  const after = facts(rewritten);
  const differences: string[] = [];
  for (const kind of Object.keys(before) as (keyof NotesFacts)[]) {
    const missing = kind === 'figures' ? [] : before[kind].filter((fact) => !after[kind].includes(fact));
    const added = after[kind].filter((fact) => !before[kind].includes(fact));
    for (const fact of missing) differences.push(`${kind}: '${fact}' is missing.`);
    for (const fact of added) differences.push(`${kind}: '${fact}' was added.`);
  }
  if (before.headings.join('\n') !== after.headings.join('\n') && differences.length === 0)
    differences.push('headings: their order changed.');
  const known = all(original, /#\d+/g);
  for (const number of highlightReferences(rewritten)) {
    if (!known.includes(number)) differences.push(`references: '${number}' was added to the highlights.`);
  }
  return { same: differences.length === 0, differences };
}

function sectionsOf(notes: string): { title: string; lines: string[] }[] {
  const sections: { title: string; lines: string[] }[] = [{ title: '', lines: [] }];
  for (const line of notes.split(/\r?\n/)) {
    const title = /^##\s+(.*?)\s*$/.exec(line)?.[1];
    if (title === undefined) sections.at(-1)?.lines.push(line);
    else sections.push({ title, lines: [] });
  }
  return sections.map((section) =>
    section.title === ''
      ? { ...section, title: section.lines.find((line) => line.startsWith('# ')) ?? '' }
      : section,
  );
}

const highlightReferences = (notes: string) =>
  all((sectionsOf(notes).find(({ title }) => title === 'Highlights')?.lines ?? []).join('\n'), /#\d+/g);
const bullets = (lines: readonly string[]) =>
  lines.flatMap((line) => /^[-*]\s+(.*?)\s*$/.exec(line)?.[1] ?? []);
const all = (text: string, pattern: RegExp) =>
  unique([...text.matchAll(pattern)].map((match) => match[1] ?? match[0]));
const unique = (values: readonly string[]) => [...new Set(values)];
