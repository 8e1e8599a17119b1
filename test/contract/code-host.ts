import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CodeHost, Severity } from '../../src/activities/ports/code-host.ts';

/** What a test of an adapter gives: the host, and a way to put an open issue there that Sluice did not make. */
export interface CodeHostSetup {
  readonly host: CodeHost;
  seedBug?: (bug: { title: string; severity: Severity }) => Promise<void>;
  /** How a release stands there, to those who look at it without Sluice. */
  published: (tag: string) => Promise<{ prerelease: boolean; name: string }>;
  /** Called after each test. */
  close?: () => Promise<void>;
}

const odd = 'Ünïcödé 🎉 "quotes" `code` <tag> --- key: value # hash \\ {}[]';
const body = `---\nnot: front matter\n---\n\n${odd}\n\n- a\n- b\n`;

/** What every CodeHost has to keep (src/activities/ports/code-host.ts). */
export function codeHostContract(name: string, setup: () => Promise<CodeHostSetup>): void {
  describe(`${name} keeps the contract of a code host`, () => {
    let given: CodeHostSetup;
    beforeEach(async () => {
      given = await setup();
    });
    afterEach(() => given.close?.());

    it('[RW-2] begins without bugs, and answers about pull requests and checks', async () => {
      expect(await given.host.openBugs()).toEqual([]);
      expect(Array.isArray(await given.host.openPullRequests('main'))).toBe(true);
      const status = await given.host.checkStatus('a'.repeat(40));
      expect(['passed', 'failed', 'pending', 'none']).toContain(status.state);
      expect(Array.isArray(status.notGreen)).toBe(true);
    });

    it('[RW-11] [BY-8] publishes a release once, however often it is asked', async () => {
      const release = {
        tag: 'v1.2.3',
        name: `Shop v1.2.3 ${odd}`,
        notes: body,
        file: 'docs/releases/v1.2.3.md',
        prerelease: false,
      };
      const first = await given.host.publishRelease(release);
      const again = await given.host.publishRelease(release);
      expect(first.created).toBe(true);
      expect(again).toEqual({ url: first.url, created: false });
      expect(() => new URL(first.url)).not.toThrow();
      const other = await given.host.publishRelease({ ...release, tag: 'v1.3.0-rc.1', prerelease: true });
      expect(other.created).toBe(true);
      expect(other.url).not.toBe(first.url);
      expect(await given.published('v1.2.3')).toEqual({ prerelease: false, name: release.name });
      expect(await given.published('v1.3.0-rc.1')).toEqual({ prerelease: true, name: release.name });
    });

    it('[RW-15] [BY-8] creates an issue once per key, however often it is asked', async () => {
      const issue = {
        title: odd,
        body,
        labels: ['bug', 'from: sluice'],
        key: 'release/shop/v1.2.3/rollback-issue',
      };
      const first = await given.host.createIssue(issue);
      const again = await given.host.createIssue({ ...issue, title: 'another title' });
      const other = await given.host.createIssue({ ...issue, key: 'release/shop/v1.2.3/another' });
      expect(first.created).toBe(true);
      expect(again).toEqual({ number: first.number, url: first.url, created: false });
      expect(other.created).toBe(true);
      expect(other.number).not.toBe(first.number);
    });

    it('an issue without text is an issue', async () => {
      expect(await given.host.createIssue({ title: 'Short', body: '', labels: [], key: 'k' })).toMatchObject({
        created: true,
      });
    });

    it('[RW-8] finds the open tasks of a run, whatever their severity, and of no other', async () => {
      const { host } = given;
      const task = (key: string) =>
        host.createIssue({ title: key, body: 'x', labels: [], severity: 'low', key });
      const { number } = await task('release/shop/v2.0.0/run/rollback.issue');
      await task('release/shop/v2.0.0-rc.1/run/rollback.issue');
      expect(await host.openTasks('release/shop/v2.0.0')).toMatchObject([
        { number, title: 'release/shop/v2.0.0/run/rollback.issue' },
      ]);
      expect(await host.openTasks('release/shop/v9.9.9')).toEqual([]);
    });

    it('[RW-2] tells critical and high bugs, and no others', async () => {
      const {
        host,
        seedBug = async ({ title, severity }) =>
          void (await host.createIssue({ title, body: '', labels: [], severity, key: title })),
      } = given;
      for (const severity of ['critical', 'high', 'medium', 'low'] as const)
        await seedBug({ title: `a ${severity} bug`, severity });
      const bugs = await host.openBugs();
      expect(
        bugs
          .map(({ title, severity }) => ({ title, severity }))
          .sort((a, b) => a.title.localeCompare(b.title)),
      ).toEqual([
        { title: 'a critical bug', severity: 'critical' },
        { title: 'a high bug', severity: 'high' },
      ]);
      expect(bugs.every(({ number, url }) => Number.isInteger(number) && url !== '')).toBe(true);
    });

    it('[RW-2] an issue that Sluice made as high blocks the next release', async () => {
      const { number } = await given.host.createIssue({
        title: 'Broken',
        body: 'x',
        labels: [],
        severity: 'high',
        key: 'k',
      });
      expect(await given.host.openBugs()).toMatchObject([{ number, severity: 'high' }]);
    });
  });
}
