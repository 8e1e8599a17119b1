import type { Client, Connection } from '@temporalio/client';

/** The way to a Temporal server and to the namespace that the runs are in. */
export interface Link {
  readonly client: Client;
  readonly connection: Connection;
  /** As people know it: `127.0.0.1:7233`. */
  readonly address: string;
}
