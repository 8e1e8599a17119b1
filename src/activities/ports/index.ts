export type * from './commands.ts';
export type * from './driver.ts';
export type * from './effect.ts';
export type * from './locks.ts';
export type * from './observe.ts';
export type * from './records.ts';
export * from './catalog.ts';
export * from './code-host.ts';
export * from './source.ts';
