import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a bundle of the workflows is made of: rooms of the sources, and the libraries that the lock file names. */
const rooms = ['src/workflows', 'src/domain'];
const libraries = 'package-lock.json';

/**
 * A bundle that processes which run from the same sources make once and share. Its name is the digest of all that it is made of: one of
 * other sources is never taken.
 * @param options.root the checkout's directory
 */
export async function keptBundle({
  directory,
  root,
  bundle,
}: {
  readonly directory: string;
  readonly root: string;
  readonly bundle: () => Promise<{ readonly code: string }>;
}): Promise<{ codePath: string }> {
  const codePath = join(directory, `${await digestOfSources(root)}.js`);
  if (!existsSync(codePath)) {
    const { code } = await bundle();
    await mkdir(directory, { recursive: true });
    // Whole or not at all: another process may be looking.
    const mine = `${codePath}.${process.pid}`;
    await writeFile(mine, code);
    await rename(mine, codePath);
  }
  return { codePath };
}

async function digestOfSources(root: string): Promise<string> {
  const within = async (room: string): Promise<string[]> =>
    (await readdir(join(root, room), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const files = [...(await Promise.all(rooms.map(within))).flat().sort(), join(root, libraries)];
  const hash = createHash('sha256');
  const texts = await Promise.all(files.map((each) => readFile(each)));
  for (const [index, text] of texts.entries())
    hash.update(`${files[index]?.slice(root.length)}\0${text.length}\0`).update(text);
  return hash.digest('hex');
}
