import { installServer, temporalExecutable } from '../test/support/temporal-programs.ts';
import { findTestServer } from '../test/support/time-skipping-server.ts';

/** Brings all of Temporal's programs that the tests need into the user's cache, in the order in which they need them. */
await temporalExecutable();
await findTestServer();
await installServer();
