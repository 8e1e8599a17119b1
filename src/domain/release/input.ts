import type { InputFrom } from '../flows/fields.ts';
import { byField, choice, group, productField, text } from '../flows/fields.ts';

export const releaseFields = {
  product: productField('what to release'),
  bump: choice(
    'how far the version goes; auto, the default, takes it from the commits',
    ['auto', 'major', 'minor', 'patch', 'prerelease'],
    { example: 'auto', flag: { value: 'level' } },
  ),
  version: text('exactly this version, instead of bump'),
  preid: text('identifier of a pre-release, such as rc', { flag: { value: 'id' } }),
  by: byField,
  expected: group(
    'what a preview said and somebody confirmed: should main make another version by then, the run is blocked',
    { version: text('the version', { required: true }), commit: text('the commit', { required: true }) },
    'as a preview gave them',
  ),
} as const;

/** What starts a release. A person can type it into the UI's start form: `{"product":"shop","bump":"auto"}`. */
export type ReleaseInput = InputFrom<typeof releaseFields>;
