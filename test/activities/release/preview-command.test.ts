import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NextVersion } from '../../../src/domain/release/next.ts';
import { runSluice } from '../../client/support/command.ts';
import { FastHistory } from '../../support/fast-history.ts';

let root: string;
let made = 0;
const place = () => join(root, `shop${(made += 1)}`);
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-preview-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

const preview = (directory: string, ...args: readonly string[]) =>
  runSluice(['preview', 'release', '--repository', directory, ...args], { cwd: root });

/** What it says as a document; an error as its message. */
async function said(directory: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await preview(directory, '--json', ...args);
  const document = JSON.parse(stdout) as NextVersion & { error?: { message: string } };
  expect(stderr).toBe('');
  expect(code).toBe(document.error ? 2 : 0);
  return document;
}

const having = (text: string): unknown => expect.stringContaining(text);

async function grown(grow: (history: FastHistory) => void, options?: { bare: boolean }): Promise<string> {
  const history = new FastHistory(place(), options);
  grow(history);
  await history.done();
  return history.directory;
}

const clone = (from: string, ...args: readonly string[]): string => {
  const target = place();
  execFileSync('git', ['clone', '--quiet', ...args, `file://${from}`, target], { stdio: 'pipe' });
  return target;
};

describe('[RW-4] [PL-2] sluice preview release, without any server', () => {
  it('says version, reasons, changes, breaking changes and warnings', async () => {
    const directory = await grown((h) => {
      h.commit('feat: begin', { files: { 'package.json': { name: 'shop', version: '1.0.0' } } });
      h.tag('v1.0.0');
      h.commit('feat(cart)!: prices are in cents (#7)\n\nBREAKING CHANGE: divide by 100. Migration: run it');
      h.commit('Make | it <faster>');
      h.commit('docs: how');
    });
    expect(await said(directory)).toMatchObject({
      product: 'shop',
      version: '2.0.0',
      tag: 'v2.0.0',
      previous: 'v1.0.0',
      bump: 'major',
      reasons: [expect.stringContaining('major: feat(cart)!')],
      warnings: [expect.stringContaining('1 of 3 commits is not conventional')],
      breaking: [{ description: having('divide by 100'), title: having('#7') }],
      sections: [
        { title: 'Breaking', entries: [expect.stringContaining('cart: prices are in cents (#7)')] },
        { title: 'Changed', entries: [expect.stringMatching(/^Make \| it <faster> \([0-9a-f]{7}\)$/)] },
      ],
      commits: 3,
    });
    const { stdout } = await preview(directory, '--markdown');
    expect(stdout).toMatch(/^### shop v2\.0\.0\n\nmajor, after v1\.0\.0, commit [0-9a-f]{7}\n/);
    expect(stdout).toContain('- Make \\| it \\<faster\\>');
    expect((await preview(directory)).stdout).toMatch(/^shop v2\.0\.0 {2}\(major, after v1\.0\.0, commit /);
    const patch = await said(directory, '--bump', 'patch');
    expect(patch.version).toBe('1.0.1');
    expect(patch.warnings[0]).toContain('the commits ask for major');
    expect(await said(directory, '--preid', 'rc')).toMatchObject({
      version: '2.0.0-rc.1',
      bump: 'prerelease',
    });
    expect(await said(directory, '--ref', 'v1.0.0')).toMatchObject({ version: null });
  });

  it('nothing to release is an answer', async () => {
    const directory = await grown((h) => {
      h.commit('feat: begin');
      h.tag('v1.0.0');
      h.commit('docs: how');
    });
    expect(await said(directory)).toMatchObject({
      version: null,
      tag: null,
      previous: 'v1.0.0',
      sections: [],
      reasons: [expect.stringMatching(/^Nothing to release: the only commit changes nothing/)],
    });
    expect((await preview(directory)).stdout).toMatch(
      /^shop\d+: nothing to release {2}\(since v1\.0\.0, commit /,
    );
  });

  it('no tags is a first release', async () => {
    const directory = await grown((h) => h.commit('feat: begin'), { bare: false });
    expect(await said(directory)).toMatchObject({
      version: '1.0.0',
      previous: null,
      reasons: ['First release: there is no version tag yet.'],
    });
  });

  it('a shallow clone is enough where it has all since the last version, and is told where it has not', async () => {
    const directory = await grown((h) => {
      for (const message of ['feat: begin', 'fix: a', 'fix: b', 'fix: c']) h.commit(message);
      h.tag('v1.0.0', 2);
    });
    expect(await said(clone(directory, '--depth=3'))).toMatchObject({ version: '1.0.1', commits: 2 });
    for (const cut of [clone(directory, '--depth=2'), clone(directory, '--depth=3', '--no-tags')])
      expect((await said(cut)).error?.message).toMatch(
        /is a shallow clone, and .* not in it: run git fetch --unshallow/,
      );
  });

  it('sees the history that everybody has, whatever one clone replaces', async () => {
    const directory = await grown(
      (h) => {
        for (const message of ['feat: begin', 'feat!: big', 'fix: small']) h.commit(message);
        h.tag('v1.0.0', 1);
      },
      { bare: false },
    );
    expect(await said(directory)).toMatchObject({ version: '2.0.0', warnings: [] });
    execFileSync('git', ['replace', '--graft', 'main', 'v1.0.0'], { cwd: directory, stdio: 'pipe' });
    expect(
      execFileSync('git', ['log', '--oneline', 'main'], { cwd: directory, encoding: 'utf8' }),
    ).not.toContain('big');
    expect(await said(directory)).toMatchObject({
      version: '2.0.0',
      warnings: [expect.stringMatching(/^The history is rewritten in this clone alone/)],
    });
  });

  it('reads messages of any size and bytes', async () => {
    const directory = await grown((h) => {
      h.commit('feat: begin');
      h.tag('v1.0.0');
      h.commit(`fix: long\n\n${'x'.repeat(1_000_000)}`);
      h.commit(Buffer.from('fix: cut\0feat!: hidden\n\nBREAKING CHANGE: no'));
      h.commit('fix: Käse', { encoding: 'latin1' });
      h.commit(Buffer.from([0x66, 0x69, 0x78, 0x3a, 0x20, 0xff, 0x0a]));
      h.commit('\uFEFFfix: marked');
      h.commit('');
      h.commit('fix: \u001b[31mred\u202e');
    });
    const { version, sections } = await said(directory);
    expect(version).toBe('1.0.1');
    expect(sections.find(({ title }) => title === 'Fixed')?.entries).toEqual([
      expect.stringMatching(/^\u001b\[31mred/),
      expect.stringMatching(/^marked/),
      expect.stringMatching(/^\ufffd \(/),
      expect.stringMatching(/^Käse/),
      expect.stringMatching(/^cut \(/),
      expect.stringMatching(/^long/),
    ]);
    expect((await preview(directory)).stdout).not.toMatch(/[\u0000-\u0009\u001b\u202e]/);
  });

  it('a thousand tags, most of them no versions, and a changelog of 20 MB', async () => {
    const directory = await grown((h) => {
      h.commit('feat: begin', { files: { 'CHANGELOG.md': '# Changelog\n'.repeat(1_700_000) } });
      for (let at = 0; at < 400; at += 1) h.tag(`v0.${at}.0`);
      for (let at = 0; at < 600; at += 1) h.tag(`nightly-${at}`);
      h.commit('fix: it');
    });
    expect(await said(directory)).toMatchObject({ version: '0.399.1', previous: 'v0.399.0' });
  });

  it('two prefixes are a question, which the option answers', async () => {
    const directory = await grown((h) => {
      h.commit('feat: begin');
      for (const tag of ['web-v1.0.0', 'api-v3.0.0']) h.tag(tag);
      h.commit('fix: it');
    });
    expect((await said(directory)).error?.message).toMatch(
      /api-…, web-….*Say with --tag-prefix, or in sluice\.yaml/,
    );
    expect(await said(directory, '--tag-prefix', 'api-')).toMatchObject({
      version: '3.0.1',
      tag: 'api-v3.0.1',
    });
  });

  it.each<[string, (directory: string) => Promise<unknown> | string, readonly string[], RegExp]>([
    ['no repository', (at) => at, [], /is not a git repository/],
    ['no commits', async () => grown(() => undefined), [], /has no commits yet/],
    [
      'no such ref',
      async () => grown((h) => h.commit('fix: a')),
      ['--ref', 'nope'],
      /has no branch, tag or commit 'nope' \(it has the branches main\)/,
    ],
    [
      'a ref that is an option',
      async () => grown((h) => h.commit('fix: a')),
      ['--ref=--all'],
      /has no branch, tag or commit '--all'/,
    ],
    [
      'a wrong name of a pre-release',
      async () => grown((h) => h.commit('fix: a')),
      ['--preid', 'a b'],
      /'a b' can't name a pre-release/,
    ],
    [
      'a HEAD that is not there',
      async () => grown((h) => h.commit('fix: a', { branch: 'trunk' })),
      [],
      /HEAD of .* is a branch that is not there \(it has trunk\): name one with --ref/,
    ],
    [
      'a broken sluice.yaml',
      async () => {
        const directory = await grown((h) => h.commit('fix: a'), { bare: false });
        writeFileSync(join(directory, 'sluice.yaml'), 'product: [');
        return directory;
      },
      [],
      /sluice\.yaml:1/,
    ],
  ])('%s is a clear answer', async (_, where, args, says) => {
    const directory = String(await where(mkdtempSync(join(root, 'at-'))));
    expect((await said(directory, ...args)).error?.message).toMatch(says);
    const { code, stdout, stderr } = await preview(directory, ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});
