import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { workflowBundle } from '../../src/workers/workflow-code.ts';
import { startSharedServer } from './shared-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    temporalAddress: string;
  }
}

const bundles = join(import.meta.dirname, '../../test-artifacts/workflow-bundles');

/** One in-memory Temporal server and one bundle of the workflows for all test files and the processes that they start. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env['SLUICE_SOURCE_BUNDLES'] ??= bundles;
  const [server] = await Promise.all([startSharedServer(), workflowBundle()]);
  project.provide('temporalAddress', server.address);
  return () => server.stop();
}
