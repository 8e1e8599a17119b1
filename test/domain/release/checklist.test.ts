import { describe, expect, it } from 'vitest';
import type { ChecklistItem } from '../../../src/domain/release/checklist.ts';
import { releaseChecklist, renderChecklist } from '../../../src/domain/release/checklist.ts';
import type { StepState } from '../../../src/domain/run/status.ts';

type Steps = Readonly<Record<string, StepState | readonly [StepState, string]>>;

const stepsOf = (steps: Steps) =>
  Object.entries(steps).map(([id, how]) => {
    const [state, summary] = typeof how === 'string' ? [how, `${id} was done`] : how;
    return { id, title: `Step ${id}`, state, summary };
  });
const before: Steps = {
  'readiness.source': 'succeeded',
  'readiness.unit': ['succeeded', '12 of 12 passed'],
  'regression.qa': 'succeeded',
  'prepare.release': 'succeeded',
  'branch.create': ['succeeded', 'release/shop/v1.1.0 at 0123456789'],
};
const staged: Steps = {
  ...before,
  'staging.deploy': 'succeeded',
  'staging.health': ['succeeded', 'healthy'],
  'staging.smoke': 'succeeded',
  'staging.sign-off': 'succeeded',
};
const all: Steps = {
  ...staged,
  'approval.production': ['succeeded', 'approved by alice'],
  'production.backup': 'succeeded',
  'production.deploy': 'succeeded',
  'production.health': 'succeeded',
  'production.smoke': 'succeeded',
  'production.monitor': 'succeeded',
  'finalize.tag': ['succeeded', 'tagged v1.1.0'],
  'finalize.publish': 'succeeded',
  'post.notify': 'succeeded',
};
const without = (steps: Steps, ...ids: readonly string[]): Steps =>
  Object.fromEntries(Object.entries(steps).filter(([id]) => !ids.includes(id)));
const marks = (items: readonly ChecklistItem[], mark: ChecklistItem['mark']) =>
  items.filter((item) => item.mark === mark).map(({ part, title }) => `${part}: ${title}`);
const checklist = (steps: Steps, planned = true) => releaseChecklist(stepsOf(steps), { planned });

