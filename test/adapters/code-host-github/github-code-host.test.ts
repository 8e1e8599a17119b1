import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodeHostProblem } from '../../../src/activities/ports/code-host.ts';
import type { CodeHost } from '../../../src/activities/ports/code-host.ts';
import { createGitHubCodeHost } from '../../../src/adapters/code-host-github/github-code-host.ts';
import type { GitHubOptions } from '../../../src/adapters/code-host-github/github-code-host.ts';
import { startGitHubStandIn } from '../../support/github-stand-in.ts';
import type { GitHubStandIn } from '../../support/github-stand-in.ts';
import { quietLog } from '../../support/log.ts';

const severityLabels = { critical: 'severity: critical', high: 'severity: high' };
const sha = 'a'.repeat(40);
const issueRequest = 'POST /repos/{owner}/{repo}/issues';
const listRequest = 'GET /repos/{owner}/{repo}/issues';
const releaseRequest = 'POST /repos/{owner}/{repo}/releases';

let github: GitHubStandIn;
let warnings: string[];
let broken: boolean;

beforeEach(async () => {
  github = await startGitHubStandIn();
  github.state.labels.add(severityLabels.critical).add(severityLabels.high);
  github.state.tags.set('v1.4.0', sha);
  warnings = [];
  broken = false;
});
// Fails on every request or answer that GitHub doesn't describe.
afterEach(async () => {
  if (broken) await expect(github.stop()).rejects.toThrow(/GitHub would not understand/);
  else await github.stop();
});

const log = { ...quietLog, warn: (message: string) => void warnings.push(message) };
const host = (options: Partial<GitHubOptions> = {}): CodeHost =>
  createGitHubCodeHost({
    repository: github.repository,
    token: github.token,
    apiUrl: github.url,
    severityLabels,
    log,
    second: 20,
    ...options,
  });
const count = (name: string) => github.requests.filter((request) => request.name === name).length;
const problem = async (work: Promise<unknown>): Promise<CodeHostProblem> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CodeHostProblem);
  return error as CodeHostProblem;
};
const issue = {
  title: 'Fix the cart',
  body: 'It broke.',
  labels: ['sluice'],
  key: 'release/shop/v1.4.0/r1/rollback/issue/1',
};
const release = {
  tag: 'v1.4.0',
  name: 'Shop v1.4.0',
  notes: '# Shop',
  file: 'docs/releases/v1.4.0.md',
  prerelease: false,
};

describe('pull requests', () => {
  const pull = (number: number, over: object = {}) => ({
    number,
    title: `Pull ${number}`,
    base: 'main',
    state: 'open' as const,
    draft: false,
    labels: [] as string[],
    ...over,
  });

  it('[RW-2] lists what is open into main, drafts left out, on every page', async () => {
    github.state.pulls.push(...Array.from({ length: 230 }, (_, i) => pull(i + 1)));
    github.state.pulls.push(
      pull(500, { draft: true }),
      pull(501, { base: 'next' }),
      pull(502, { state: 'closed' }),
    );
    const pulls = await host().openPullRequests('main');
    expect(pulls).toHaveLength(230);
    expect(pulls[0]).toEqual({ number: 1, title: 'Pull 1', url: 'https://github.test/acme/shop/pull/1' });
  });

  it('[RW-2] with a release label, only those that carry it, drafts too', async () => {
    github.state.pulls.push(
      pull(1),
      pull(2, { labels: ['next release'] }),
      pull(3, { labels: ['next release'], draft: true }),
    );
    const pulls = await host({ releaseLabel: 'next release' }).openPullRequests('main');
    expect(pulls.map(({ number }) => number)).toEqual([2, 3]);
  });
});

