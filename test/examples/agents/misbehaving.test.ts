import { expect, it } from 'vitest';
import { exampleAgents } from './support.ts';

const { ask, changedFiles, shopWith } = exampleAgents();

const misbehave = async (mode: string, timeout = 60_000) => {
  const shop = await shopWith();
  const result = await ask('misbehaving.mjs', shop, { phase: 'fix' }, { env: { MISBEHAVE: mode }, timeout });
  return { result, changed: await changedFiles(shop) };
};

it.each([
  ['invalid-json', 'no JSON object'],
  ['wrong-shape', 'status'],
  ['claims-file', 'is not there'],
  ['escapes', 'it claims what is not so'],
  ['denied', 'denied: Edit'],
  ['drowns', 'no JSON object'],
  ['killed', 'SIGKILL'],
  ['exits-3', '3'],
  ['', 'set it to one of'],
])('[BY-9] an agent that does %j has failed, whatever it says', async (mode, words) => {
  const { result } = await misbehave(mode);
  expect(result).toMatchObject({ status: 'failed', artifacts: [] });
  expect(result.verdict).toBeUndefined();
  expect(result.summary).toContain(words);
});

it.each(['loops', 'stays'])('[BY-9] an agent that %s is stopped at its time limit', async (mode) => {
  const { result } = await misbehave(mode, 1_500);
  expect(result.status).toBe('failed');
});

it('50 MB before a good answer do no harm', async () => {
  expect((await misbehave('floods')).result).toMatchObject({ status: 'done' });
});

// These fit the contract: only who looks at the work directory, the tests, the attempts and the cost sees through them.
it.each([
  ['claims-fix', { status: 'done', artifacts: ['package.json'] }, []],
  ['fiddles', { status: 'done', artifacts: ['package.json'] }, ['package.json']],
  ['gives-up', { status: 'stuck' }, []],
  ['objects', { status: 'done', verdict: 'reject', findings: [] }, []],
  ['expensive', { status: 'stuck', cost: 1_000 }, []],
])('%s is for the flow to see through', async (mode, expected, files) => {
  const { result, changed } = await misbehave(mode);
  expect(result).toMatchObject(expected);
  expect(changed).toEqual(files);
});

it('cheats takes the tests away', async () => {
  const { result, changed } = await misbehave('cheats');
  expect(result.status).toBe('done');
  expect(changed).toContain('test/unit/orders.test.js');
});