describe('[RW-8] the checklist of processes/release.md', () => {
  it('has its seventeen boxes in its order, all ticked by a release that went well', () => {
    const items = checklist(all);
    expect(marks(items, 'done')).toEqual([
      'Pre-release: All planned features merged',
      'Pre-release: All tests passing',
      'Pre-release: No critical or high bugs open',
      'Pre-release: Changelog updated',
      'Pre-release: Version bumped',
      'Pre-release: Release notes prepared',
      'Staging: Deployed successfully',
      'Staging: Smoke tests passing',
      'Staging: QA sign-off',
      'Staging: Approval',
      'Production: Database backed up',
      'Production: Deployed successfully',
      'Production: Smoke tests passing',
      'Production: Monitoring normal',
      'Production: Git tag created',
      'Production: Release published on the code host',
      'Production: People told',
    ]);
    expect(items).toHaveLength(17);
  });

  it('is open where it has not come to it: nothing is ticked that did not happen', () => {
    const pending = Object.fromEntries(Object.keys(all).map((id) => [id, 'pending' as const]));
    const items = checklist({ ...pending, ...staged, 'approval.production': 'waiting' });
    expect(marks(items, 'done')).toHaveLength(9);
    expect(marks(items, 'open')).toHaveLength(8);
    expect(marks(checklist(pending), 'open')).toHaveLength(17);
    expect(marks(checklist({}, false), 'open')).toHaveLength(17);
    const over = releaseChecklist(stepsOf(staged), { planned: false, over: true });
    expect(new Set(over.filter(({ mark }) => mark === 'open').map(({ evidence }) => evidence))).toEqual(
      new Set(['it never came to it']),
    );
  });

  it.each<[string, Steps, Partial<ChecklistItem>]>([
    [
      'a failed check beside one that passed',
      { ...all, 'regression.e2e': ['failed', '1 of 3 failed'] },
      { title: 'All tests passing', mark: 'missing', evidence: 'failed: 1 of 3 failed' },
    ],
    [
      'no checks',
      without(all, 'readiness.unit'),
      { title: 'All tests passing', mark: 'missing', evidence: 'no checks are configured' },
    ],
    [
      'a deployment that was never healthy',
      { ...all, 'production.health': ['failed', 'no answer'] },
      { part: 'Production', title: 'Deployed successfully', mark: 'missing', evidence: 'failed: no answer' },
    ],
    [
      'a tag that was left undone',
      { ...all, 'finalize.tag': ['failed', 'left undone by bob: there is no tag v1.1.0'] },
      { title: 'Git tag created', mark: 'missing' },
    ],
    [
      'a step that was skipped',
      { ...all, 'finalize.publish': ['skipped', 'skipped by bob'] },
      { title: 'Release published on the code host', mark: 'missing', evidence: 'skipped: skipped by bob' },
    ],
    [
      'no smoke test in production',
      without(all, 'production.smoke'),
      {
        part: 'Production',
        title: 'Smoke tests passing',
        mark: 'missing',
        evidence: 'no smoke test is configured for production',
      },
    ],
    [
      'no database',
      without(all, 'production.backup'),
      {
        title: 'Database backed up',
        mark: 'not-needed',
        evidence: 'no database that is backed up is configured',
      },
    ],
  ])('%s', (_, steps, expected) => {
    for (const planned of [true, false])
      expect(checklist(steps, planned)).toContainEqual(expect.objectContaining(expected));
  });

  it('a backup that is configured as none is not ticked, and says why', () => {
    const items = releaseChecklist(stepsOf(without(all, 'production.backup')), {
      planned: true,
      withoutBackup: 'all of it can be computed again',
    });
    expect(items).toContainEqual({
      part: 'Production',
      title: 'Database backed up',
      mark: 'missing',
      evidence: 'none is made: all of it can be computed again',
    });
  });

  it('from the record alone, what a run never came to is open and not called missing', () => {
    const items = checklist(staged, false);
    expect(marks(items, 'missing')).toEqual([]);
    expect(marks(items, 'open')).toEqual(marks(checklist({ ...all, ...staged }), 'done').slice(9));
  });

  it('knows the environments by what the steps call them', () => {
    const renamed = Object.fromEntries(
      Object.entries(all).map(([id, how]) => [
        id
          .replace(/^staging\./, 'qa.')
          .replace(/^production\./, 'live.')
          .replace('approval.production', 'approval.live'),
        how,
      ]),
    );
    expect(marks(checklist({ 'approval.bundle': 'succeeded', ...renamed }), 'done')).toHaveLength(17);
  });
});

it('[DW-10] has the lines of the team’s own, which nothing ticks', () => {
  const text = renderChecklist(checklist(all), ['The *campaign* is ready', 'Support knows']);
  expect(text.endsWith('**Yours to see to**\n\n- [ ] The \\*campaign\\* is ready\n- [ ] Support knows')).toBe(
    true,
  );
  expect(renderChecklist(checklist(all), [])).toBe(renderChecklist(checklist(all)));
});

it('is shown as a list with boxes, where what programs said stays text', () => {
  const steps = { ...all, 'readiness.unit': ['succeeded', '12 *of* 12 [passed](javascript:x)'] } as const;
  const text = renderChecklist(checklist(without(steps, 'finalize.tag', 'production.backup')));
  expect(text).toContain(
    '**Pre-release**\n\n- [x] All planned features merged – readiness.source was done\n',
  );
  expect(text).toContain('- [x] All tests passing – 12 \\*of\\* 12 \\[passed\\](javascript:x)\n');
  expect(text).toContain(
    '- [x] Database backed up – not needed: no database that is backed up is configured\n',
  );
  expect(text).toContain('\n- [ ] Git tag created – to come\n');
});
