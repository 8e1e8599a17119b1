import { describe, expect, it } from 'vitest';
import { compareWithExpected } from '../../../src/domain/release/expected.ts';
import { releaseFlow } from '../../../src/domain/release/flow.ts';

const expected = { version: '1.3.1', commit: 'a'.repeat(40) };

describe('[RW-4] what was confirmed, against what main makes', () => {
  const nothing = { blockers: [], concerns: [] };

  it('is fine where nothing changed, or nothing was confirmed', () => {
    expect(compareWithExpected(expected, expected)).toEqual(nothing);
    expect(compareWithExpected({ ...expected, version: 'v1.3.1' }, expected)).toEqual(nothing);
    expect(compareWithExpected(undefined, expected)).toEqual(nothing);
  });

  it('blocks another version', () => {
    expect(compareWithExpected(expected, { version: '2.0.0', commit: 'b'.repeat(40) })).toEqual({
      blockers: [
        'v1.3.1 (commit aaaaaaaaaaaa) was confirmed, but main (commit bbbbbbbbbbbb) makes it v2.0.0 by now: look at it, and start that release',
      ],
      concerns: [],
    });
  });

  it('names a newer commit of the same version', () => {
    expect(compareWithExpected(expected, { version: '1.3.1', commit: 'b'.repeat(40) })).toEqual({
      blockers: [],
      concerns: [
        'v1.3.1 was confirmed at commit aaaaaaaaaaaa; it is made from bbbbbbbbbbbb, where main is by now',
      ],
    });
  });
});

describe('[RW-1] the field "expected" of the input', () => {
  it('is taken as a preview gave it', () => {
    expect(releaseFlow.check({ product: 'shop', expected })).toEqual({
      ok: true,
      value: { product: 'shop', expected },
    });
  });

  it.each([
    'v1.3.1',
    null,
    [],
    ['1', '2'],
    {},
    { version: '1.3.1' },
    { ...expected, by: 'alice' },
    { ...expected, commit: 7 },
    { ...expected, commit: '' },
    { ...expected, version: 'x'.repeat(201) },
  ])('%j is refused', (wrong) => {
    expect(releaseFlow.check({ product: 'shop', expected: wrong })).toEqual({
      ok: false,
      problems: ['"expected" must be {"version":"…","commit":"…"}, as a preview gave them'],
    });
  });
});
