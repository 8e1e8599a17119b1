import { z } from 'zod';
import { secretRef } from './parts.ts';

const codeHost = z.union(
  [
    z.literal('local'),
    z.strictObject({
      github: z.strictObject({
        repository: z.string().regex(/^[^/\s]+\/[^/\s]+$/, { error: 'write it as owner/name' }),
        token: secretRef,
        apiUrl: z.url().default('https://api.github.com'),
        /** Only open pull requests with this label belong to the release. */
        releaseLabel: z.string().optional(),
        severityLabels: z
          .strictObject({
            critical: z.string().default('severity: critical'),
            high: z.string().default('severity: high'),
          })
          .prefault({}),
      }),
    }),
  ],
  { error: 'either local, or github with repository and token' },
);

/** The section `repository`: where the code is, and who hosts it. */
export const repositorySchema = z
  .strictObject({
    /** The checkout or bare repository on this machine, relative to `sluice.yaml`. */
    path: z.string().min(1).optional(),
    /** A URL, or the name of a remote of `path`. */
    remote: z.string().min(1).optional(),
    main: z.string().min(1).default('main'),
    codeHost: codeHost.default('local'),
  })
  .refine((value) => value.path !== undefined || value.remote !== undefined, {
    error: 'needs a path or a remote',
  });
