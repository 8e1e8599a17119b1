import { describe, expect, it } from 'vitest';
import { faults } from '../../../examples/agents/faults/index.mjs';
import { exampleAgents } from './support.ts';

const { ask, changedFiles, deploy, git, readFile, shopWith, unitTests } = exampleAgents();

const mendedAlone = (seenBy: string) =>
  Object.keys(faults).filter((name) => faults[name]?.solvedBy === 'driver' && faults[name].seenBy === seenBy);

describe('a fault that keeps green from running', () => {
  it.each(mendedAlone('deployment'))('%s is seen, mended, and gone', async (fault) => {
    const shop = await shopWith(fault);
    const problem = await deploy(shop);
    expect(problem).toBeDefined();
    const result = await ask('driver.mjs', shop, { phase: 'fix', problem, attempt: 1 });
    expect(result).toMatchObject({ status: 'done', cost: 0 });
    expect(result.artifacts).toEqual(await changedFiles(shop));
    expect(await git(shop.directory, 'rev-parse', 'HEAD')).toBe(shop.head);
    expect(await deploy(shop)).toBeUndefined();
    expect(await unitTests(shop)).toBeUndefined();
  });
});

describe('a failing unit test', () => {
  it.each(mendedAlone('tests'))('%s is mended in the code, not in the test', async (fault) => {
    const shop = await shopWith(fault);
    const problem = await unitTests(shop);
    expect(problem).toBeDefined();
    const result = await ask('driver.mjs', shop, { phase: 'fix', problem, attempt: 1 });
    expect(result).toMatchObject({ status: 'done', artifacts: ['src/cart.js'] });
    expect(await changedFiles(shop)).toEqual(['src/cart.js']);
    expect(await unitTests(shop)).toBeUndefined();
    expect(readFile(shop, 'src/cart.js')).toBe(
      await git(shop.directory, 'show', `${shop.base}:src/cart.js`).then((text) => `${text}\n`),
    );
  });

  it('is mended without a base, too: what the last commit changed is looked at first', async () => {
    const { directory } = await shopWith('wrong-computation');
    const problem = await unitTests({ directory });
    const result = await ask(
      'driver.mjs',
      { directory, base: null as never },
      { phase: 'fix', problem, attempt: 1 },
    );
    expect(result.status).toBe('done');
    expect(await unitTests({ directory })).toBeUndefined();
  });
});

describe('two faults at once', () => {
  it('one is mended and the other one named; the next call mends that', async () => {
    const shop = await shopWith('wrong-health-path', 'wrong-computation');
    const first = await ask('driver.mjs', shop, { phase: 'fix', problem: await deploy(shop), attempt: 1 });
    expect(first).toMatchObject({ status: 'done', artifacts: ['src/app.js'] });
    expect(first.findings.map(({ title }) => title).join()).toContain('left: failing');
    await git(shop.directory, 'commit', '--quiet', '--all', '-m', 'fix: the health path');
    const second = await ask('driver.mjs', shop, {
      phase: 'fix',
      problem: await unitTests(shop),
      attempt: 2,
    });
    expect(second).toMatchObject({ status: 'done', artifacts: ['src/cart.js'] });
    expect(await deploy(shop)).toBeUndefined();
    expect(await unitTests(shop)).toBeUndefined();
  });
});

describe('stuck, honestly', () => {
  it('where a package is missing: nothing is changed, and the answer says what people have to decide', async () => {
    const shop = await shopWith('missing-package');
    const result = await ask('driver.mjs', shop, { phase: 'fix', problem: await deploy(shop), attempt: 1 });
    expect(result).toMatchObject({ status: 'stuck', artifacts: [] });
    expect(result.summary).toContain('corner-ledger');
    expect(await changedFiles(shop)).toEqual([]);
  });

  it('where only the configuration is wrong: it works here, and that is said', async () => {
    const shop = await shopWith();
    const problem = await deploy(shop, { SHOP_PAYMENTS: 'live' });
    expect(problem?.logTail).toContain('needs SHOP_MERCHANT');
    const result = await ask('driver.mjs', shop, { phase: 'fix', problem, attempt: 1 });
    expect(result.status).toBe('stuck');
    expect(result.summary).toContain('the cause is not in the code alone');
    expect(result.summary).toContain('SHOP_MERCHANT is not set');
    expect(await changedFiles(shop)).toEqual([]);
  });

  it('where it tried much: every file is as it was', async () => {
    const shop = await shopWith('two-places');
    const result = await ask('driver.mjs', shop, {
      phase: 'fix',
      problem: await unitTests(shop),
      attempt: 1,
    });
    expect(result.status).toBe('stuck');
    expect(result.findings.filter(({ title }) => title.startsWith('tried in vain')).length).toBeGreaterThan(
      5,
    );
    expect(await changedFiles(shop)).toEqual([]);
  });
});

describe('bad advice', () => {
  const advice = (patch: string) => [`Do this:\n\n\`\`\`diff\n${patch}\n\`\`\`\n`];

  it.each([
    [
      'that touches a test',
      "--- a/test/unit/orders.test.js\n+++ b/test/unit/orders.test.js\n@@ -1,2 +1,1 @@\n-import assert from 'node:assert/strict';\n import { DatabaseSync } from 'node:sqlite';",
    ],
    [
      'that fits nowhere',
      '--- a/src/cart.js\n+++ b/src/cart.js\n@@ -1,1 +1,1 @@\n-const nothing = 1;\n+const nothing = 2;',
    ],
    ['for a file outside', '--- a/../outside.js\n+++ b/../outside.js\n@@ -1,1 +1,1 @@\n-a\n+b'],
    [
      'that breaks something else',
      '--- a/src/problem.js\n+++ b/src/problem.js\n@@ -1,2 +1,1 @@\n-/** Something the caller should hear about: an HTTP status and a sentence. */\n export class Problem extends Error {',
    ],
  ])('%s is not kept', async (_, patch) => {
    const shop = await shopWith('lost-thought');
    const problem = await unitTests(shop);
    const result = await ask('driver.mjs', shop, {
      phase: 'fix',
      problem,
      attempt: 2,
      advice: advice(patch),
    });
    expect(result.status).toBe('stuck');
    expect(await changedFiles(shop)).toEqual([]);
  });
});

describe('a task that is none', () => {
  it.each([
    ['no problem', { phase: 'fix' }, 'problem'],
    ['an unknown phase', { phase: 'deploy' }, 'phase "deploy"'],
  ])('%s fails with a sentence', async (_, inputs, words) => {
    const result = await ask('driver.mjs', await shopWith(), inputs);
    expect(result.status).toBe('failed');
    expect(result.summary).toContain(words);
  });
});
