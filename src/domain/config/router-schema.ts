import { z } from 'zod';
import { command, duration } from './parts.ts';

/** Who distributes the traffic among the slots, where that is not Sluice's own router (docs/routers.md). */
export const routerSchema = z
  .strictObject({
    haproxy: z
      .strictObject({
        /** The runtime API: a path of a socket, or host:port. */
        socket: z.string().min(1),
        backend: z.string().min(1),
        /** Slot → name of the server in the backend. */
        servers: z.record(z.string(), z.string().min(1)),
        timeout: duration('5s').prefault('5s'),
      })
      .optional(),
    script: z
      .strictObject({
        /** Sets the weights; it is told them as SLUICE_WEIGHTS, a JSON object of slot → percent. */
        set: command('1m'),
        /** Prints, as its last line, a JSON object of slot → percent: what really is. */
        get: command('1m'),
      })
      .optional(),
  })
  .refine((value) => (value.haproxy === undefined) !== (value.script === undefined), {
    error: 'say which router: exactly one of haproxy or script',
  });

/** Places of an environment that hold a version each. */
export const slotsSchema = z
  .record(
    z.string().regex(/^[a-z][a-z0-9-]*$/, { error: 'lower-case letters, digits and hyphens' }),
    z.strictObject({
      /** Where the version in this slot is reached without the router. */
      url: z.url({ error: 'not a URL' }),
    }),
  )
  .refine((value) => Object.keys(value).length === 2, { error: 'two slots, such as blue and green' });

export type RouterConfig = z.output<typeof routerSchema>;
