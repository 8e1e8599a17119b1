import { afterAll, beforeAll } from 'vitest';
import { connect, type Sluice } from '../../../src/client/index.ts';
import { testServer, type TestServer } from '../../support/temporal.ts';

export interface Connected {
  readonly server: TestServer;
  readonly sluice: Sluice;
}

/** For a whole file of tests: the library, connected to the server that tests share. */
export function connected(begun: (to: Connected) => void): void {
  let to: Connected;
  beforeAll(async () => {
    const server = await testServer();
    to = { server, sluice: await connect({ address: server.address, namespace: 'default' }) };
    begun(to);
  });
  afterAll(async () => {
    await to.sluice.close();
    await to.server.close();
  });
}
