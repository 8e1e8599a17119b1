import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostname } from 'node:os';
import { parse } from 'yaml';
import { createLocalCodeHost } from '../../../src/adapters/code-host-local/local-code-host.ts';
import type { CodeHost } from '../../../src/activities/ports/code-host.ts';
import { codeHostContract } from '../../contract/code-host.ts';
import type { Sandbox } from '../git/sandbox.ts';
import { createSandbox } from '../git/sandbox.ts';

let box: Sandbox;
let host: CodeHost;
let issues: string;

const open = async () => {
  box = await createSandbox();
  const directory = join(box.root, 'host');
  issues = join(directory, 'issues');
  host = createLocalCodeHost({ directory, product: 'shop', source: box.source, git: box.repository });
};
const write = async (name: string, text: string) => {
  await mkdir(issues, { recursive: true });
  await writeFile(join(issues, name), text);
};
const issue = (number: number, more = '') =>
  `---\nnumber: ${number}\ntitle: Bug ${number}\nseverity: critical\nstate: open\n${more}---\n\nText\n`;

codeHostContract('the local code host', async () => {
  await open();
  let number = 100;
  return {
    host,
    seedBug: ({ title, severity }) =>
      write(
        `${(number += 1)}.md`,
        `---\nnumber: ${number}\ntitle: ${title}\nseverity: ${severity}\nlabels: [bug]\nstate: open\n---\nby hand\n`,
      ),
    published: async (tag) => {
      const text = await readFile(join(box.root, 'host', 'releases', `${tag}.md`), 'utf8');
      const { prerelease, name } = parse(text.split('---\n')[1] ?? '') as {
        prerelease: boolean;
        name: string;
      };
      return { prerelease, name };
    },
    close: () => box.remove(),
  };
});

describe('issues as files', () => {
  beforeEach(open);
  afterEach(() => box.remove());

  it('writes Markdown that people can read', async () => {
    await host.createIssue({
      title: 'Crème: "brûlée"/../ fails',
      body: 'Body',
      labels: ['bug'],
      severity: 'high',
      key: 'k',
    });
    expect(await readdir(issues)).toEqual(['0001-creme-brulee-fails.md']);
    const text = await readFile(join(issues, '0001-creme-brulee-fails.md'), 'utf8');
    expect(text).toMatch(
      /^---\nnumber: 1\ntitle: .*\nstate: open\nseverity: high\nlabels:\n {2}- bug\ncreated: 20.*\nkey: k\n---\n\nBody\n$/,
    );
  });

  it('says the number with which a commit closes it', async () => {
    await write('7.md', issue(7));
    await host.createIssue({ title: 'T', body: 'Say "fixes #N".', labels: [], key: 'k' });
    expect(await readFile(join(issues, '0008-t.md'), 'utf8')).toContain('Say "fixes #8".');
  });

  it('[RW-2] a bug is closed by a person who writes state: closed', async () => {
    await write('7.md', issue(7));
    expect(await host.openBugs()).toMatchObject([{ number: 7 }]);
    await write('7.md', issue(7).replace('state: open', 'state: closed'));
    expect(await host.openBugs()).toEqual([]);
  });

  it('[RW-2] a bug is closed by a commit on main that fixes it, but not by one before it or one that only mentions it', async () => {
    await box.commit('fix: an older 7 (fixes #7)', { a: '1' });
    await write('7.md', issue(7, `created: "${new Date(Date.now() + 60_000).toISOString()}"\n`));
    await write('8.md', issue(8));
    await write('9.md', issue(9));
    await box.commit('fix: something seen in #8, prefixes #9', { a: '2' });
    expect((await host.openBugs()).map(({ number }) => number)).toEqual([7, 8, 9]);
    await box.commit('fix: both\n\nResolves: #8, #9', { a: '3' });
    expect((await host.openBugs()).map(({ number }) => number)).toEqual([7]);
  });

  it('reports every broken file by name and reason, and changes nothing', async () => {
    await write('1.md', 'no front matter');
    await write('2-odd.md', '---\nnumber: 2\ntitle: [unclosed\n---\n');
    await write('3.md', '---\nnumber: x\ntitle: ""\nseverity: urgent\nstate: done\n---\n');
    await write('4.md', issue(4));
    await write('5.md', issue(4));
    await write('6.md', '');
    await write('README.md', 'about issues');
    const problem = await host.openBugs().catch((error: unknown) => error as Error & { retryable: boolean });
    expect(problem).toMatchObject({ name: 'CodeHostProblem', retryable: false });
    const { message } = problem as Error;
    for (const part of [
      '1.md: it does not begin',
      '2-odd.md: its YAML',
      'severity must be critical',
      'state must be open or closed',
      'number',
      'title',
      '5.md: number 4 is also in',
      '6.md',
    ])
      expect(message).toContain(part);
    expect(message).not.toContain('README');
    await expect(host.createIssue({ title: 'x', body: '', labels: [], key: 'k' })).rejects.toThrow('1.md');
  });

  it('[BY-8] twenty writers at once, over the same and over different keys, make one issue a key', async () => {
    const made = await Promise.all(
      [...Array(20).keys()].map((n) =>
        host.createIssue({ title: `T${n % 5}`, body: '', labels: [], key: `k${n % 5}` }),
      ),
    );
    expect(new Set(made.map(({ number }) => number)).size).toBe(5);
    expect(made.filter(({ created }) => created)).toHaveLength(5);
    expect(await readdir(issues)).toHaveLength(5);
  });

  it('goes on after a writer was killed with the lock in its hand', async () => {
    await write('.lock', JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, id: 'x' }));
    expect(await host.createIssue({ title: 'x', body: '', labels: [], key: 'k' })).toMatchObject({
      number: 1,
      created: true,
    });
  });

  it('says where it may not write', async () => {
    await writeFile(join(box.root, 'host'), 'a file');
    const problem = await host
      .createIssue({ title: 'x', body: '', labels: [], key: 'k' })
      .catch((error: unknown) => error);
    expect(problem).toMatchObject({ name: 'CodeHostProblem', retryable: false });
  });
});

describe('releases as files', () => {
  beforeEach(open);
  afterEach(() => box.remove());

  it('[RW-11] keeps the first text of a release, also of a tag with slashes', async () => {
    const release = {
      tag: '../shop/v1',
      name: 'n',
      notes: '# Notes',
      file: 'docs/releases/v1.md',
      prerelease: false,
    };
    const { url } = await host.publishRelease(release);
    await host.publishRelease({ ...release, name: 'other', notes: 'other' });
    expect(url).toContain('/host/releases/');
    expect(await readFile(fileURLToPath(url), 'utf8')).toMatch(
      /^---\nproduct: shop\ntag: \.\.\/shop\/v1\nname: n\nprerelease: false\npublished: .*\n---\n\n# Notes\n$/,
    );
    expect(await readdir(join(box.root, 'host', 'releases'))).toHaveLength(1);
  });
});
