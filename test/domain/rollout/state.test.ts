import { describe, expect, it } from 'vitest';
import type { Evidence, Finding } from '../../../src/domain/rollout/evidence.ts';
import { holdsUnseen } from '../../../src/domain/rollout/evidence.ts';
import type { RolloutState } from '../../../src/domain/rollout/state.ts';
import { firstState, nextStep, note } from '../../../src/domain/rollout/state.ts';

const rules = [holdsUnseen('errors'), { ...holdsUnseen('trial'), dryRun: true }];
const good: Finding = { kind: 'good', reason: '0.1 % errors' };
const bad: Finding = { kind: 'bad', reason: '7 % errors' };
const noData: Finding = { kind: 'no-data', reason: 'no requests' };
const error: Finding = { kind: 'error', reason: 'HTTP 500' };

const look = (errors: Finding | undefined, more: Partial<Evidence> = {}): Evidence => ({
  elapsed: 10,
  requests: 5,
  health: { ok: true, reason: '' },
  findings: { ...(errors ? { errors } : {}), trial: good },
  criticalAlerts: [],
  ...more,
});
const after = (...looks: Evidence[]): RolloutState =>
  looks.reduce((state, evidence) => note(state, evidence, rules), firstState);
const tallyOf = (...findings: (Finding | undefined)[]) =>
  after(...findings.map((finding) => look(finding))).tallies['errors'];

describe('what is remembered of a rule', () => {
  it.each<[string, (Finding | undefined)[], object]>([
    ['good ones are seen', [good, good], { bad: 0, errorsInARow: 0, blindInARow: 0, seen: 2 }],
    ['bad ones are seen and counted', [bad, good, bad], { bad: 2, errorsInARow: 0, blindInARow: 0, seen: 3 }],
    ['without data it is blind', [noData, noData], { bad: 0, errorsInARow: 0, blindInARow: 2, seen: 0 }],
    ['errors are blind as well', [error, error], { bad: 0, errorsInARow: 2, blindInARow: 2, seen: 0 }],
    [
      'no data ends a row of errors, not one of blindness',
      [error, noData],
      { errorsInARow: 0, blindInARow: 2 },
    ],
    ['and the other way round', [noData, error], { errorsInARow: 1, blindInARow: 2 }],
    ['whatever is seen ends both', [error, error, bad], { bad: 1, errorsInARow: 0, blindInARow: 0, seen: 1 }],
    ['what is bad stays bad when nothing is seen', [bad, error], { bad: 1, errorsInARow: 1, blindInARow: 1 }],
    ['where nobody looked there is no data', [undefined], { blindInARow: 1, seen: 0, last: 'nobody looked' }],
    ['the last reason stays', [bad, good], { last: '0.1 % errors' }],
  ])('%s', (_, findings, tally) => {
    expect(tallyOf(...findings)).toMatchObject(tally);
  });

  it('is kept of the rules that there are, and of no others', () => {
    expect(Object.keys(after(look(good)).tallies)).toEqual(['errors', 'trial']);
    expect(note(after(look(bad)), look(bad), []).tallies).toEqual({});
  });
});

describe('[BY-4] what counts of a look', () => {
  it.each<[string, Evidence, object]>([
    ['time and requests', look(good), { watched: 10, requests: 5 }],
    ['also of what is bad', look(bad), { watched: 10, requests: 5 }],
    ['no time in which a rule saw nothing', look(noData), { watched: 0, requests: 5 }],
    ['no time in which a provider failed', look(error), { watched: 0 }],
    ['no time in which nobody looked', look(undefined), { watched: 0 }],
    [
      'the time in which only a rule on trial saw nothing',
      look(good, { findings: { errors: good, trial: error } }),
      { watched: 10 },
    ],
    [
      'no requests where nobody knows them',
      look(good, { requests: undefined }),
      { watched: 10, requests: 0 },
    ],
    ['nothing that runs backwards', look(good, { elapsed: -5, requests: -7 }), { watched: 0, requests: 0 }],
  ])('%s', (_, evidence, counted) => {
    expect(after(evidence)).toMatchObject(counted);
  });

  it('adds up', () => {
    expect(after(look(good), look(noData), look(good))).toMatchObject({ watched: 20, requests: 15 });
  });

  it('failed health checks count in a row', () => {
    const ill = look(good, { health: { ok: false, reason: '503' } });
    expect(after(ill, ill)).toMatchObject({ unhealthyInARow: 2, lastHealthy: false });
    expect(after(ill, ill, look(good))).toMatchObject({ unhealthyInARow: 0, lastHealthy: true });
    expect(firstState).toMatchObject({ unhealthyInARow: 0, lastHealthy: false });
  });

  it('changes nothing that people said, nor the step', () => {
    const said = { step: 2, confirmed: true, promotedFully: true, paused: true, breached: true };
    expect(note({ ...firstState, ...said }, look(good), rules)).toMatchObject(said);
  });
});

describe('[SI-5] the next step', () => {
  const full: RolloutState = {
    step: 1,
    watched: 60,
    requests: 100,
    unhealthyInARow: 2,
    lastHealthy: true,
    tallies: after(look(bad)).tallies,
    confirmed: true,
    promotedFully: true,
    paused: true,
    breached: true,
  };

  it('counts anew, forgets a word about the last one, and keeps what is true of the version', () => {
    expect(nextStep(full)).toEqual({
      step: 2,
      watched: 0,
      requests: 0,
      unhealthyInARow: 2,
      lastHealthy: true,
      tallies: {},
      confirmed: false,
      promotedFully: true,
      paused: true,
      breached: true,
    });
  });
});
