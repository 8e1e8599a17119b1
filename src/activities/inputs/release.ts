import { z } from 'zod';
import { releaseFields } from '../../domain/release/input.ts';
import { commit, line, name, ref, semver, severity, stepRef, text, time } from './parts.ts';

const candidate = z.strictObject({
  product: name,
  version: semver,
  base: commit.min(4),
  previousTag: ref.nullable(),
  date: time,
  written: commit.min(4).exactOptional(),
});

const released = z.strictObject({ version: semver, branch: ref, commit: commit.min(4) });
const promoted = { environment: name, version: semver, commit: commit.min(4) };
const headers = z.array(text(20_000)).max(1_000);

/** What makes, describes and publishes versions. */
export const releaseInputs = {
  headOfMain: z.tuple([name]),
  checkReadiness: z.tuple([
    stepRef,
    z.strictObject({
      bump: z.enum(releaseFields.bump.choices).exactOptional(),
      version: line(200).exactOptional(),
      preid: line(200).exactOptional(),
      expected: z.strictObject({ version: line(200), commit: line(200) }).exactOptional(),
    }),
  ]),
  prepareRelease: z.tuple([stepRef, candidate]),
  createReleaseBranch: z.tuple([stepRef, candidate, text(200_000).optional()]),
  describeBundle: z.tuple([
    stepRef,
    z.strictObject({
      environment: name,
      version: semver,
      branch: ref,
      bump: line(50).exactOptional(),
      changes: headers,
      concerns: z.array(text(20_000)).max(10_000),
      since: ref.exactOptional(),
      hasNotes: z.boolean().exactOptional(),
    }),
  ]),
  describeGreen: z.tuple([
    stepRef,
    z.strictObject({
      environment: name,
      gate: z.enum(['green', 'production']),
      version: semver,
      commit: commit.min(4),
    }),
  ]),
  checkInputs: z.tuple([stepRef, z.strictObject({ ref: ref.exactOptional() })]),
  findReleased: z.tuple([stepRef, z.strictObject({ version: line(200).exactOptional(), date: time })]),
  mergeToMain: z.tuple([stepRef, released]),
  tagRelease: z.tuple([stepRef, released]),
  lookAtRelease: z.tuple([stepRef, z.strictObject({ part: z.enum(['merge', 'tag']), released })]),
  deleteReleaseBranch: z.tuple([stepRef, released]),
  mergeGreen: z.tuple([stepRef, z.strictObject({ ...promoted, branch: ref, since: commit.min(4) })]),
  commitNotes: z.tuple([stepRef, z.strictObject({ ...promoted, notes: text(1_500_000) })]),
  publishRelease: z.tuple([
    stepRef,
    z.strictObject({
      version: semver,
      notes: text(200_000).exactOptional(),
      commit: commit.min(4).exactOptional(),
      prerelease: z.boolean(),
    }),
  ]),
  openIssue: z.tuple([stepRef, z.strictObject({ title: text(2_000), body: text(1_000_000), severity })]),
};
