import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretProblem } from '../../src/activities/ports/index.ts';
import { createSecretResolver } from '../../src/adapters/secrets.ts';

let baseDirectory: string;
beforeAll(() => {
  baseDirectory = mkdtempSync(join(tmpdir(), 'sluice-secrets-'));
  writeFileSync(join(baseDirectory, 'token'), 'from-a-file\r\n');
  writeFileSync(join(baseDirectory, 'empty'), '\n');
  writeFileSync(join(baseDirectory, 'huge'), Buffer.alloc(2 * 1024 * 1024, 'x'));
  writeFileSync(join(baseDirectory, 'key.pem'), '-----BEGIN KEY-----\nMIIabcdefgh\nZZ\n-----END KEY-----\n');
});
afterAll(() => rmSync(baseDirectory, { recursive: true }));

const env = {
  TOKEN: 'sesame-open',
  SHORT: 'abc',
  EMPTY: '',
  QUOTED: 'pa"ss\\word',
  URL: 'p@ss/w:rd',
  LONGER: 'sesame-open-wide',
};
const resolver = () => createSecretResolver({ env, baseDirectory });

describe('resolving', () => {
  it('takes values from the environment and from files, relative or absolute', async () => {
    const { resolve } = resolver();
    expect(await resolve('env:TOKEN')).toBe('sesame-open');
    expect(await resolve('file:token')).toBe('from-a-file');
    expect(await resolve(`file:${join(baseDirectory, 'token')}`)).toBe('from-a-file');
  });

  it('resolves the references among variables and takes the others as they stand', async () => {
    const variables = { A: 'env:TOKEN', B: 'file:token', C: 'plain', D: 'see env:TOKEN', E: '' };
    expect(await resolver().resolveEnv(variables)).toEqual({
      ...variables,
      A: 'sesame-open',
      B: 'from-a-file',
    });
  });

  it.each([
    ['env:MISSING', /^env:MISSING is not set/],
    ['env:EMPTY', /^env:EMPTY is empty/],
    ['file:missing', /^file:missing can't be read \(ENOENT\)/],
    ['file:.', /^file:\. can't be read \(EISDIR\)/],
    ['file:empty', /^file:empty is empty/],
    ['file:huge', /^file:huge is over 1 MiB/],
  ])('refuses %s with its name and what to do', async (reference, message) => {
    const problem = await resolver()
      .resolve(reference)
      .catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(SecretProblem);
    expect(problem).toMatchObject({ reference, message: expect.stringMatching(message) as string });
    await expect(resolver().resolveEnv({ X: reference })).rejects.toThrow(message);
  });

  it('does not repeat what was written down instead of a reference: it may be the secret', async () => {
    await expect(resolver().resolve('sesame-open')).rejects.toThrow(/neither$/);
    await expect(resolver().resolve('sesame-open')).rejects.not.toThrow(/sesame/);
  });
});

describe('redacting', () => {
  it('hides what was resolved, also inside JSON and URLs, the longest first', async () => {
    const { resolve, redact } = resolver();
    for (const name of ['TOKEN', 'LONGER', 'QUOTED', 'URL']) await resolve(`env:${name}`);
    expect(redact('sesame-open-wide sesame-open')).toBe('[redacted] [redacted]');
    expect(redact(JSON.stringify({ p: env.QUOTED }))).toBe('{"p":"[redacted]"}');
    expect(redact(`postgres://u:${encodeURIComponent(env.URL)}@h`)).toBe('postgres://u:[redacted]@h');
  });

  it('hides the lines of a key file one by one', async () => {
    const { resolve, redact } = resolver();
    await resolve('file:key.pem');
    expect(redact('log: MIIabcdefgh | ZZ')).toBe('log: [redacted] | ZZ');
  });

  it('leaves alone what is too short, and what was never resolved', async () => {
    const { resolve, redact } = resolver();
    await resolve('env:SHORT');
    expect(redact('abc sesame-open')).toBe('abc sesame-open');
  });
});
