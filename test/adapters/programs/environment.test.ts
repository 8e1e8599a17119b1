import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { networkVariables, programEnvironment } from '../../../src/adapters/programs/environment.ts';

const parent = {
  PATH: '/bin',
  HOME: '/root',
  LC_TIME: 'C',
  https_proxy: 'http://proxy',
  HTTPS_PROXY: 'http://proxy',
  DATABASE_URL: 'secret',
  MY_PATH: 'secret',
  PATH_TOKEN: 'secret',
  EMPTY: undefined,
};

describe('a program is given', () => {
  it('the machine’s basics and nothing else', () => {
    expect(programEnvironment(parent)).toEqual({ PATH: '/bin', HOME: '/root', LC_TIME: 'C' });
  });

  it('and what it is meant to have', () => {
    const also = programEnvironment(parent, (name) => networkVariables(name) || name === 'DATABASE_URL');
    expect(Object.keys(also).sort()).toEqual([
      'DATABASE_URL',
      'HOME',
      'HTTPS_PROXY',
      'LC_TIME',
      'PATH',
      'https_proxy',
    ]);
  });
});

it('no adapter starts a program with the worker’s own environment', async () => {
  const root = join(import.meta.dirname, '../../../src/adapters');
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const starts =
    /\b(?:execa|spawn|fork|execFile|execFileSync|run)\(\s*(?:'[^']+'|\w+),\s*(?:\[|(?:\w+\.)?args\b)/g;
  let found = 0;
  for (const name of files) {
    const text = await readFile(join(root, name), 'utf8');
    expect(text, name).not.toContain('...process.env');
    if (!/from '(?:execa|node:child_process)'/.test(text)) continue;
    for (const { index } of text.matchAll(starts)) {
      found += 1;
      const call = text.slice(index, index + 700);
      expect(call, `${name}: ${call.slice(0, 80)}`).toMatch(/\benv:/);
    }
  }
  expect(found).toBeGreaterThan(8);
});
