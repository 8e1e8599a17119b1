import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** Claimed files, seen with own eyes: each has to exist inside the work directory, whatever links there are on the way. */
export async function checkArtifacts(
  workDirectory: string,
  claimed: readonly string[],
): Promise<{ readonly artifacts: readonly string[]; readonly problems: readonly string[] }> {
  const root = await realpath(workDirectory);
  const seen = await Promise.all(claimed.map((path) => locate(root, resolve(workDirectory, path), path)));
  return {
    artifacts: [...new Set(seen.flatMap((one) => ('path' in one ? [one.path] : [])))],
    problems: seen.flatMap((one) => ('problem' in one ? [one.problem] : [])),
  };
}

async function locate(
  root: string,
  path: string,
  claimed: string,
): Promise<{ path: string } | { problem: string }> {
  const name = JSON.stringify(claimed.slice(0, 200));
  try {
    const inside = relative(root, await realpath(path));
    const escapes = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
    return escapes ? { problem: `${name} is outside the work directory` } : { path: inside || '.' };
  } catch {
    return { problem: `${name} is not there` };
  }
}
