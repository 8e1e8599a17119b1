export { createScriptDriver } from './driver.ts';