describe('checks', () => {
  const run = (name: string, status: string, conclusion: string | null, commit = sha) =>
    void github.state.checkRuns.push({ commit, name, status, conclusion });

  it('[RW-2] nothing reports: none', async () => {
    run('other commit', 'completed', 'failure', 'b'.repeat(40));
    expect(await host().checkStatus(sha)).toEqual({ state: 'none', notGreen: [] });
  });

  it('[RW-2] check runs and commit statuses count together; the newest of each name counts', async () => {
    run('unit', 'completed', 'failure');
    run('unit', 'completed', 'success');
    run('docs', 'completed', 'skipped');
    run('style', 'completed', 'neutral');
    github.state.statuses.push({ commit: sha, context: 'ci/old', state: 'failure' });
    github.state.statuses.push({ commit: sha, context: 'ci/old', state: 'success' });
    expect(await host().checkStatus(sha)).toEqual({ state: 'passed', notGreen: [] });
  });

  it('[RW-2] failed goes before pending, and every one that is not green is named', async () => {
    run('e2e', 'in_progress', null);
    run('unit', 'completed', 'timed_out');
    github.state.statuses.push({ commit: sha, context: 'ci/external', state: 'error' });
    expect(await host().checkStatus(sha)).toEqual({
      state: 'failed',
      notGreen: ['ci/external', 'e2e', 'unit'],
    });
  });

  it('[RW-2] only pending: pending', async () => {
    run('e2e', 'queued', null);
    github.state.statuses.push({ commit: sha, context: 'ci', state: 'pending' });
    expect(await host().checkStatus(sha)).toEqual({ state: 'pending', notGreen: ['ci', 'e2e'] });
  });

  it('[RW-2] a failure on the second page is seen', async () => {
    for (let i = 0; i < 150; i += 1) run(`job ${i}`, 'completed', i === 149 ? 'failure' : 'success');
    expect(await host().checkStatus(sha)).toEqual({ state: 'failed', notGreen: ['job 149'] });
  });
});

describe('bugs', () => {
  const bug = (number: number, labels: string[], over: object = {}) =>
    void github.state.issues.push({
      number,
      title: `Bug ${number}`,
      body: null,
      state: 'open',
      labels,
      ...over,
    });

  it('[RW-2] lists open issues by severity label, never pull requests, each once with the worse severity', async () => {
    bug(1, [severityLabels.high]);
    bug(2, [severityLabels.high, severityLabels.critical]);
    bug(3, [severityLabels.critical], { state: 'closed' });
    bug(4, ['bug']);
    github.state.pulls.push({
      number: 5,
      title: 'A fix',
      base: 'main',
      state: 'open',
      draft: false,
      labels: [severityLabels.high],
    });
    const bugs = await host().openBugs();
    expect(bugs.map(({ number, severity }) => [number, severity])).toEqual([
      [2, 'critical'],
      [1, 'high'],
    ]);
    expect(bugs[0]?.url).toBe('https://github.test/acme/shop/issues/2');
  });

  it('says so where the repository has no such label: a typing mistake would make everything look ready', async () => {
    github.state.labels.delete(severityLabels.critical);
    expect(await host().openBugs()).toEqual([]);
    expect(warnings.join()).toContain('no label "severity: critical"');
  });

  it('an answer that breaks off is asked for again, not taken for an empty list', async () => {
    bug(1, [severityLabels.critical]);
    github.inject({ on: listRequest, lose: 'half-the-answer' });
    expect(await host().openBugs()).toHaveLength(1);
  });

  it('refuses a label that the filter would read as two', async () => {
    const refused = await problem(host({ severityLabels: { critical: 'a,b', high: 'c' } }).openBugs());
    expect(refused).toMatchObject({ retryable: false, message: expect.stringContaining('"a,b"') as string });
  });
});

describe('releases', () => {
  it('[RW-11] publishes once, and finds it again', async () => {
    expect(await host().publishRelease(release)).toEqual({
      url: 'https://github.test/acme/shop/releases/tag/v1.4.0',
      created: true,
    });
    expect(await host().publishRelease(release)).toMatchObject({ created: false });
    expect(github.state.releases).toEqual([
      { id: 1, tag: 'v1.4.0', name: 'Shop v1.4.0', body: '# Shop', prerelease: false },
    ]);
  });

  it('[RW-11] [BY-8] an answer lost after the effect leaves one release', async () => {
    github.inject({ on: releaseRequest, lose: 'answer' });
    expect(await host().publishRelease(release)).toMatchObject({ created: true });
    expect(github.state.releases).toHaveLength(1);
    expect(count(releaseRequest)).toBe(1);
  });

  it('[RW-11] two at the same time make one', async () => {
    const both = await Promise.all([host().publishRelease(release), host().publishRelease(release)]);
    expect(github.state.releases).toHaveLength(1);
    expect(new Set(both.map(({ url }) => url)).size).toBe(1);
  });

  it('[RW-11] notes beyond what GitHub publishes end where a line does, with a link to all of them', async () => {
    const lines = Array.from({ length: 4_000 }, (_, at) => `- change number ${at} of very many`);
    const notes = ['# Shop v1.4.0', '', ...lines].join('\n');
    await host().publishRelease({ ...release, notes, file: 'docs/releases/v1.4.0 #1.md' });
    const body = github.state.releases[0]?.body ?? '';
    expect(body.length).toBeLessThanOrEqual(125_000);
    expect(body.length).toBeGreaterThan(124_000);
    const [kept, note] = body.trimEnd().split(/\n\n(?=These notes)/);
    expect(notes.startsWith(`${kept ?? ''}\n`)).toBe(true);
    expect(note).toBe(
      'These notes are longer than GitHub publishes: [all of them](https://github.test/acme/shop/blob/v1.4.0/docs/releases/v1.4.0%20%231.md).',
    );
  });

  it('[RW-11] never lets GitHub make the tag', async () => {
    const refused = await problem(host().publishRelease({ ...release, tag: 'v9.9.9' }));
    expect(refused).toMatchObject({
      retryable: true,
      message: expect.stringContaining('no tag v9.9.9') as string,
    });
    expect(github.state.tags.has('v9.9.9')).toBe(false);
  });

  it('takes tags with characters that a path does not like', async () => {
    github.state.tags.set('shop/v1.4.0+b#1', sha);
    await host().publishRelease({ ...release, tag: 'shop/v1.4.0+b#1', prerelease: true });
    expect(await host().publishRelease({ ...release, tag: 'shop/v1.4.0+b#1' })).toMatchObject({
      created: false,
    });
    expect(github.state.releases[0]).toMatchObject({ tag: 'shop/v1.4.0+b#1', prerelease: true });
  });
});

