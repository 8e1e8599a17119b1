import { describe, expect, it } from 'vitest';
import { exactSignal } from '../../../src/domain/run/details.ts';
import { messageKinds } from '../../../src/domain/run/messages.ts';
import type { GateStatus, RunStatus, StepStatus } from '../../../src/domain/run/status.ts';
import { noPaint } from '../../../src/client/cli/render/paint.ts';
import { renderChanges } from '../../../src/client/cli/render/changes.ts';
import { renderGate } from '../../../src/client/cli/render/gate.ts';
import { renderTree } from '../../../src/client/cli/render/tree.ts';

const started = '2026-03-03T06:30:00.000Z';
const at = (seconds: number): string => new Date(Date.parse(started) + seconds * 1_000).toISOString();
const step = (id: string, phase: string, title: string, more: Partial<StepStatus> = {}): StepStatus => ({
  id,
  phase,
  title,
  state: 'pending',
  attempts: 0,
  ...more,
});

const gate: GateStatus = {
  id: 'production',
  kind: 'approval',
  statement: 'Is shop v1.4.0 ready for production?',
  details: '#### Included\n\n\n- feat: gift cards **for all**\n',
  digest: '5f367c44605b0000',
  who: ['alice', 'bob'],
  stillNeeded: 1,
  choices: [
    { id: 'approve', title: 'approve' },
    { id: 'reject', title: 'reject' },
    { id: 'mark done', title: 'mark done' },
  ],
  opened: at(20),
  expires: at(3 * 86_400),
  onExpiry: 'the release is rejected',
  votes: [],
};

const run: RunStatus = {
  schema: 1,
  run: 'release/shop/v1.4.0',
  flow: 'release',
  product: 'shop',
  version: '1.4.0',
  previousVersion: '1.3.2',
  commit: '2271d8392fc2b00e',
  startedBy: 'carol',
  started,
  reason: 'Checkpoint',
  phase: 'staging-deployment',
  stage: 'preparing',
  steps: [
    step('readiness.unit', 'pre-release-verification', 'Unit tests', {
      state: 'succeeded',
      started: at(1),
      ended: at(9.1),
      attempts: 3,
      failures: 1,
      summary: '28 of 28\npassed\u001b[31m',
    }),
    step('staging.deploy', 'staging-deployment', 'Deploy to staging', {
      state: 'failed',
      started: at(10),
      ended: at(12),
      attempts: 1,
      summary: 'exit code 1',
    }),
    step('approval.production', 'staging-deployment', 'Checkpoint: approval for production', {
      state: 'waiting',
      started: at(20),
      attempts: 1,
    }),
    step('production.deploy', 'production-deployment', 'Deploy to production'),
  ],
  gates: [gate],
  decisions: [],
  refused: [{ kind: 'approve', at: at(30), by: 'mallory', reason: 'mallory may not decide' }],
  refusedCount: 1,
  blockers: [],
  concerns: ['2 files are not committed'],
  links: [],
};

const view = { now: Date.parse(at(80)), width: 100, paint: noPaint, detailLines: 10 };

