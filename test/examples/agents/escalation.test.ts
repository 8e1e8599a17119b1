import { describe, expect, it } from 'vitest';
import type { Checkout, Problem } from './support.ts';
import { exampleAgents } from './support.ts';

const { ask, changedFiles, deploy, shopWith, unitTests } = exampleAgents();

/** The fix loop's escalation: the driver, the senior until there is no more advice, the trio; who helped, or nobody. */
async function escalate(shop: Checkout, problem: Problem | undefined) {
  const tried: unknown[] = [];
  const advice: string[] = [];
  const drive = async () => {
    const result = await ask('driver.mjs', shop, {
      phase: 'fix',
      problem,
      attempt: tried.length + 1,
      advice,
    });
    tried.push({ attempt: tried.length + 1, summary: result.summary, findings: result.findings });
    return result.status === 'done';
  };
  if (await drive()) return 'driver';
  const consult = { phase: 'consult', problem, tried, advice };
  for (;;) {
    const { status, text = '' } = await ask('senior.mjs', shop, consult);
    if (status === 'stuck') break;
    advice.push(text);
    if (await drive()) return 'senior';
  }
  const trio = await Promise.all(
    ['correctness', 'security', 'requirements'].map((focus) =>
      ask('reviewer.mjs', shop, consult, { env: { REVIEW_FOCUS: focus } }),
    ),
  );
  const words = trio.flatMap(({ text = '' }) => (text ? [text] : []));
  if (words.length === 0) return 'nobody';
  advice.push(...words);
  return (await drive()) ? 'trio' : 'nobody';
}

describe('the fix loop with the example agents', () => {
  it('the driver alone does not find what was lost; the senior does, and the good half of the change stays', async () => {
    const shop = await shopWith('lost-thought');
    expect(await escalate(shop, await unitTests(shop))).toBe('senior');
    expect(await unitTests(shop)).toBeUndefined();
    expect(await deploy(shop)).toBeUndefined();
    expect(await changedFiles(shop)).toEqual(['src/orders.js']);
  });

  it('what is wrong in two places takes the trio', async () => {
    const shop = await shopWith('two-places');
    expect(await escalate(shop, await unitTests(shop))).toBe('trio');
    expect(await unitTests(shop)).toBeUndefined();
  });

  it('what nobody can mend is left as it was, for a person', async () => {
    const shop = await shopWith('missing-package');
    expect(await escalate(shop, await deploy(shop))).toBe('nobody');
    expect(await changedFiles(shop)).toEqual([]);
  });

  it('a senior without anything new to look at has no advice', async () => {
    const shop = await shopWith();
    const problem = { step: 'deploy.green', summary: 'the disk is full', logTail: '' };
    expect(await ask('senior.mjs', shop, { phase: 'consult', problem, tried: [] })).toMatchObject({
      status: 'stuck',
    });
  });
});