describe('issues', () => {
  it('[RW-15] creates one issue for a key, and finds it again although people changed it', async () => {
    const first = await host().createIssue({ ...issue, severity: 'critical' });
    expect(first).toMatchObject({ number: 1, created: true, url: 'https://github.test/acme/shop/issues/1' });
    Object.assign(github.state.issues[0]!, { title: 'Renamed', labels: [], state: 'closed' });
    expect(await host().createIssue(issue)).toMatchObject({ number: 1, created: false });
    expect((await host().createIssue({ ...issue, key: `${issue.key}0` })).number).toBe(2);
  });

  it('[RW-15] carries the severity label, so that the next release is blocked by it', async () => {
    await host().createIssue({ ...issue, severity: 'high' });
    expect(github.state.issues[0]?.labels).toEqual(['sluice', severityLabels.high]);
    expect(await host().openBugs()).toMatchObject([{ number: 1, severity: 'high' }]);
  });

  it('[RW-15] [BY-8] an answer lost after the effect leaves one issue', async () => {
    github.inject({ on: issueRequest, lose: 'answer' });
    expect(await host().createIssue(issue)).toMatchObject({ number: 1, created: true });
    expect(github.state.issues).toHaveLength(1);
    expect(count(issueRequest)).toBe(1);
  });

  it('[RW-15] half an answer after the effect leaves one issue', async () => {
    github.inject({ on: issueRequest, lose: 'half-the-answer' });
    expect(await host().createIssue(issue)).toMatchObject({ number: 1 });
    expect(github.state.issues).toHaveLength(1);
  });

  it('a 502 before the effect is tried again', async () => {
    github.inject({ on: issueRequest, answer: { status: 502 } });
    expect(await host().createIssue(issue)).toMatchObject({ number: 1, created: true });
    expect(count(issueRequest)).toBe(2);
  });

  it('finds the issue behind hundreds of newer ones', async () => {
    await host().createIssue(issue);
    for (let number = 2; number <= 350; number += 1) {
      github.state.issues.push({ number, title: 'newer', body: null, state: 'open', labels: [] });
    }
    expect(await host().createIssue(issue)).toMatchObject({ number: 1, created: false });
  });

  it('cuts what GitHub would refuse, and keeps the marker', async () => {
    const huge = {
      ...issue,
      title: `a\nb${'x'.repeat(1_000)}`,
      body: 'y'.repeat(200_000),
      key: 'odd --> key \ud800',
    };
    await host().createIssue(huge);
    expect(github.state.issues[0]?.body?.length).toBeLessThanOrEqual(65_536);
    expect(github.state.issues[0]?.title).toHaveLength(256);
    expect(await host().createIssue(huge)).toMatchObject({ number: 1, created: false });
  });
});