describe('renderTree', () => {
  it('[PL-2] shows phases, steps, the open gate and the exact commands to give', () => {
    expect(renderTree(run, view)).toEqual([
      'release/shop/v1.4.0  waiting for 1m 20s',
      '  v1.3.2 → v1.4.0 · commit 2271d83 · started by carol',
      '',
      'Pre-release verification',
      '  ✔ Unit tests                              8.1s  attempt 2 · 28 of 28 passed␛[31m',
      'Staging deployment',
      '  ✖ Deploy to staging                         2s  exit code 1',
      '  ◆ Checkpoint: approval for production       1m',
      'Production deployment',
      '  ○ Deploy to production',
      '',
      '! 2 files are not committed',
      '',
      '◆ Is shop v1.4.0 ready for production?',
      '  │ Included',
      '  │',
      '  │ - feat: gift cards for all',
      '  1 more needed of alice, bob · the release is rejected in 2d 23h · digest 5f367c44605b',
      '  approve    sluice approve release/shop/v1.4.0',
      '  reject     sluice reject release/shop/v1.4.0 --comment "why"',
      `  mark done  sluice answer release/shop/v1.4.0 'mark done'`,
      '⊘ 1 message was refused; the last one: approve by mallory, mallory may not decide',
    ]);
  });

  it('says where the output of a failed step is', () => {
    const steps = run.steps.map((one) => ({ ...one, log: `/logs/${one.id}/stderr` }));
    expect(renderTree({ ...run, steps }, view).filter((line) => line.includes('/logs/'))).toEqual([
      '  log of "Deploy to staging": /logs/staging.deploy/stderr',
    ]);
  });

  it('never draws a line wider than the terminal, except commands and addresses, which must stay whole', () => {
    for (const width of [40, 50, 70, 100, 200]) {
      const wide = renderTree(run, { ...view, width }).filter((line) => [...line].length > width);
      expect(wide.every((line) => line.includes('sluice '))).toBe(true);
    }
  });

  it('fits a low terminal: what is over and what is to come become one line each', () => {
    const many = Array.from({ length: 20 }, (_, i) =>
      step(`s${i}`, 'pre-release-verification', `Step ${i}`, {
        state: i < 12 ? 'succeeded' : i === 12 ? 'running' : 'pending',
        started: at(i),
        ...(i < 12 ? { ended: at(i + 1) } : {}),
        attempts: 1,
      }),
    );
    const lines = renderTree(
      { ...run, steps: [...many, ...run.steps.slice(3)], gates: [], concerns: [], refusedCount: 0 },
      { ...view, height: 16 },
    );
    expect(lines.slice(3)).toEqual([
      'Pre-release verification',
      '  ✔ 12 steps done',
      '  ● Step 12    1m 8s',
      '  ○ 7 steps to come',
      '○ Production deployment 1 step',
    ]);
    expect(lines.length).toBeLessThanOrEqual(16);
  });

  it('lets no command steer the terminal of who looks at it', () => {
    const evil = { ...run, concerns: ['\u001b[2Jgone\u0007\r\nhidden\u202e'] };

    expect(renderTree(evil, view).join('')).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it('says how it ended, and where to look', () => {
    const ended: RunStatus = {
      ...run,
      gates: [],
      outcome: 'rolled-back',
      ended: at(90),
      reason: 'error rate 12 %',
      links: [{ title: 'Issue', url: 'https://example.org/1' }],
    };
    expect(renderTree(ended, view)[0]).toBe('release/shop/v1.4.0  rolled-back after 1m 30s');
    expect(renderTree(ended, view)).toContain('✖ rolled-back: error rate 12 %');
    expect(renderTree(ended, view)).toContain('  Issue: https://example.org/1');
    // Nothing is still to come of it.
    expect(renderTree(ended, view).join('\n')).toMatch(/^  ○ Deploy to production +not reached$/m);
    const many = [...Array(20).keys()].map((i) => step(`s${i}`, 'staging-deployment', `Step ${i}`));
    const low = renderTree({ ...ended, steps: [...run.steps, ...many] }, { ...view, height: 16 });
    expect(low).toContain('  ○ 20 steps not reached');
    expect(low.join('\n')).not.toContain('to come');
  });

  it('tells a pause with the command that ends it, and a queue with the place', () => {
    const held = renderTree(
      {
        ...run,
        gates: [],
        paused: { by: 'bob', at: at(1), comment: 'lunch' },
        queue: { environment: 'production', position: 2, behind: 'release/shop/v1.3.0' },
      },
      view,
    );
    expect(held).toContain('◆ Paused by bob: lunch. Go on with: sluice resume release/shop/v1.4.0');
    expect(held).toContain('◆ Number 2 in the queue for production, behind release/shop/v1.3.0');
  });
});

describe('renderGate', () => {
  const asked = (choice: string) =>
    renderGate({ ...gate, choices: [{ id: choice, title: choice }] }, run.run, view).at(-1) ?? '';
  const own = ['approve', 'reject', 'execute', 'abort', 'rollback', 'promote', 'retry'];

  it.each([...messageKinds, 'hotfix'])(
    'gives the choice %s as the UI does: by its own message, or by answer',
    (choice) => {
      const signal = /^signal `(\w+)`/.exec(exactSignal(gate, choice))?.[1];
      expect(signal).toBe(own.includes(choice) ? choice : 'answer');
      expect(asked(choice)).toMatch(new RegExp(`  sluice ${signal ?? ''} release/shop/v1.4.0`));
      expect(asked(choice).includes(` ${choice}`, asked(choice).indexOf('v1.4.0'))).toBe(signal === 'answer');
    },
  );
});

describe('renderChanges', () => {
  it('says each change once, in one line', () => {
    const before: RunStatus = {
      ...run,
      steps: run.steps.map((each) => ({ ...each, state: 'pending' as const })),
      gates: [],
      refusedCount: 0,
    };
    expect(renderChanges(before, run)).toEqual([
      '✔ Unit tests: succeeded (8.1s) – 28 of 28 passed␛[31m',
      '✖ Deploy to staging: failed (2s) – exit code 1',
      '◆ Checkpoint: approval for production: waiting',
      '◆ Is shop v1.4.0 ready for production? (digest 5f367c44605b) – sluice show release/shop/v1.4.0',
      '⊘ 1 refused: mallory may not decide',
    ]);
    expect(renderChanges(run, run)).toEqual([]);
    expect(renderChanges(run, { ...run, outcome: 'succeeded', reason: 'it runs' })).toEqual([
      '✔ succeeded: it runs',
    ]);
  });
});
