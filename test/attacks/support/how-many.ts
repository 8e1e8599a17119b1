/** The sweep is `npm run test:faults`. */
export const inSweep = Boolean(process.env['SLUICE_SWEEP']);

/** Generated inputs of an attack: a thousand in the sweep, a part of them at each run of the tests. */
export const generatedInputs = inSweep ? 1_000 : 200;

/** Generated answers in a worker's place, each of which costs a step of a run. */
export const generatedAnswers = inSweep ? 1_000 : 24;