describe('when GitHub says no', () => {
  it('waits out 502s, within bounds', async () => {
    github.inject({ times: 2, answer: { status: 502 } });
    expect(await host().openPullRequests('main')).toEqual([]);
    github.inject({ times: 100, answer: { status: 502 } });
    const before = github.requests.length;
    expect((await problem(host().openPullRequests('main'))).retryable).toBe(true);
    expect(github.requests.length - before).toBe(4);
  });

  it.each([429, 503])('a %d with retry-after is repeated no sooner than it says', async (status) => {
    github.inject({ answer: { status, headers: { 'retry-after': '5' } } });
    await host().openPullRequests('main');
    const [first, second] = github.requests;
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(5 * 20 - 5);
  });

  it('a used-up rate limit is waited out until its reset', async () => {
    const reset = Math.ceil(Date.now() / 1_000) + 3;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    github.inject({ answer: { status: 403, headers, body: { message: 'API rate limit exceeded' } } });
    await host().openPullRequests('main');
    const [first, second] = github.requests;
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(3 * 20 - 5);
  });

  it('a secondary limit is waited out', async () => {
    const body = { message: 'You have exceeded a secondary rate limit.' };
    github.inject({ answer: { status: 403, headers: { 'retry-after': '4' }, body } });
    github.inject({ answer: { status: 429, headers: { 'retry-after': '4' }, body } });
    await host().openPullRequests('main');
    expect(github.requests).toHaveLength(3);
  });

  it('limits are bounded: in number', async () => {
    const body = { message: 'You have exceeded a secondary rate limit.' };
    github.inject({ times: 100, answer: { status: 429, headers: { 'retry-after': '1' }, body } });
    expect(await problem(host().openPullRequests('main'))).toMatchObject({ retryable: true });
    expect(github.requests).toHaveLength(4);
  });

  it('limits are bounded: in time, with the wait in the message', async () => {
    github.inject({ times: 100, answer: { status: 429, headers: { 'retry-after': '3000' } } });
    const refused = await problem(host().openPullRequests('main'));
    expect(refused).toMatchObject({
      retryable: true,
      message: expect.stringContaining('wait 3000 s') as string,
    });
    expect(github.requests).toHaveLength(1);
  });

  it('a bad token is not retried, and the message says what to do', async () => {
    const refused = await problem(host({ token: 'wrong' }).openPullRequests('main'));
    expect(refused).toMatchObject({
      retryable: false,
      message: expect.stringContaining('the token is refused') as string,
    });
    expect(refused.message).not.toContain('wrong');
    expect(github.requests).toHaveLength(1);
  });

  it.each([
    [{ 'x-accepted-github-permissions': 'issues=write' }, 'the permission issues=write'],
    [
      { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': 'gist' },
      'one of the scopes: repo; it has: gist',
    ],
  ])('a missing permission is named: %j', async (headers, named) => {
    const body = { message: 'Resource not accessible by personal access token' };
    github.inject({ on: issueRequest, answer: { status: 403, headers, body } });
    const refused = await problem(host().createIssue(issue));
    expect(refused).toMatchObject({ retryable: false, message: expect.stringContaining(named) as string });
  });

  it('a repository that is not there is named', async () => {
    const gone = host({ repository: 'acme/gone' });
    for (const work of [
      () => gone.openPullRequests('main'),
      () => gone.checkStatus(sha),
      () => gone.openBugs(),
      () => gone.publishRelease(release),
      () => gone.createIssue(issue),
    ]) {
      const refused = await problem(work());
      expect(refused).toMatchObject({
        retryable: false,
        message: expect.stringContaining('no repository acme/gone') as string,
      });
    }
  });

  it('issues that are switched off are named', async () => {
    github.inject({ on: listRequest, answer: { status: 410, body: { message: 'Issues are disabled' } } });
    expect(await problem(host().createIssue(issue))).toMatchObject({ retryable: false });
  });

  it('nobody there is retryable', async () => {
    const refused = await problem(host({ apiUrl: 'http://127.0.0.1:1', second: 1 }).openBugs());
    expect(refused).toMatchObject({
      retryable: true,
      message: expect.stringContaining('no answer') as string,
    });
  });

  it('a server that is not GitHub is told apart from an empty repository', async () => {
    github.inject({
      times: 9,
      answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
    });
    await problem(host().openBugs());
  });

  it('an answer that never ends is given up in time', async () => {
    github.inject({ times: 9, lose: 'hang' });
    expect(await problem(host({ timeout: 100, second: 1 }).openPullRequests('main'))).toMatchObject({
      retryable: true,
    });
  });
});

describe('the stand-in itself', () => {
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(github.url + path, {
      ...init,
      headers: { authorization: `token ${github.token}`, 'user-agent': 'test' },
    });

  it.each([
    ['an operation that GitHub does not have', '/repos/acme/shop/nonsense', undefined],
    ['a parameter that GitHub does not have', '/repos/acme/shop/issues?label=x', undefined],
    ['a value that GitHub does not take', '/repos/acme/shop/issues?state=openish', undefined],
    ['a body without its required member', '/repos/acme/shop/issues', { body: 'x' }],
    ['a body with an unknown member', '/repos/acme/shop/issues', { title: 'x', severity: 'high' }],
  ])('fails on %s', async (_, path, body) => {
    broken = true;
    await ask(path, body ? { method: 'POST', body: JSON.stringify(body) } : {});
    expect(github.violations).toHaveLength(1);
  });
});
