export { createCommandRunner } from './command-runner.ts';
export type { CommandRunnerOptions } from './settings.ts';
export { pruneExecutions } from './prune.ts';
export { createStarter } from './starter.ts';
