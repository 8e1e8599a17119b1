export { createProcessDriver } from './driver.ts';
export type { ProcessDriver, ProcessDriverOptions } from './driver.ts';
export { stopAll } from './reconcile.ts';
