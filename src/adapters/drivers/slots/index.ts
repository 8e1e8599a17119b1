export { createSlotsDriver } from './driver.ts';
