import type { TestProject } from 'vitest/node';
import { startSharedServer } from './shared-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    temporalAddress: string;
  }
}

/** One in-memory Temporal server for all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startSharedServer();
  project.provide('temporalAddress', server.address);
  return () => server.stop();
}
