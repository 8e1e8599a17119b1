import { describe, expect, it } from 'vitest';
import type { ClaimedChange } from '../../../src/domain/agents/change.ts';
import { isTest, objectionsToChange } from '../../../src/domain/agents/change.ts';
import { skills } from '../../../src/domain/agents/skills.ts';
import { keyOf, problemOf } from '../../../src/domain/agents/problem.ts';

const good: ClaimedChange = {
  mayTouch: skills.fix.mayTouch,
  changed: [{ path: 'src/app.js', kind: 'changed' }],
  artifacts: ['./src/app.js'],
  findings: [],
  isMigration: (path) => path.startsWith('migrations/'),
  changesScripts: false,
};
const changed = (path: string) => [{ path, kind: 'changed' as const }];

describe('[BY-9] what counts as a fix', () => {
  it('a change of what it says, and of nothing else', () => {
    expect(objectionsToChange(good)).toEqual([]);
  });

  it.each<[string, Partial<ClaimedChange>, RegExp]>([
    ['nothing changed', { changed: [] }, /no file was changed/],
    ['another file changed', { artifacts: ['src/other.js'] }, /where there is none: src\/other.js/],
    ['a test changed', { changed: changed('test/unit/a.test.js'), artifacts: [] }, /changes tests/],
    ['a migration changed', { changed: changed('migrations/1.sql'), artifacts: [] }, /changes migrations/],
    ['the scripts that the checks run changed', { changesScripts: true }, /scripts of package.json/],
    [
      'a repository was left',
      { changed: [{ path: 'lib', kind: 'added', isRepository: true }], artifacts: [] },
      /a repository in/,
    ],
  ])('not when %s', (_, fix, objection) => {
    expect(objectionsToChange({ ...good, ...fix }).join()).toMatch(objection);
  });

  it('a test may change where a finding asks for it', () => {
    const fix = { ...good, changed: changed('test/a.test.js'), artifacts: [] };
    const finding = { severity: 'high' as const, title: 'skipped', file: 'test/a.test.js' };
    expect(objectionsToChange({ ...fix, findings: [finding] })).toEqual([]);
    expect(
      objectionsToChange({ ...fix, findings: [{ severity: 'high', title: 'restore test/a.test.js' }] }),
    ).toEqual([]);
    expect(
      objectionsToChange({ ...fix, findings: [{ severity: 'high', title: 'tests are bad' }] }),
    ).toHaveLength(1);
  });

  it.each([
    ['test/a.js', true],
    ['src/a.test.ts', true],
    ['src/__tests__/a.ts', true],
    ['pkg/a_test.go', true],
    ['tests/test_a.py', true],
    ['src/latest.js', false],
    ['src/contest/a.js', false],
  ])('%s is a test: %s', (path, expected) => {
    expect(isTest(path)).toBe(expected);
  });
});

describe('[BG-3] the same problem', () => {
  const key = (summary: string, facts = {}) => keyOf(problemOf('tests.unit', { ok: false, summary, facts }));

  it('has the same key whatever ports, times and commits it names', () => {
    expect(key('v1.0-gabcdef01 did not listen on 40123 within 5s')).toBe(
      key('v1.0-g12345678 did not listen on 40999 within 6s'),
    );
  });

  it('is another one when other tests fail, or in another step', () => {
    const failing = (name: string) => key('11 of 12', { failures: [{ name }] });
    expect(failing('a')).not.toBe(failing('b'));
    expect(failing('a')).toBe(failing('a'));
    expect(keyOf({ step: 'a', summary: 'x' })).not.toBe(keyOf({ step: 'b', summary: 'x' }));
  });

  it('is told from its findings where it has some', () => {
    const of = (title: string) =>
      keyOf({ step: 'review', summary: title, findings: [{ severity: 'high', title }] });
    expect(of('a')).not.toBe(of('b'));
  });
});
