export { createScriptDriver } from './driver.ts';
export type { ScriptDriverOptions } from './driver.ts';
