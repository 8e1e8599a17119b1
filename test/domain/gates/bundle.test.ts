import { describe, expect, it } from 'vitest';
import { assessRisk } from '../../../src/domain/gates/bundle.ts';

const facts = { breaking: 0, migrations: [], changes: 3, concerns: [], firstRelease: false };

describe('[RW-8] the risk of a release', () => {
  it('is high where commits break something, and only there', () => {
    expect(assessRisk({ ...facts, breaking: 2 })).toEqual({
      level: 'high',
      reasons: ['it contains 2 breaking changes'],
    });
    expect(assessRisk(facts)).toEqual({
      level: 'low',
      reasons: ['small, without database or breaking changes'],
    });
  });

  it('has a sentence of its own for a first release', () => {
    expect(assessRisk({ ...facts, firstRelease: true })).toEqual({
      level: 'medium',
      reasons: ['it is the first release to production: there is no earlier version to go back to'],
    });
  });
});
