import type { Commit } from '../../activities/ports/source.ts';
import type { Clone } from './clone.ts';

/** How a run's own commits are told from others. */
const trailer = 'Sluice-Run';

/** The message with the run's trailer at its end, beside trailers that it has already. One that names another run is left out: the commit is this one's. */
export function withRunTrailer(message: string, run: string): string {
  const line = `${trailer}: ${oneLine(run)}`;
  const ownLines = message
    .replaceAll('\0', '')
    .split('\n')
    .filter((written) => written === line || !/^\s*sluice-run\s*:/i.test(written));
  const text = ownLines.join('\n').trim() || 'Release';
  const [, ...paragraphs] = text.split(/\n[ \t]*\n/);
  const last = paragraphs.at(-1)?.split('\n') ?? [];
  const hasTrailers = last.length > 0 && last.every((candidate) => /^[A-Za-z][\w-]*: \S/.test(candidate));
  if (hasTrailers && last.includes(line)) return `${text}\n`;
  return `${text}${hasTrailers ? '\n' : '\n\n'}${line}\n`;
}

/** Whether a commit carries the run's trailer. */
export async function isOfRun(clone: Clone, commit: string, run: string): Promise<boolean> {
  const shown = await clone.git(['log', '-1', `--format=%(trailers:key=${trailer},valueonly)`, commit]);
  return shown.ok && shown.stdout.split('\n').includes(oneLine(run));
}

/** Whether it is one that Sluice puts on top of what it releases. Anybody may write such a message: for warnings and refusals, never for leave. */
export const isVersionCommit = ({ subject, body }: Pick<Commit, 'subject' | 'body'>) =>
  /^chore\(release\): v\d/.test(subject) && body.split('\n').some((line) => line.startsWith(`${trailer}: `));

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
