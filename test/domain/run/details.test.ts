import { describe, expect, it } from 'vitest';
import { renderDetails } from '../../../src/domain/run/details.ts';
import type { GateStatus, RunStatus } from '../../../src/domain/run/status.ts';

const gate: GateStatus = {
  id: 'production',
  kind: 'approval',
  statement: 'Is shop v1.2.0 ready for production?',
  details: '#### Concerns and risks\n\n- no smoke test\n\n#### Release notes\n\n> a lot',
  digest: '76b2a0bafdfb76b2a0bafdfb',
  who: ['alice'],
  stillNeeded: 1,
  choices: [{ id: 'approve', title: 'approve' }],
  opened: '2026-11-21T14:00:00.000Z',
  votes: [],
};

const status = (more: Partial<RunStatus>): RunStatus => ({
  schema: 1,
  run: 'release/shop/v1.2.0',
  flow: 'release',
  product: 'shop',
  version: '1.2.0',
  startedBy: 'carol',
  started: '2026-11-21T13:00:00.000Z',
  reason: 'waiting',
  phase: 'Staging deployment',
  stage: 'preparing',
  steps: [],
  gates: [],
  decisions: [],
  refused: [],
  refusedCount: 0,
  blockers: [],
  concerns: [],
  links: [],
  ...more,
});

const refused = (reason: string, at: string) => ({ kind: 'approve', by: 'mallory', reason, at });

describe('the details that the Temporal UI shows', () => {
  it('[PL-3] name the exact signal, before the long evidence', () => {
    const shown = renderDetails(status({ gates: [gate] }));
    const signal = 'signal `approve` with `{"by":"alice","gate":"production","digest":"76b2a0bafdfb"}`';
    expect(shown).toContain(signal);
    expect(shown.indexOf(signal)).toBeLessThan(shown.indexOf('#### Concerns'));
  });

  it('[PL-3] show the last refused messages first of all, the newest on top', () => {
    const messages = [1, 2, 3, 4].map((n) => refused(`reason ${n}`, `2026-11-21T14:00:0${n}.000Z`));
    const shown = renderDetails(status({ gates: [gate], refused: messages, refusedCount: 70 }));
    expect(shown).toContain(
      [
        '**Refused messages: 70** (the last ones)\n',
        '- 14:00:04 UTC, `approve` by mallory: reason 4',
        '- 14:00:03 UTC, `approve` by mallory: reason 3',
        '- 14:00:02 UTC, `approve` by mallory: reason 2\n\n### Approval needed',
      ].join('\n'),
    );
  });

  it('name a concern once, even if it stands in the evidence too', () => {
    const shown = renderDetails(status({ gates: [gate], concerns: ['no smoke test', 'no smoke'] }));
    expect(shown.match(/^- no smoke test$/gm)).toHaveLength(1);
    expect(shown).toContain('**Concerns**\n\n- no smoke');
  });

  it('can be put into an address, however long, and wherever an emoji was cut', () => {
    const shown = renderDetails(status({ gates: [{ ...gate, details: `x${'🚀'.repeat(100_000)}` }] }));
    expect(encodeURIComponent(shown).length).toBeLessThan(1_000_000);
    expect(shown).toContain('…cut here');
  });
});
