import { describe, expect, it } from 'vitest';
import { renderHistory, renderHistoryMarkdown } from '../../../src/client/cli/render/history.ts';
import { noPaint } from '../../../src/client/cli/render/paint.ts';
import { renderPreview } from '../../../src/client/cli/render/preview.ts';
import { renderRuns } from '../../../src/client/cli/render/runs.ts';
import type { RunSummary } from '../../../src/control/runs.ts';
import type { Preview } from '../../../src/domain/flows/preview.ts';

const runs: RunSummary[] = [
  {
    run: 'release/shop/v1.4.0',
    runId: 'b',
    flow: 'release',
    product: 'shop',
    version: '1.4.0',
    state: 'running',
    phase: 'staging-deployment',
    waitingFor: 'approval',
    started: '2026-03-03T06:00:00Z',
  },
  {
    run: 'release/cart/scheduled-2026-03-02T06:00:00Z',
    runId: 'a',
    flow: 'release',
    product: 'cart',
    version: '0.2.0',
    state: 'completed',
    outcome: 'rolled-back',
    started: '2026-03-02T06:00:00Z',
    ended: '2026-03-02T06:45:00Z',
  },
];
const now = Date.parse('2026-03-03T06:10:00Z');

describe('[PL-2] tables', () => {
  it('lists runs', () => {
    expect(renderRuns(runs, now, 140, noPaint).split('\n')).toEqual([
      'RUN                                          VERSION  STATE        PHASE               WAITING FOR  STARTED  TOOK',
      'release/shop/v1.4.0                                   waiting      Staging deployment  approval     10m ago',
      'release/cart/scheduled-2026-03-02T06:00:00Z  v0.2.0   rolled-back                                   1d ago   45m',
    ]);
  });

  it('stays within a narrow terminal', () => {
    for (const width of [60, 80, 100]) {
      for (const line of renderRuns(runs, now, width, noPaint).split('\n'))
        expect([...line].length).toBeLessThanOrEqual(Math.max(width, 72));
    }
  });

  const rows = [
    {
      key: '1',
      run: 'r',
      product: 'shop',
      environment: 'production',
      at: '2026-03-03T06:45:00Z',
      version: '1.4.0',
      type: 'Release',
      status: 'Success',
      rollback: 'N/A',
      notes: 'gift cards | vouchers',
    },
    {
      key: '2',
      run: 'q',
      product: 'shop',
      environment: 'production',
      at: '2026-03-01T06:45:00Z',
      version: '1.3.9',
      type: 'Release',
      status: 'Rolled back',
      rollback: 'Yes',
      notes: 'error rate\n12 %',
    },
  ];

  it('prints the deployment history as its document has it', () => {
    expect(renderHistoryMarkdown(rows).split('\n')).toEqual([
      '| Date | Version | Type | Status | Rollback | Notes |',
      '|------|---------|------|--------|----------|-------|',
      '| 2026-03-03 | v1.4.0 | Release | Success | N/A | gift cards \\| vouchers |',
      '| 2026-03-01 | v1.3.9 | Release | Rolled back | Yes | error rate 12 % |',
    ]);
    expect(renderHistory(rows, 100, noPaint).split('\n')).toEqual([
      'Date        Version  Type     Status       Rollback  Notes',
      '2026-03-03  v1.4.0   Release  Success      N/A       gift cards | vouchers',
      '2026-03-01  v1.3.9   Release  Rolled back  Yes       error rate 12 %',
    ]);
  });

  it('shows what a release would be', () => {
    const preview: Preview = {
      flow: 'release',
      product: 'shop',
      title: 'Corner Shop v1.4.0',
      subtitle: 'minor, after v1.3.2, commit 2271d83',
      run: 'release/shop/v1.4.0',
      input: { product: 'shop' },
      version: '1.4.0',
      sections: [
        { title: 'Why', lines: ['feat: gift cards is a new feature'], tone: 'faint' },
        { title: 'Warning', lines: ['1 commit is not pushed and will not be in the release'], tone: 'warn' },
        { title: 'Changes', lines: Array.from({ length: 14 }, (_, i) => `fix: number ${i}`), tone: 'faint' },
        {
          title: 'Where',
          lines: ['staging http://127.0.0.1:4100', 'production http://127.0.0.1:4200'],
          tone: 'faint',
        },
      ],
      missing: [],
      approvers: ['alice', 'bob'],
      about: { staticSummary: 'Release of Corner Shop v1.4.0' },
      question: 'Start this release?',
    };
    expect(renderPreview(preview, 60, noPaint)).toEqual([
      'Corner Shop v1.4.0  (minor, after v1.3.2, commit 2271d83)',
      '  Why       feat: gift cards is a new feature',
      '  Warning   1 commit is not pushed and will not be in the',
      '            release',
      '  Changes   fix: number 0',
      ...Array.from({ length: 11 }, (_, i) => `            fix: number ${i + 1}`),
      '            … and 2 more',
      '  Where     staging http://127.0.0.1:4100',
      '            production http://127.0.0.1:4200',
      '  Approval  by alice or bob',
    ]);
    const nobody = { ...preview, sections: [], approvers: [], missing: ['there is no tag v1.4.0'] };
    expect(renderPreview(nobody, 60, noPaint).slice(1)).toEqual(['  Missing   there is no tag v1.4.0']);
    const since = { title: 'Since v1.4.0-rc.1', lines: ['fix: one', 'fix: two'], tone: 'faint' } as const;
    expect(renderPreview({ ...nobody, sections: [since] }, 60, noPaint).slice(1)).toEqual([
      '  Since v1.4.0-rc.1  fix: one',
      '                     fix: two',
      '  Missing            there is no tag v1.4.0',
    ]);
  });
});
