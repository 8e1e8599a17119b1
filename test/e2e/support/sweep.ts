/** `npm run test:faults`: a worker is killed at every place of each step, and not only once at each. Takes minutes. */
export const inSweep = process.env['SLUICE_SWEEP'] === '1';
