import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findTestServer, NoTestServer } from '../../../src/adapters/temporal-server/index.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-find-test-server-'));
  await mkdir(join(directory, 'empty'));
  await writeFile(join(directory, 'server'), '#!/bin/sh\n', { mode: 0o755 });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const nobody = 'http://127.0.0.1:1/';
const onProgress = (): void => undefined;

it('takes the program that is named, and nothing else instead of it', async () => {
  const env = { SLUICE_TEST_SERVER: join(directory, 'server') };
  expect(await findTestServer({ env, onProgress })).toMatchObject({ path: env.SLUICE_TEST_SERVER });
  const wrong = findTestServer({ env: { SLUICE_TEST_SERVER: join(directory, 'none') }, onProgress });
  await expect(wrong).rejects.toThrow(/SLUICE_TEST_SERVER: .*none is not an executable file/);
});

it('says every way that it tried, and what to do', async () => {
  const lines: string[] = [];
  const env = { XDG_CACHE_HOME: join(directory, 'empty'), PATH: join(directory, 'empty') };
  const found = findTestServer({ env, publisher: nobody, onProgress: (line) => lines.push(line) });
  const error = await found.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NoTestServer);
  expect((error as NoTestServer).attempts.map(({ way }) => way)).toEqual([
    'installed before',
    'the download',
    'Maven',
  ]);
  expect((error as NoTestServer).message).toContain('java is not installed');
  expect(lines.join('\n')).toContain('the download is not possible');
});
