import { describe, expect, it } from 'vitest';
import type { Checkout } from './support.ts';
import { exampleAgents } from './support.ts';

const { ask, changedFiles, git, shopWith, unitTests } = exampleAgents();

const focuses = ['correctness', 'security', 'requirements'] as const;
const review = (
  shop: Checkout,
  focus: string,
  inputs: Readonly<Record<string, unknown>> = { requirements: 'docs/requirements.md' },
) =>
  ask(
    'reviewer.mjs',
    shop,
    { phase: 'review', head: shop.head, ...inputs },
    { env: { REVIEW_FOCUS: focus } },
  );
const titles = ({ findings }: { findings: readonly { severity: string; title: string }[] }) =>
  findings.map(({ severity, title }) => `${severity}: ${title}`);

describe('a reviewer', () => {
  it.each(focuses)('approves what is well, for %s', async (focus) => {
    const shop = await shopWith('requirements');
    expect(await review(shop, focus)).toMatchObject({
      status: 'done',
      verdict: 'approve',
      findings: [],
      cost: 0,
    });
  });

  it.each(['correctness', 'security'])(
    'finds nothing in the whole history of the shop, for %s',
    async (focus) => {
      const shop = await shopWith();
      const first = await git(shop.directory, 'rev-list', '--max-parents=0', 'HEAD');
      const result = await review({ ...shop, base: first }, focus);
      expect(titles(result)).toEqual([]);
    },
  );

  it('for correctness finds what was removed, skipped and left, and where', async () => {
    const result = await review(await shopWith('careless'), 'correctness');
    expect(result.verdict).toBe('reject');
    expect(titles(result)).toEqual([
      'high: a test was removed',
      'high: a test is left out by .skip',
      'medium: unfinished work is left',
    ]);
    expect(result.findings[0]).toMatchObject({
      detail: 'holds at most 99 of one product',
      file: 'test/unit/orders.test.js',
    });
    expect(result.findings[2]?.detail).toMatch(/^src\/products\.js:1: /);
  });

  it('for security finds the doors, and does not repeat the secret', async () => {
    const result = await review(await shopWith('insecure'), 'security');
    expect(result.verdict).toBe('reject');
    expect(titles(result)).toEqual([
      'critical: a secret is written down in the code',
      'critical: a shell is given words from outside',
      'critical: text is run as code',
      'high: SQL is put together from pieces',
    ]);
    expect(JSON.stringify(result)).not.toContain('harbour-in-winter');
  });

  it('for requirements finds the one that nothing was done for', async () => {
    const shop = await shopWith('requirements', 'unmet-requirement');
    expect(titles(await review(shop, 'requirements'))).toEqual(['high: R-4 is not met']);
    const asText = await git(shop.directory, 'show', 'HEAD~1:docs/requirements.md');
    expect(await review(shop, 'requirements', { requirements: asText })).toMatchObject({
      verdict: 'approve',
    });
  });

  it('for requirements asks for them where there are none', async () => {
    const shop = await shopWith('requirements');
    for (const requirements of [undefined, 'docs/nothing.md', '../../etc/passwd.md', 'Be nice.\nAlways.']) {
      expect(await review(shop, 'requirements', { requirements })).toMatchObject({ status: 'needs-input' });
    }
  });

  it('counts tests that failed', async () => {
    const shop = await shopWith('requirements');
    const testResults = [
      { name: 'unit', ok: true, passed: 28, total: 28 },
      { name: 'e2e', ok: false, summary: '1 of 2 passed' },
    ];
    const result = await review(shop, 'correctness', { testResults });
    expect(titles(result)).toEqual(['high: e2e failed']);
  });

  it('finds a file that does not parse', async () => {
    const result = await review(await shopWith('syntax-error'), 'correctness');
    expect(titles(result)).toEqual(['critical: the file is not JavaScript']);
  });

  it.each([
    ['no base', { base: undefined }, '"base"'],
    ['a commit that is not there', { base: 'f'.repeat(40) }, 'is not in'],
    ['an option for a commit', { base: '--output=/tmp/x' }, 'is no commit'],
  ])('%s fails with a sentence', async (_, inputs, words) => {
    const result = await review(await shopWith(), 'correctness', inputs);
    expect(result.status).toBe('failed');
    expect(result.summary).toContain(words);
  });

  it('without a focus that it knows fails with a sentence', async () => {
    const result = await review(await shopWith(), 'beauty');
    expect(result.summary).toContain('REVIEW_FOCUS is "beauty"');
  });
});

describe('the senior’s synthesis', () => {
  const synthesize = async (reviews: readonly unknown[]) =>
    ask('senior.mjs', await shopWith(), { phase: 'synthesize', reviews });
  const high = {
    severity: 'high',
    title: 'SQL is put together from pieces',
    detail: 'src/a.js:3',
    file: 'src/a.js',
  };

  it('has each finding once, at its worst, the worst first', async () => {
    const result = await synthesize([
      {
        role: 'one',
        status: 'done',
        verdict: 'approve',
        findings: [
          { severity: 'low', title: 'long lines' },
          { ...high, severity: 'medium' },
        ],
      },
      {
        role: 'two',
        status: 'done',
        verdict: 'reject',
        findings: [{ ...high, title: 'sql is put together, from pieces!' }],
      },
    ]);
    expect(result.verdict).toBe('reject');
    expect(titles(result)).toEqual(['high: sql is put together, from pieces!', 'low: long lines']);
    expect(result.findings[0]?.detail).toContain('(one, two)');
    expect(result.text).toContain('# Review: fixes needed');
  });

  it.each([
    ['nobody', []],
    ['one who failed', [{ role: 'one', status: 'failed', summary: 'no credit' }]],
    ['one without a verdict', [{ role: 'one', status: 'done', findings: [] }]],
    ['one who objects without a reason', [{ role: 'one', status: 'done', verdict: 'reject', findings: [] }]],
  ])('%s is no consensus', async (_, reviews) => {
    expect(await synthesize(reviews)).toMatchObject({ status: 'done', verdict: 'reject' });
  });

  it('approves where all do', async () => {
    const reviews = focuses.map((role) => ({ role, status: 'done', verdict: 'approve', findings: [] }));
    expect(await synthesize(reviews)).toMatchObject({ verdict: 'approve', findings: [] });
  });
});

describe('reasonable fixes', () => {
  it('the driver mends what reviewers found, as far as it can, and the next review sees it', async () => {
    const shop = await shopWith('careless');
    const { findings } = await review(shop, 'correctness');
    const problem = { step: 'review', summary: 'the review asks for fixes', logTail: '', findings };
    const result = await ask('driver.mjs', shop, { phase: 'fix', problem, attempt: 1 });
    expect(result.status).toBe('done');
    expect(titles(result)).toEqual(['medium: unfinished work is left']);
    expect([...result.artifacts].sort()).toEqual(await changedFiles(shop));
    expect(await unitTests(shop)).toBeUndefined();
    await git(shop.directory, 'commit', '--quiet', '--all', '-m', 'test: what was lost');
    const again = await review({ ...shop, head: 'HEAD' }, 'correctness');
    expect(again.verdict).toBe('approve');
  });

  it('what it can’t mend it leaves, and says so', async () => {
    const shop = await shopWith('insecure');
    const { findings } = await review(shop, 'security');
    const problem = { step: 'review', summary: 'the review asks for fixes', logTail: '', findings };
    const result = await ask('driver.mjs', shop, { phase: 'fix', problem, attempt: 1 });
    expect(result.status).toBe('stuck');
    expect(result.summary).toContain("This I can't mend");
    expect(await changedFiles(shop)).toEqual([]);
  });
});
