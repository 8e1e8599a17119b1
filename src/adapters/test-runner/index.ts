export { createTestRunner } from './test-runner.ts';
