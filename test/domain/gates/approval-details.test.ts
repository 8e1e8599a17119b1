import { describe, expect, it } from 'vitest';
import type { ApprovalEvidence } from '../../../src/domain/gates/approval-details.ts';
import { renderApproval } from '../../../src/domain/gates/approval-details.ts';

const evidence: ApprovalEvidence = {
  title: 'Corner Shop',
  bundle: {
    product: 'shop',
    environment: 'production',
    version: '1.1.0',
    previousVersion: '1.0.0',
    commit: '0123456789abcdef',
    scope: ['feat: a basket', 'fix: a price'],
    successCriteria: ['healthy at /health'],
    risk: { level: 'medium', reasons: ['it is large (40 changes)', '1 concern raised on the way'] },
    rollbackPlan: ['traffic goes back', 'the database is restored'],
    artifacts: [],
    migrations: [],
    configurationDigest: '',
  },
  newMigrations: [],
  places: [
    { name: 'staging', url: 'http://staging.example' },
    { name: 'production', url: 'http://shop.example' },
  ],
  notes: '# v1.1.0\n\n- a basket',
  concerns: [],
  checks: ['End-to-end suite: 12 of 12 passed'],
  void: [],
};

/** The sections by their titles. */
function sections(change: Partial<ApprovalEvidence> = {}): Record<string, string> {
  const parts = renderApproval({ ...evidence, ...change }).split(/^#### /m);
  expect(parts.shift()).toBe('');
  return Object.fromEntries(
    parts.map((part) => {
      const [title = '', ...body] = part.trimEnd().split('\n\n');
      return [title, body.join('\n\n')];
    }),
  );
}

describe('[RW-8] what an approver reads', () => {
  it('has all of it, in the order in which it is judged', () => {
    expect(Object.entries(sections())).toEqual([
      [
        'What is included',
        'Corner Shop **v1.1.0** replaces **v1.0.0** in production. Commit `0123456789`.\n\n- feat: a basket\n- fix: a price\n\nNo new migrations.',
      ],
      ['Try it', 'Staging: <http://staging.example>. Production: <http://shop.example>.'],
      ['Evidence', '- End-to-end suite: 12 of 12 passed'],
      [
        'Concerns and risks',
        'Risk: **medium** – it is large (40 changes); 1 concern raised on the way.\n\nNo concerns were raised.',
      ],
      ['It succeeds when', '- healthy at /health'],
      ['Rollback', '- traffic goes back\n- the database is restored'],
      ['Release notes', expect.stringMatching(/^> \*\*v1\.1\.0\*\*\n>\s*\n> - a basket$/) as string],
    ]);
  });

  it('says first why an earlier approval is void', () => {
    const found = sections({ void: ['the commit changed'] });
    expect(Object.entries(found)[0]).toEqual(['An earlier approval is void', '- the commit changed']);
  });

  it.each<[string, Partial<ApprovalEvidence>, string, string]>([
    [
      'a first version',
      { bundle: { ...evidence.bundle, previousVersion: null } },
      'What is included',
      'Corner Shop **v1.1.0** is the first version in production.',
    ],
    ['no changes', { bundle: { ...evidence.bundle, scope: [] } }, 'What is included', '\n\nno changes\n\n'],
    [
      'migrations',
      { newMigrations: ['migrations/2.sql'] },
      'What is included',
      'New migrations:\n\n- migrations/2.sql',
    ],
    ['no checks', { checks: [] }, 'Evidence', 'nothing was checked'],
    ['concerns', { concerns: ['slow'] }, 'Concerns and risks', '- slow'],
  ])('says of %s', (_, change, section, text) => {
    expect(sections(change)[section]).toContain(text);
  });

  it('names no migrations and no absence of concerns where that is not so', () => {
    const found = sections({ newMigrations: ['migrations/2.sql'], concerns: ['slow'] });
    expect(found['What is included']).not.toContain('No new migrations');
    expect(found['Concerns and risks']).not.toContain('No concerns');
  });
});

describe('[RW-8] what is included, in a large release', () => {
  it('is told by section, with true numbers, and where all of it is', () => {
    const size = {
      commits: 3_010,
      changes: 3_000,
      files: 12,
      sections: [
        { title: 'Breaking', count: 1 },
        { title: 'Fixed', count: 2_999 },
      ],
      since: 'v1.0.0, which production runs',
      notListed: 'Of 3010 commits, 3000 are listed. Not listed – taken back, or taking back: 10 (c0ffee0).',
      whole: ['git log 0123456..89abcde', 'https://github.com/acme/shop/compare/a...b'],
    };
    const scope = ['Breaking: prices in cents (#1)', 'Fixed: one', 'Fixed: two'];
    expect(sections({ bundle: { ...evidence.bundle, scope, size } })['What is included']).toBe(
      [
        'Corner Shop **v1.1.0** replaces **v1.0.0** in production. Commit `0123456789`.',
        '3,000 changes in 3,010 commits and 12 files, since v1.0.0, which production runs.',
        size.notListed,
        '3 of the 3,000 are shown here. The whole list: git log 0123456..89abcde; https://github.com/acme/shop/compare/a...b.',
        '**Breaking** (1)',
        '- prices in cents (#1)',
        '**Fixed** (2,999)',
        '- one\n- two\n- … and 2,997 more',
        'No new migrations.',
      ].join('\n\n'),
    );
  });

  it('says what was taken back before, above all of it', () => {
    const takenBack = '- v2.0.0 was taken back\n  - No task of it is open.';
    expect(Object.keys(sections({ takenBack }))[0]).toBe('Taken back before');
  });
});
