import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFile } from '../../../src/adapters/files/replace-file.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sluice-replace-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

it('makes a file, and its directory, that nobody else may read, and leaves no draft', async () => {
  const file = join(home, 'new', 'state.json');
  await replaceFile(file, 'first');
  await replaceFile(file, 'second');
  expect(await readFile(file, 'utf8')).toBe('second');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(home, 'new'))).mode & 0o777).toBe(0o700);
  expect(await readdir(join(home, 'new'))).toEqual(['state.json']);
});

it('is seen whole by everybody, whoever writes at the same time', async () => {
  const file = join(home, 'state.json');
  const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(200_000));
  await replaceFile(file, texts[0]!);
  const writing = Promise.all(texts.map((text) => replaceFile(file, text)));
  for (let left = 20; left > 0; left -= 1) expect(texts).toContain(await readFile(file, 'utf8'));
  await writing;
  expect(texts).toContain(await readFile(file, 'utf8'));
  expect(await readdir(home)).toEqual(['state.json']);
});

it('leaves the old text and no draft where the new one can’t be put in place', async () => {
  const directory = join(home, 'taken');
  await replaceFile(join(directory, 'inside'), 'kept');
  await expect(replaceFile(directory, 'text')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|directory/);
  expect(await readdir(home)).toEqual(['taken']);
  expect(await readFile(join(directory, 'inside'), 'utf8')).toBe('kept');
});
