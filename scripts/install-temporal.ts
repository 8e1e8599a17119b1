import { installServer, temporalExecutable } from '../test/support/temporal-programs.ts';
import { findTestServer } from '../src/adapters/temporal-server/index.ts';

/** Brings all of Temporal's programs that the tests need into the user's cache, in the order in which they need them. */
await temporalExecutable();
await findTestServer({ env: process.env, onProgress: (line) => console.log(line) });
console.log('There is what all tests but those of the fleet need.');
await installServer();
