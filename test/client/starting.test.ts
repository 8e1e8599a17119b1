import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type ReleaseInput, type ReleasePreview, type Sluice } from '../../src/client/index.ts';
import { testServer, type TestServer } from '../support/temporal.ts';

let server: TestServer;
let sluice: Sluice;
beforeAll(async () => {
  server = await testServer();
  sluice = await connect({ address: server.address, namespace: 'default' });
});
afterAll(async () => {
  await sluice.close();
  await server.close();
});

/** Of a product that no worker knows: should one pick the run up, it only ends it. */
const preview: ReleasePreview = {
  product: 'started-shop',
  title: 'Shop',
  version: '1.3.1',
  previousVersion: '1.3.0',
  commit: '0123456789abcdef0123456789abcdef01234567',
  bump: 'patch',
  reasons: ['patch: fix: a price'],
  warnings: [],
  changes: ['fix: a price'],
  environments: {},
  approvers: [],
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
    const { version, commit } = preview;
    expect(await started({ product: 'started-shop', by: 'carol' })).toEqual({
      run: 'release/started-shop/v1.3.1',
      alreadyRunning: false,
      summary: 'Release Shop v1.3.1, started by carol',
      input: { product: 'started-shop', by: 'carol', expected: { version, commit } },
    });
  });

  it('what the caller says was confirmed stays, and a long name does not hinder the start', async () => {
    const expected = { version: '1.3.1', commit: 'f00' };
    const by = 'ü'.repeat(200);
    const { input, summary } = await started({ product: 'started-shop', by, expected });
    expect(input).toEqual({ product: 'started-shop', by, expected });
    expect(summary).toMatch(/^Release Shop v1\.3\.1, started by ü+$/);
  });
});
