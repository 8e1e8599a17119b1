import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { git } from '../../../src/adapters/git/runner.ts';
import type { Sandbox } from './sandbox.ts';
import { createSandbox } from './sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await createSandbox();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await sandbox.remove();
});

describe('hooks of a remote that is a path', () => {
  it('see no secret of the worker, and what git needs to reach a remote', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', '/run/agent.sock');
    vi.stubEnv('https_proxy', 'http://proxy:3128');
    vi.stubEnv('GIT_CONFIG_COUNT', '1');
    vi.stubEnv('GIT_CONFIG_KEY_0', 'http.extraHeader');
    vi.stubEnv('GIT_CONFIG_VALUE_0', 'X-Token: planted-header');
    const seen = join(sandbox.root, 'seen');
    const commit = await sandbox.commit('feat: a start', { 'a.txt': 'a' });
    await sandbox.hook(`env >"${seen}"`);
    // Planted after the person's own push.
    vi.stubEnv('SHOP_DATABASE_URL', 'postgres://planted-password@db');
    vi.stubEnv('GITHUB_TOKEN', 'planted-token');
    await sandbox.repository.tag(sandbox.source, { name: 'v1.0.0', commit, message: 'the first' });
    const text = await readFile(seen, 'utf8');
    expect(text).toMatch(/^PATH=/m);
    expect(text).toMatch(/^HOME=/m);
    expect(text).toMatch(/^SSH_AUTH_SOCK=\/run\/agent\.sock$/m);
    expect(text).toMatch(/^https_proxy=http:\/\/proxy:3128$/m);
    expect(text).not.toContain('planted');
  });

  it('see a variable that the worker’s operator names for git', async () => {
    const seen = join(sandbox.root, 'seen');
    const commit = await sandbox.commit('feat: a start', { 'a.txt': 'a' });
    await sandbox.hook(`env >"${seen}"`);
    vi.stubEnv('SLUICE_GIT_PASS', 'FORGE_TOKEN, OTHER');
    vi.stubEnv('FORGE_TOKEN', 'named');
    vi.stubEnv('GITHUB_TOKEN', 'planted-token');
    await sandbox.repository.tag(sandbox.source, { name: 'v1.0.0', commit, message: 'the first' });
    const text = await readFile(seen, 'utf8');
    expect(text).toMatch(/^FORGE_TOKEN=named$/m);
    expect(text).not.toContain('planted');
  });
});

it('settings that came in variables count, whatever characters they have', async () => {
  vi.stubEnv('GIT_CONFIG_COUNT', '2');
  vi.stubEnv('GIT_CONFIG_KEY_0', 'http.extraHeader');
  vi.stubEnv('GIT_CONFIG_VALUE_0', `X-It: isn't "so" = it! $HOME`);
  vi.stubEnv('GIT_CONFIG_KEY_1', 'url.https://mirror/?a=b.insteadOf');
  vi.stubEnv('GIT_CONFIG_VALUE_1', 'https://origin/');
  const value = async (key: string): Promise<string> =>
    (await git(['config', '--get', key], { cwd: sandbox.checkout })).stdout.trim();
  expect(await value('http.extraHeader')).toBe(`X-It: isn't "so" = it! $HOME`);
  expect(await value('url.https://mirror/?a=b.insteadOf')).toBe('https://origin/');
  // What Sluice itself sets wins.
  expect(await value('core.hooksPath')).toBe('/dev/null');
});
