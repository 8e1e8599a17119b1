import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { rollbackTask } from '../../../src/domain/records/state-tasks.ts';
import { createStateFile } from '../../../src/adapters/state-file/state-file.ts';
import { StateFileProblem } from '../../../src/adapters/state-file/state-file-problem.ts';

let directory: string;
const path = () => join(directory, 'state.yml');
const text = () => readFileSync(path(), 'utf8');
const file = () => createStateFile(path());
const state = {
  phase: 'production',
  version: '1.10.0',
  last_release: '2026-01-25T00:00:00Z',
  last_activity: '2026-01-26T00:00:00Z',
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-state-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('state.yml', () => {
  it('[RW-12] is made in the documented form', async () => {
    await createStateFile(join(directory, 'deep', 'state.yml')).update('shop', state);
    expect(readFileSync(join(directory, 'deep', 'state.yml'), 'utf8')).toBe(
      `products:
  shop:
    phase: production
    version: "1.10.0"
    last_release: "2026-01-25T00:00:00Z"
    last_activity: "2026-01-26T00:00:00Z"
`,
    );
    expect(await file().read('shop')).toBeUndefined();
  });

  it('[RW-12] keeps comments, order, other products and keys of its own', async () => {
    writeFileSync(
      path(),
      `# who owns what
owner: "alice"   # ask her

products:
  blog: { phase: development, version: '0.1.0' }
  # the shop
  shop:
    owner: bob
    version: 1.3   # set by Sluice
    phase: staging

    last_release: 2025-01-01
    tasks:
      - write notes # by hand
      - 'fix and release again: errors'
      - tell support
extra: &anchor
  - a very long line that goes on and on and on and on and on and on and on and on and on and on and on and on
`,
    );
    await file().update('shop', { ...state, tasks: [] });
    expect(text()).toBe(
      `# who owns what
owner: "alice" # ask her

products:
  blog: { phase: development, version: '0.1.0' }
  # the shop
  shop:
    owner: bob
    version: "1.10.0" # set by Sluice
    phase: production

    last_release: "2026-01-25T00:00:00Z"
    tasks:
      - write notes # by hand
      - tell support
    last_activity: "2026-01-26T00:00:00Z"
extra: &anchor
  - a very long line that goes on and on and on and on and on and on and on and on and on and on and on and on
`,
    );
    expect(await file().read('shop')).toEqual({ ...state, tasks: ['write notes', 'tell support'] });
  });

  it('[RW-12] leaves the tasks alone where none are given', async () => {
    await file().update('shop', { ...state, tasks: ['write notes'] });
    await file().update('shop', { ...state, phase: 'staging' });
    expect(await file().read('shop')).toEqual({ ...state, phase: 'staging', tasks: ['write notes'] });
  });

  it("[RW-12] puts Sluice's own task in the place of the one before, beside those of people", async () => {
    const fix = (why: string) => ({ ...state, tasks: [rollbackTask(why)] });
    await file().update('shop', fix('errors'));
    expect(text()).toContain('    tasks:\n      - "fix and release again: errors"\n');
    writeFileSync(
      path(),
      text().replace('    tasks:\n', '    tasks:\n      # before the summer\n      - write notes\n'),
    );
    await file().update('shop', fix('it is slow'));
    expect((await file().read('shop'))?.tasks).toEqual(['write notes', 'fix and release again: it is slow']);
    expect(text()).toContain('      # before the summer\n      - write notes\n');
    await file().update('shop', { ...state, tasks: [] });
    expect((await file().read('shop'))?.tasks).toEqual(['write notes']);
  });

  it('[RW-12] leaves tasks that are no list to people, and says where', async () => {
    const before = 'products:\n  shop:\n    tasks: { a: b }\n';
    writeFileSync(path(), before);
    await expect(file().update('shop', { ...state, tasks: [] })).rejects.toThrow(
      /:3\D.*tasks must be a list/,
    );
    expect(text()).toBe(before);
  });

  it('[RW-12] the same again does not touch the file', async () => {
    await file().update('shop', state);
    const before = statSync(path()).ino;
    await file().update('shop', state);
    expect(statSync(path()).ino).toBe(before);
  });

  it('reads versions as they are written, and what is missing as empty', async () => {
    writeFileSync(
      path(),
      'products:\n  shop:\n    version: 1.10\n    phase:\n    last_release: 2026-01-01\n',
    );
    expect(await file().read('shop')).toEqual({
      phase: '',
      version: '1.10',
      last_release: '2026-01-01',
      last_activity: '',
    });
    expect(await file().read('other')).toBeUndefined();
  });

  it.each([
    '',
    '\n',
    '# only a comment\n',
    'products:\n',
    'products: {}\n',
    'products:\n  shop:\n',
    '---\n',
    'null\n',
  ])('starts from %j', async (before) => {
    writeFileSync(path(), before);
    await file().update('shop', state);
    expect(parse(text())).toEqual({ products: { shop: state } });
    if (before.includes('#')) expect(text()).toContain('# only a comment');
  });

  it.each([
    ['products:\n  shop: [1\n', 2, 'broken YAML'],
    ['a: 1\na: 2\n', 2, 'broken YAML'],
    ['products:\n\tshop: 1\n', 2, 'broken YAML'],
    ['a: 1\n---\nb: 2\n', 2, 'second YAML document'],
    ['- a\n- b\n', 1, 'must be a mapping'],
    ['# x\nproducts: [shop]\n', 2, 'products must be a mapping'],
    ['products:\n  blog: {}\n  shop: 1.0.0\n', 3, 'shop must be a mapping'],
    ['products:\n  blog: &b\n    a: 1\n  shop: *b\n', 4, 'not by an alias'],
  ])('says what is wrong in %j, and where, and leaves it alone', async (before, line, message) => {
    writeFileSync(path(), before);
    const error: unknown = await file()
      .update('shop', state)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StateFileProblem);
    expect((error as StateFileProblem).message).toContain(message);
    expect((error as StateFileProblem).message).toContain(path());
    expect((error as StateFileProblem).line).toBeGreaterThanOrEqual(line);
    expect((error as StateFileProblem).line).toBeLessThanOrEqual(line + 1);
    await expect(file().read('shop')).rejects.toThrow(StateFileProblem);
    expect(text()).toBe(before);
  });

  it('bytes that are not UTF-8, and a directory, are named and left alone', async () => {
    const bytes = Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe, 0x0a]);
    writeFileSync(path(), bytes);
    await expect(file().update('shop', state)).rejects.toThrow(StateFileProblem);
    expect(readFileSync(path())).toEqual(bytes);
    mkdirSync(join(directory, 'folder'));
    await expect(createStateFile(join(directory, 'folder')).read('shop')).rejects.toThrow(StateFileProblem);
    await expect(createStateFile(join(directory, 'folder')).update('shop', state)).rejects.toThrow(
      StateFileProblem,
    );
  });

  it('keeps Windows line ends, permissions and links', async () => {
    const real = join(directory, 'real.yml');
    writeFileSync(real, 'a: 1\r\nproducts: {}\r\n');
    chmodSync(real, 0o600);
    symlinkSync(real, path());
    await file().update('shop', state);
    expect(
      text()
        .split('\n')
        .slice(0, -1)
        .every((line) => line.endsWith('\r')),
    ).toBe(true);
    expect(lstatSync(path()).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o600);
  });

  it('whatever a state holds is read back, beside whatever was there', async () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 30 }).map((value) => value.toWellFormed());
    const any = fc.record({
      phase: word,
      version: word,
      last_release: word,
      last_activity: word,
      tasks: fc.array(word, { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(any, any, async (first, second) => {
        rmSync(path(), { force: true });
        await file().update('blog', first);
        await file().update('shop', second);
        expect(await file().read('blog')).toEqual(first);
        expect(await file().read('shop')).toEqual(second);
        expect(parse(text())).toEqual({ products: { blog: first, shop: second } });
      }),
      { numRuns: 60 },
    );
  });

  it('several processes at once lose nothing of each other', async () => {
    const products = ['one', 'two', 'three'];
    const children = products.map((product) => start(product, 30));
    const ends = await Promise.all(children.map((child) => once(child, 'exit')));
    expect(ends.map(([code]) => code as number)).toEqual([0, 0, 0]);
    const versions = await Promise.all(
      products.map(async (product) => (await file().read(product))?.version),
    );
    expect(versions).toEqual(['0.0.30', '0.0.30', '0.0.30']);
  });

  it('[PL-1] a process killed amid writing leaves a whole file and no lock', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const child = start('killed', 1_000_000);
      let seen = '';
      for await (const chunk of child.stdout) {
        seen += String(chunk);
        if (seen.split('\n').length > 10 * round) break;
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect((await file().read('killed'))?.version).toMatch(/^0\.0\.\d+$/);
    }
    await file().update('shop', state);
    expect(await file().read('shop')).toEqual(state);
    expect(readdirSync(directory)).toContain('state.yml');
  });

  const start = (product: string, times: number) =>
    spawn(process.execPath, [join(import.meta.dirname, 'updater.ts'), path(), product, String(times)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
});
