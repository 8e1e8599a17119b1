import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseProductConfig } from '../../src/domain/config/parse.ts';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): Promise<string> => readFile(path.join(root, file), 'utf8');

it('the configuration in the README is valid', async () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(await read('README.md'))?.[1] ?? '';
  expect(parseProductConfig(yaml, 'README.md')).toMatchObject({ ok: true });
});

it('the package that the README installs is the one of this version', async () => {
  const { version } = JSON.parse(await read('package.json')) as { version: string };
  expect((await read('README.md')).match(/sluice-\d[^/\s]*\.tgz/g)).toEqual([`sluice-${version}.tgz`]);
});

it('every file that the README points to is there', async () => {
  const links = [...(await read('README.md')).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? '');
  expect(links.length).toBeGreaterThan(10);
  for (const link of links) await expect(read(link), link).resolves.not.toBe('');
});
