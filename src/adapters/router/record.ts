import { z } from 'zod';
import { readState } from '../files/state-file.ts';

/** Written by a router once it takes requests. */
export const routerRecordSchema = z.object({
  pid: z.int(),
  started: z.string(),
  host: z.string(),
  /** Where users come in. */
  port: z.int(),
  /** Loopback; `/metrics` for Prometheus. */
  metricsPort: z.int(),
});

export type RouterRecord = z.output<typeof routerRecordSchema>;

export async function readRecord(file: string): Promise<RouterRecord | undefined> {
  const parsed = routerRecordSchema.safeParse(await readState(file).catch(() => undefined));
  return parsed.success ? parsed.data : undefined;
}

/** The process could not listen on its port because another one does. */
export const EXIT_PORT_IN_USE = 98;
/** It may not listen on its port (below 1024, or an address of another host). */
export const EXIT_PORT_REFUSED = 99;
