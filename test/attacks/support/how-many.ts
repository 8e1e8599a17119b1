/** Generated inputs of an attack: a thousand in the sweep (`npm run test:faults`), a part of them at each run of the tests. */
export const generatedInputs = process.env['SLUICE_SWEEP'] ? 1_000 : 200;
