import { z } from 'zod';
import { command, duration, envMap } from './parts.ts';

/** Sluice starts the versions itself (docs/drivers.md). */
export const processDriver = z.strictObject({
  /** Run once in the exported version before its first start. */
  install: command('10m').optional(),
  /** The shell line that starts the service; it must listen on `$PORT`. */
  start: z.string().trim().min(1),
  /** The port that users reach: the router listens here. */
  port: z.int().min(1).max(65_535),
  env: envMap.default({}),
  pass: z.array(z.string()).default([]),
  /** How long a version may take until it answers at all. */
  startWithin: duration('60s').prefault('60s'),
  /** How long open requests may go on in a version that was switched away from. */
  drain: duration('10s').prefault('10s'),
});

/** Commands of the user's put versions in place. */
export const scriptDriver = z.strictObject({
  deploy: command('30m'),
  rollback: command('30m'),
  /** Moves traffic to what `deploy` put in place, where that is a command of its own. */
  activate: command('10m').optional(),
  /** Prints the version that runs as its last line of output. */
  current: command('1m').optional(),
});
