import { describe, expect, it } from 'vitest';
import { rolloutSchema } from '../../../src/domain/config/rollout-schema.ts';
import { holdsUnseen } from '../../../src/domain/rollout/evidence.ts';
import { planOf, stepIds, stepTitles } from '../../../src/domain/rollout/steps.ts';

const rollout = rolloutSchema.parse({
  steps: [
    { weight: 10, for: '5m', name: 'the brave' },
    { weight: 100, for: '1h', minRequests: 7, confirm: true },
  ],
});

describe('[SI-5] the plan that a configuration makes', () => {
  it('has its steps, and tolerates as many failed health checks as the environment', () => {
    const plan = planOf(rollout, { unhealthyAfter: 5 }, true);
    expect(plan.steps.map(({ weight, for: time, confirm }) => [weight, time, confirm])).toEqual([
      [10, 300_000, false],
      [100, 3_600_000, true],
    ]);
    expect(plan.limits).toEqual({ unhealthyAfter: 5 });
  });

  it('a first version has nobody to share with: the last step is the only one', () => {
    const { steps } = planOf(rollout, { unhealthyAfter: 3 }, false);
    expect(steps).toEqual(rollout.steps.slice(1));
    expect(steps).toMatchObject([{ weight: 100, minRequests: 7 }]);
    const four = planOf(rolloutSchema.parse({}), { unhealthyAfter: 3 }, false);
    expect(four.steps.map(({ weight }) => weight)).toEqual([100]);
  });

  it('names the steps of the run, and says what they are', () => {
    const [brave, all] = rollout.steps;
    expect(stepIds(10)).toEqual({ shift: 'production.shift-10', watch: 'production.watch-10' });
    expect(brave && stepTitles(brave)).toEqual({
      shift: "the brave: Give the new version 10 % of production's traffic",
      watch: 'the brave: Watch it at 10 % for 5m',
    });
    expect(all && stepTitles(all)).toEqual({
      shift: "Give the new version 100 % of production's traffic",
      watch: 'Watch it at 100 % for 1h',
    });
  });
});

describe('[BY-4] what has no policy of its own', () => {
  it('holds where it can’t be seen, tolerates nothing, and counts', () => {
    expect(holdsUnseen('health')).toEqual({
      name: 'health',
      failureLimit: 0,
      consecutiveErrorLimit: 4,
      onNoData: 'hold',
      onError: 'hold',
      dryRun: false,
    });
  });
});
