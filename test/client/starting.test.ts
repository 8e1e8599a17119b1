import { describe, expect, it } from 'vitest';
import { InvalidInput, type Preview, type ReleaseInput, type Sluice } from '../../src/client/index.ts';
import { exampleOf } from '../../src/domain/flows/fields.ts';
import { flowNames, flowOf } from '../../src/domain/flows/registry.ts';
import type { TestServer } from '../support/temporal.ts';
import { connected } from './support/connected.ts';

let server: TestServer;
let sluice: Sluice;
connected((to) => ({ server, sluice } = to));

const commit = '0123456789abcdef0123456789abcdef01234567';
const version = '1.3.1';
/** Of a product that no worker knows: should one pick the run up, it only ends it. */
const preview: Preview<ReleaseInput> = {
  flow: 'release',
  product: 'started-shop',
  title: 'Shop v1.3.1',
  subtitle: 'patch, after v1.3.0, commit 0123456',
  run: 'release/started-shop/v1.3.1',
  input: { product: 'started-shop', expected: { version, commit } },
  version,
  commit,
  sections: [],
  missing: [],
  approvers: [],
  about: { staticSummary: 'Release of Shop v1.3.1' },
  question: 'Start this release?',
};

async function started(input: ReleaseInput) {
  const { run, runId, alreadyRunning } = await sluice.start('release', input, preview);
  const handle = server.client.workflow.getHandle(run, runId);
  try {
    const description = await handle.describe();
    const { events } = await handle.fetchHistory();
    const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    return {
      run,
      alreadyRunning,
      summary: await description.staticSummary(),
      input: JSON.parse(Buffer.from(payload ?? '').toString()) as unknown,
    };
  } finally {
    await handle.terminate('the test is over').catch(() => undefined);
  }
}

describe('[RW-4] what was confirmed is what is started', () => {
  it('the run is told which version and commit that was, and the UI who started it', async () => {
    expect(await started({ product: 'started-shop', by: 'carol' })).toEqual({
      run: 'release/started-shop/v1.3.1',
      alreadyRunning: false,
      summary: 'Release of Shop v1.3.1, started by carol',
      input: { product: 'started-shop', by: 'carol', expected: { version, commit } },
    });
  });

  it('what the caller says was confirmed stays, and a long name does not hinder the start', async () => {
    const expected = { version: '1.3.1', commit: 'f00' };
    const by = 'ü'.repeat(200);
    const { input, summary } = await started({ product: 'started-shop', by, expected });
    expect(input).toEqual({ product: 'started-shop', by, expected });
    expect(summary).toMatch(/^Release of Shop v1\.3\.1, started by ü+$/);
  });

  it('nothing is started where something is missing, or where it was another thing that was looked at', async () => {
    const input = { product: 'started-shop' };
    const start = (seen: Preview<ReleaseInput>) => sluice.start('release', input, seen);
    await expect(start({ ...preview, missing: ['nobody may approve it'] })).rejects.toMatchObject({
      problems: ['nobody may approve it'],
    });
    await expect(start({ ...preview, product: 'cart' })).rejects.toThrow(InvalidInput);
    await expect(start({ ...preview, flow: 'rollout' })).rejects.toThrow(InvalidInput);
    await expect(server.client.workflow.getHandle(preview.run).describe()).resolves.toMatchObject({
      status: { name: 'TERMINATED' },
    });
  });
});

describe('[PL-4] start', () => {
  it.each(flowNames)('starts a %s under its own id, with an input that it takes', async (name) => {
    const flow = flowOf(name);
    const input = { ...exampleOf(flow.fields), product: 'started-shop', by: 'carol' };
    const run = flow.runId({ product: 'started-shop', version, environment: 'production' });
    const seen = { ...preview, flow: name, run, input };
    const { runId: execution } = await sluice.start(name, input, seen);
    const handle = server.client.workflow.getHandle(run, execution);
    try {
      const { type } = await handle.describe();
      const { events } = await handle.fetchHistory();
      const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      const given = JSON.parse(Buffer.from(payload?.data ?? '').toString()) as unknown;
      expect(type).toBe(name);
      expect(run).toMatch(new RegExp(`^${flow.word}/started-shop/`));
      expect(given).toEqual(input);
      expect(flow.check(given)).toEqual({ ok: true, value: input });
    } finally {
      await handle.terminate('the test is over').catch(() => undefined);
    }
  });
});
