import { join } from 'node:path';
import { workflowBundle } from '../../src/workers/workflow-code.ts';

const bundles = join(import.meta.dirname, '../../test-artifacts/workflow-bundles');

/** One bundle of the workflows for all test files and the processes that they start. */
export async function setup(): Promise<void> {
  process.env['SLUICE_SOURCE_BUNDLES'] ??= bundles;
  await workflowBundle();
}
