import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSluice } from '../../client/support/command.ts';
import { FastHistory } from '../../support/fast-history.ts';

let root: string;
let made = 0;
const place = () => join(root, `${(made += 1)}`);
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-backtest-command-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

const backtest = (...args: readonly string[]) => runSluice(['backtest', 'versions', ...args], { cwd: root });

async function some(tags: readonly string[], options?: { bare: boolean }): Promise<string> {
  const history = new FastHistory(place(), options);
  for (const [at, tag] of tags.entries()) {
    history.commit(`${at % 2 === 0 ? 'fix' : 'feat'}: a | pipe <b>${at}</b>`);
    if (tag !== '') history.tag(tag);
  }
  await history.done();
  return history.directory;
}

describe('[RW-4] [PL-2] sluice backtest versions, without any server', () => {
  it('prints one document with --json, the same twice', async () => {
    const directory = await some(['v1.0.0', 'v1.0.1', 'v1.0.2', 'v1.0.3-rc.1']);
    const { code, stdout, stderr } = await backtest('--repository', directory, '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      repository: directory,
      tagPrefix: '',
      releases: 3,
      agree: 2,
      differ: [{ tag: 'v1.0.1', published: '1.0.1', sluice: '1.1.0', kind: 'lower' }],
      prereleases: { releases: 1, agree: 0, differ: [{ sluice: '1.1.0-rc.1' }] },
      reasons: { lower: 1 },
    });
    expect((await backtest('--repository', directory, '--json')).stdout).toBe(stdout);
  });

  it('prints a Markdown table where no terminal is, in which the words of others stay words', async () => {
    const directory = await some(['v1.0.0', 'v1.0.1'], { bare: false });
    const { code, stdout } = await runSluice(['backtest', 'versions'], { cwd: directory });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Sluice would have called 1 of 2 releases \(50 %\) of \d+ what they were called\.$/m,
    );
    expect(stdout).toMatch(
      /^\| v1\.0\.1 \| 1\.0\.1 \| 1\.1\.0 \| .*a \\\| pipe \\<b\\>1\\<\/b\\> \([0-9a-f]{7}\)\. \|$/m,
    );
    expect((await backtest('--repository', directory, '--all')).stdout).toContain(
      '| v1.0.0 | 1.0.0 | 1.0.0 | the same |',
    );
  });

  it('reads sluice.yaml of the checkout, and says what is wrong with it', async () => {
    const directory = await some(['v1.0.0', 'v1.0.1'], { bare: false });
    const config = (types: string) =>
      writeFileSync(
        join(directory, 'sluice.yaml'),
        `product: shop\nrepository: { path: . }\nrelease: { types: { feat: ${types} } }\nenvironments:\n  production: { process: { start: a, port: 4200 }, approval: { from: [ann] } }\n`,
      );
    config('patch');
    expect((await backtest('--repository', directory)).stdout).toContain('2 of 2 releases (100 %) of shop');
    config('huge');
    const broken = await backtest('--repository', directory);
    expect(broken).toMatchObject({ code: 2, stdout: '' });
    expect(broken.stderr).toMatch(/sluice\.yaml:3.*none, patch or minor/s);
  });

  it.each<[string, (directory: string) => Promise<string> | string, RegExp]>([
    ['no such path', (at) => join(at, 'nowhere'), /nowhere does not exist: correct --repository/],
    ['no repository', (at) => at, /is not a git repository/],
    [
      'a directory inside of one',
      async () => {
        const inner = join(await some(['v1.0.0'], { bare: false }), 'inner');
        mkdirSync(inner);
        return inner;
      },
      /is a directory inside of the repository/,
    ],
    ['an empty repository', async () => some([]), /has no commits yet/],
    [
      'a shallow clone',
      async () => {
        const from = await some(['v1.0.0', 'v1.0.1', 'v1.0.2']);
        const target = place();
        execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${from}`, target], { stdio: 'pipe' });
        return target;
      },
      /is a shallow clone: .*git fetch --unshallow/,
    ],
    [
      'a partial clone whose remote is gone',
      async () => {
        const from = await some(['v1.0.0', 'v1.0.1', 'v1.0.2']);
        execFileSync('git', ['config', 'uploadpack.allowFilter', 'true'], { cwd: from });
        const target = place();
        const args = ['clone', '--quiet', '--bare', '--filter=tree:0', `file://${from}`, target];
        execFileSync('git', args, { stdio: 'pipe' });
        rmSync(from, { recursive: true });
        return target;
      },
      /is a partial clone, and what it lacks can't be fetched/,
    ],
    [
      'tags of two products',
      async () => some(['web-v1.0.0', 'api-v1.0.0']),
      /called api-…, web-….*Say with --tag-prefix, or in sluice\.yaml/,
    ],
  ])('%s is a clear answer', async (_, where, says) => {
    mkdirSync(place());
    const directory = await where(mkdtempSync(join(root, 'at-')));
    const { code, stdout } = await backtest('--repository', directory, '--json');
    expect(code).toBe(2);
    expect((JSON.parse(stdout) as { error: { message: string } }).error.message).toMatch(says);
  });

  it('says that there is nothing to look back on', async () => {
    const directory = await some(['', 'nightly', '1.0']);
    const { code, stdout } = await backtest('--repository', directory);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No release of \d+ is tagged as a version: there is nothing to look back on\.$/m);
    expect(stdout).toContain('2 tags are no versions of this product (1.0, nightly), and left out.');
  });

  it('takes the prefix that is given, of whichever product', async () => {
    const directory = await some(['web-v1.0.0', 'api-v1.0.0', 'web-v1.0.1']);
    const { stdout } = await backtest('--repository', directory, '--tag-prefix', 'web-', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      tagPrefix: 'web-',
      releases: 2,
      differ: [{ sluice: '1.1.0' }],
    });
  });
});
