import { z } from 'zod';

const raises = z.enum(['none', 'patch', 'minor'], { error: 'none, patch or minor' });

/** What commits of one type do: `patch`, or with the section of the changelog that lists them. */
const typeRule = z.union(
  [
    raises.transform((level) => ({ raises: level })),
    z.strictObject({
      raises,
      section: z
        .string()
        .regex(/^[^\r\n#]{1,60}$/, { error: 'one line without #, of up to 60 characters' })
        .optional(),
    }),
  ],
  { error: 'none, patch or minor, or { raises: …, section: … }' },
);

/** The section `release`: how versions are told from tags and commits. */
export const releaseSchema = z.strictObject({
  /** What the names of this product's version tags begin with (`shop-`, `shop@`); empty for `v1.2.3`. Found by itself where it is plain. */
  tagPrefix: z
    .string()
    .max(100)
    .regex(/^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\/\.))[^\s~^:?*[\\]*$/, {
      error: 'not a name that git allows for a tag',
    })
    .optional(),
  /** Where the release branch has the notes of its version; `{tag}` and `{version}` stand for these. */
  notes: z
    .string()
    .max(200)
    .regex(
      /^(?!\/)(?!.*(?:\\|\/\/))(?!(?:.*\/)?\.{0,2}(?:\/|$))(?!(?:.*\/)?\.git(?:\/|$))(?=.*\{(?:tag|version)\}).+\.md$/i,
      {
        error: 'the path of a .md file in the repository, with {tag} or {version} in it',
      },
    )
    .optional(),
  /** Lines of the team's own in the release checklist: no evidence ticks them, so approvers see to them. */
  checklist: z
    .array(
      z
        .string()
        .trim()
        .regex(/^[^\r\n]{3,300}$/, { error: 'one line of 3 to 300 characters' }),
    )
    .max(50)
    .optional(),
  /** Types of commits beyond those that Sluice knows, or other rules for those. */
  types: z.record(z.string().regex(/^\w[\w-]*$/, { error: 'a type is one word' }), typeRule).optional(),
});
