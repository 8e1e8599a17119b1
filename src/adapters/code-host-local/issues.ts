import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Severity } from '../../activities/ports/code-host.ts';
import { CodeHostProblem } from '../../activities/ports/code-host.ts';
import { severities } from '../../domain/run/messages.ts';
import { createFile, withDirectoryLock } from './files.ts';
import { readMarkdown, writeMarkdown } from './front-matter.ts';

/** An issue: `issues/0003-cart-total-is-wrong.md`. People may write, edit and close them by hand. */
export interface Issue {
  readonly file: string;
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly severity: Severity | undefined;
  readonly key: string | undefined;
  /** Epoch milliseconds; undefined where nobody wrote it down. */
  readonly created: number | undefined;
}

const schema = z.object({
  number: z.int().positive({ error: 'number must be a whole number from 1' }),
  title: z
    .union([z.string().trim().min(1), z.number()], { error: 'title is missing or empty' })
    .transform(String),
  state: z.enum(['open', 'closed'], { error: 'state must be open or closed' }),
  severity: z.enum(severities, { error: 'severity must be critical, high, medium or low' }).nullish(),
  labels: z.array(z.union([z.string(), z.number()]), { error: 'labels must be a list of words' }).nullish(),
  key: z.string().nullish(),
  created: z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)), {
      error: 'created must be a time such as 2026-03-01T12:00:00Z',
    })
    .nullish(),
});

/**
 * All issues by number.
 * @throws CodeHostProblem naming every file that can't be read: an issue that is overlooked could be the critical one
 */
export async function readIssues(directory: string): Promise<readonly Issue[]> {
  const names = (await readdir(directory).catch(ifAbsent([] as string[]))).filter(
    (name) => /\.md$/i.test(name) && !/^readme\.md$/i.test(name) && !name.startsWith('.'),
  );
  const read = await Promise.all(names.sort().map((name) => readIssue(join(directory, name))));
  const problems = read.filter((issue) => typeof issue === 'string');
  const issues = read.filter((issue) => typeof issue !== 'string');
  const byNumber = new Map<number, Issue>();
  for (const issue of issues) {
    const other = byNumber.get(issue.number);
    if (other) problems.push(`${issue.file}: number ${issue.number} is also in ${other.file}`);
    byNumber.set(issue.number, issue);
  }
  if (problems.length > 0)
    throw new CodeHostProblem(
      `Issues can't be read; mend or delete the files. ${problems.join('; ')}.`,
      false,
    );
  return issues.sort((a, b) => a.number - b.number);
}

/** Creates the issue, or finds the one that carries the key. `fixes #N` in its text gets the number that it is given. */
export async function createIssue(
  directory: string,
  issue: { title: string; body: string; labels: readonly string[]; severity?: Severity; key: string },
  now: Date,
): Promise<{ readonly issue: Pick<Issue, 'number' | 'file'>; readonly created: boolean }> {
  await mkdir(directory, { recursive: true });
  return withDirectoryLock(directory, async () => {
    const known = await readIssues(directory);
    const found = known.find(({ key }) => key === issue.key);
    if (found) return { issue: found, created: false };
    const number = (known.at(-1)?.number ?? 0) + 1;
    const title = issue.title.replace(/\s+/g, ' ').trim() || 'Untitled';
    const file = join(directory, `${String(number).padStart(4, '0')}-${slug(title)}.md`);
    const severity = issue.severity === undefined ? {} : { severity: issue.severity };
    const data = {
      number,
      title,
      state: 'open',
      ...severity,
      labels: [...issue.labels],
      created: now.toISOString(),
      key: issue.key,
    };
    if (
      !(await createFile(file, writeMarkdown(data, issue.body.replace(/\bfixes #N\b/g, `fixes #${number}`))))
    )
      throw new CodeHostProblem(`${file} is there already: rename it.`, false);
    return { issue: { number, file }, created: true };
  });
}

async function readIssue(file: string): Promise<Issue | string> {
  const markdown = readMarkdown(await readFile(file, 'utf8'));
  if (typeof markdown === 'string') return `${file}: ${markdown}`;
  const parsed = schema.safeParse(markdown.data);
  if (!parsed.success)
    return `${file}: ${parsed.error.issues.map(({ path, message }) => (message.startsWith(String(path[0])) ? message : `${path.join('.') || 'YAML'}: ${message}`)).join(', ')}`;
  const { number, title, state, severity, key, created } = parsed.data;
  return {
    file,
    number,
    title,
    state,
    severity: severity ?? undefined,
    key: key ?? undefined,
    created: created == null ? undefined : Date.parse(created),
  };
}

/** Readable in any file system: the title's letters and digits, shortened. */
function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-');
  return (
    [...words]
      .slice(0, 40)
      .join('')
      .replace(/^-+|-+$/g, '') || 'issue'
  );
}

const ifAbsent =
  <T>(value: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
