import { z } from 'zod';
import { defaultEnvironment } from '../environments/purpose.ts';
import { duration, relativePath } from './parts.ts';

/** The section `blueGreen`: what the flow `blueGreen` needs beside the rest, and how far it goes by itself (docs/blue-green.md). */
export const blueGreenSchema = z.strictObject({
  environment: z.string().min(1).default(defaultEnvironment),
  /** The specification that the code is reviewed against, in the repository. */
  requirements: relativePath.optional(),
  /** A file in the repository, or the plan itself. */
  rollbackPlan: z.string().trim().min(1).max(8_000).optional(),
  /** Files that describe the infrastructure, such as `docker-compose.yml`. */
  infrastructure: z.array(relativePath).default([]),
  /** So many times the driver may try before a person is asked. */
  maxAttempts: z.int().min(1).max(100).default(10),
  maxTime: duration('4h').prefault('4h'),
  /** US dollars, as the agents report them. */
  maxCost: z.number().positive().default(20),
  review: z
    .strictObject({
      policy: z.enum(['consensus', 'majority', 'veto']).default('consensus'),
      maxRounds: z.int().min(1).max(20).default(3),
    })
    .prefault({}),
  /** Groups or people who try green out by hand, where the tests are not complete. */
  manualValidation: z.array(z.string().min(1)).min(1).optional(),
  /** Green takes the traffic over by the steps of `rollout`. */
  canary: z.boolean().default(false),
});

export type BlueGreenConfig = z.output<typeof blueGreenSchema>;
