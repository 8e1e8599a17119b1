export { createProcessDriver } from './driver.ts';
export type { ProcessDriverOptions } from './driver.ts';
export { stopAll } from './reconcile.ts';
