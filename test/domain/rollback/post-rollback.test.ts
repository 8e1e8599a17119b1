import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { releaseSchema } from '../../../src/domain/config/release-schema.ts';
import { noticedFrom, postRollback } from '../../../src/domain/rollback/post-rollback.ts';
import type { RollbackFacts } from '../../../src/domain/rollback/post-rollback.ts';
import { checklistItems, noticedKinds } from '../../../src/domain/rollback/noticed.ts';
import { describeSample } from '../../../src/domain/metrics/judgement.ts';
import { decide } from '../../../src/domain/rollout/decision.ts';
import type { Evidence } from '../../../src/domain/rollout/evidence.ts';
import { firstState, note } from '../../../src/domain/rollout/state.ts';
import { assessSeverity } from '../../../src/domain/run/severity.ts';
import type { Issue } from '../../../src/domain/run/severity.ts';

const facts: RollbackFacts = {
  product: 'shop',
  run: 'release/shop/v1.4.0',
  version: '1.4.0',
  commit: 'c'.repeat(40),
  previous: { version: '1.3.0', commit: 'b'.repeat(40) },
  environment: 'production',
  reason: 'at 10 %: error-rate: 12 % is over 5 % (2 times at this step)',
  severity: 'critical',
  outcome: 'rolled-back',
  timeline: [
    { at: '2026-03-01T10:00:00.000Z', what: 'Deploy to production: succeeded' },
    { at: '2026-03-01T12:10:30.000+02:00', what: 'Watch 10 %: failed' },
  ],
  decisions: [{ at: '2026-03-01T09:59:00Z', by: 'alice', kind: 'approve', reason: 'approved by alice' }],
  evidence: ['10:10:20 120 requests, 0 % errors', '10:10:30 118 requests, 12 % errors'],
  migrations: { ran: false, restored: false },
  verified: { health: 'healthy: 2 good answers in a row', errorRate: '0 %' },
  durations: { detectedAfterMs: 630_000, rolledBackInMs: 4_200 },
  links: [{ title: 'Issue for the fix', url: 'https://git.shop.test/issues/7' }],
};
const documentOf = (over: Partial<RollbackFacts> = {}): string =>
  postRollback({ ...facts, ...over }).document;
const tasksOf = (over: Partial<RollbackFacts> = {}) => postRollback({ ...facts, ...over }).tasks;
const taskOf = (key: string, over: Partial<RollbackFacts> = {}) =>
  tasksOf(over).find((task) => task.key === key) ?? { title: '', body: '', severity: '' };

describe('[DW-10] a version that was taken back by decision', () => {
  it('leaves one task that blocks nothing, and the document says that nothing was wrong', () => {
    const [task, ...others] = tasksOf({ cause: 'decision', reason: 'abort by alice: not this week' });
    expect(others).toEqual([]);
    expect(task).toMatchObject({ key: 'decision', severity: 'low' });
    expect(task?.body).toContain('abort by alice: not this week');
    expect(task?.body).toContain('the next release brings it again, unless it is reverted there');
    expect(documentOf({ cause: 'decision' })).toContain(
      '- **Cause:** a decision: nothing is said to be wrong with it\n',
    );
    expect(documentOf({ cause: 'fault' })).toBe(documentOf());
    expect(tasksOf({ cause: 'fault' })).toEqual(tasksOf());
  });

  it('what a fault should have been caught by is proposed as a line of the checklist, as the configuration takes it', () => {
    const reason = 'a critical path is broken: "basket"\n\\ `x` ```';
    const { body } = taskOf('checklist', { reason });
    const yaml = /\n(`{3,})\n(release:[\s\S]*?)\n\1/.exec(body)?.[2] ?? '';
    const release = releaseSchema.parse((parse(yaml) as { release: unknown }).release);
    expect(release.checklist).toEqual([
      'Tests passed: E2E tests cover the critical path that was broken (shop v1.4.0 was taken back: a critical path is broken: "basket" \\ `x` ```)',
    ]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (said) => {
        const text = taskOf('checklist', { reason: said }).body;
        const block = /\n(`{3,})\n(release:[\s\S]*?)\n\1(?:\n|$)/.exec(text)?.[2] ?? '';
        expect(releaseSchema.safeParse((parse(block) as { release: unknown }).release).success).toBe(true);
      }),
    );
  });

  it('what was counted while it was watched is told, as far as anything was', () => {
    const look = (requests: number, errorRate: number) =>
      `10:00:00 healthy; ${describeSample({ kind: 'data', at: 0, requests, errorRate, p95: 20 })}`;
    expect(
      documentOf({ evidence: [look(36, 34 / 36), 'no data: no requests', look(33, 32 / 33)] }),
    ).toContain('- While it was watched it had 69 requests, of which 66 failed\n');
    expect(documentOf({ evidence: [look(10, 0)] })).toContain('it had 10 requests, of which none failed\n');
    expect(documentOf({ evidence: ['no data: no requests'] })).not.toContain('While it was watched');
  });

  it('what happened is told in the order of time, whatever order its steps have', () => {
    const [first, second] = facts.timeline;
    expect(documentOf({ timeline: [second!, first!] })).toBe(documentOf());
  });
});

describe('the document', () => {
  it('[DW-10] says what happened, when, how it was noticed, what was done, and what runs now', () => {
    expect(documentOf()).toMatchInlineSnapshot(`
      "# Incident report: shop v1.4.0 was rolled back

      Written from the record of the run. Causes and effects that the run can’t know are left to people: see the open questions.

      ## What happened

      - **Product:** shop
      - **Version:** v1.4.0, commit cccccccccccccccccccccccccccccccccccccccc
      - **Version before:** v1.3.0, commit bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
      - **Environment:** production
      - **Outcome:** rolled-back
      - **Reason:** at 10 %: error-rate: 12 % is over 5 % (2 times at this step)
      - **Run:** release/shop/v1.4.0

      ## Timeline

      | UTC | what |
      | --- | --- |
      | 2026-03-01 10:00:00 | Deploy to production: succeeded |
      | 2026-03-01 10:10:30 | Watch 10 %: failed |

      ## Impact

      - Severity: critical
      - No migrations ran: the database was left as it is.

      **How many users or requests were affected, and how?**

      _Answer:_

      **Was data lost or damaged?**

      _Answer:_

      ## How it was noticed

      - Noticed by a rule of the rollout
      - Noticed 10m 30s after the first change

      The last 2 looks:

      \`\`\`
      10:10:20 120 requests, 0 % errors
      10:10:30 118 requests, 12 % errors
      \`\`\`

      ## What was done

      | UTC | who | what | why |
      | --- | --- | --- | --- |
      | 2026-03-01 09:59:00 | alice | approve | approved by alice |

      - The rollback was over 4.2s after it was noticed

      ## What production runs now

      production runs v1.3.0 again, made from bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.

      - **Health:** healthy: 2 good answers in a row
      - **User transaction:** not checked
      - **Error rate:** 0 %

      ## Open questions

      **What is the root cause?**

      _Answer:_

      **Why did neither tests nor staging show it?**

      _Answer:_

      **What would have made it noticed earlier, or the rollback faster?**

      _Answer:_

      **Who was told, and who still has to be?**

      _Answer:_

      ## Links

      - [Issue for the fix](<https://git.shop.test/issues/7>)
      "
    `);
  });

  it.each<[string, Partial<RollbackFacts>, string]>([
    [
      'a first version',
      { previous: null },
      'production runs nothing, as before: there was no earlier version.',
    ],
    [
      'a failed rollback',
      { outcome: 'rollback-failed' },
      'The rollback to v1.3.0 FAILED. What production serves, a person has to find out.',
    ],
    [
      'what nobody looked at',
      { verified: { health: 'ok' } },
      '- **User transaction:** not checked\n- **Error rate:** not seen',
    ],
    [
      'a user transaction',
      { verified: { health: 'ok', smoke: '3 of 3 passed' } },
      '- **User transaction:** 3 of 3 passed',
    ],
    ['a restore', { migrations: { ran: true, restored: true } }, 'what was written since then is not in it'],
    [
      'migrations undone',
      { migrations: { ran: true, restored: false, undone: true } },
      'The migrations were undone',
    ],
    ['migrations left', { migrations: { ran: true, restored: false } }, 'the database was left with them'],
    ['nothing measured', { evidence: [] }, 'No measurements were kept.'],
    ['nobody asked', { decisions: [] }, 'Nobody decided anything: it was done by rule.'],
    ['what is left done', { leftDone: ['Tag the release'] }, 'left so:\n\n- Tag the release'],
    ['a strange time', { timeline: [{ at: 'later', what: 'x' }] }, '| – | x |'],
  ])('tells of %s', (_, over, said) => expect(documentOf(over)).toContain(said));

  it('says nothing of how long it took where nobody knows', () => {
    expect(documentOf({ durations: {} })).not.toMatch(/Noticed \d|was over/);
  });

  it('asks what no run can know, and leaves room for the answers', () => {
    const document = documentOf({ outcome: 'rollback-failed' });
    expect(document).toContain('**What is the root cause?**\n\n_Answer:_');
    expect(document).toContain('**Why did the rollback fail, and what was done by hand?**');
  });

  it('of a long run is cut, and says so', () => {
    const timeline = Array.from({ length: 1_000 }, (_, index) => ({
      at: facts.timeline[0]!.at,
      what: `step ${index}`,
    }));
    expect(documentOf({ timeline })).toContain('700 more are in the ledger.');
  });
});

describe('the tasks', () => {
  it('[DW-10] are the fix, the root cause, the checklist and the process, each with the facts and the links', () => {
    const tasks = tasksOf();
    expect(tasks.map(({ key, title, severity }) => [key, title, severity])).toEqual([
      [
        'fix',
        'shop v1.4.0 was rolled back: at 10 %: error-rate: 12 % is over 5 % (2 times at this step)',
        'critical',
      ],
      ['root-cause', 'Find the root cause of the rollback of shop v1.4.0', 'medium'],
      ['checklist', 'Update the deployment checklist after the rollback of shop v1.4.0', 'low'],
      ['process-review', 'Review the process for gaps after the rollback of shop v1.4.0', 'low'],
    ]);
    for (const { body } of tasks) {
      expect(body).toContain('release/shop/v1.4.0');
      expect(body).toContain('c'.repeat(40));
      expect(body).toContain('[Issue for the fix](<https://git.shop.test/issues/7>)');
    }
  });

  it('only the fix may keep the next release from starting', () => {
    for (const severity of ['critical', 'high', 'medium', 'low'] as const)
      expect(tasksOf({ severity }).map((task) => task.severity)).toEqual([severity, 'medium', 'low', 'low']);
  });

  it('of a failed rollback say so', () => {
    const titles = tasksOf({ outcome: 'rollback-failed' }).map(({ title }) => title);
    expect(titles[0]).toMatch(/^shop v1\.4\.0 was not rolled back: /);
    expect(titles[1]).toBe('Find the root cause of the failed rollback of shop v1.4.0');
  });

  it('the fix says what finalisation had done already, and how it is closed', () => {
    const { body } = taskOf('fix', { leftDone: ['Merge to main', 'Tag the release'] });
    expect(body).toContain('Done before the rollback, and left so: merge to main, tag the release');
    expect(body).toContain('A commit on main that says "fixes #N" closes this.');
  });

  it.each(noticedKinds)('[DW-10] the checklist has boxes for what would have caught it: %s', (noticed) => {
    const boxes = taskOf('checklist', { noticed }).body.match(/^- \[ \] .+$/gm);
    expect(boxes).toHaveLength(checklistItems[noticed].length);
  });

  it.each<[RollbackFacts['noticed'] & string, RegExp]>([
    ['health', /health checks on staging/],
    ['errors', /performance and E2E tests/],
    ['latency', /performance and E2E tests/],
    ['migration', /rollback tested[^]*backup verified/],
    ['alert', /alerts configured/],
    ['person', /a gap/],
  ])('%s leads to its items', (noticed, said) => expect(taskOf('checklist', { noticed }).body).toMatch(said));

  it('migrations that ran add theirs, and each stands there once', () => {
    const migrations = { ran: true, restored: false };
    for (const noticed of ['errors', 'migration'] as const)
      expect(taskOf('checklist', { noticed, migrations }).body.match(/backup verified/g)).toHaveLength(1);
  });
});

describe('how it was noticed, from the reason of a rollback', () => {
  const issues: Readonly<Record<Issue['kind'], [Issue, ReturnType<typeof noticedFrom>]>> = {
    'health-failed': [{ kind: 'health-failed', detail: '503' }, 'health'],
    'deploy-failed': [{ kind: 'deploy-failed', detail: 'exit 1' }, 'deployment'],
    'migration-failed': [{ kind: 'migration-failed', detail: 'exit 1' }, 'migration'],
    'smoke-failed': [{ kind: 'smoke-failed', detail: '1 of 3 failed' }, 'smoke'],
    'error-rate': [{ kind: 'error-rate', detail: '7 %', errorRate: 0.07 }, 'errors'],
    latency: [{ kind: 'latency', detail: '900ms' }, 'latency'],
    alert: [{ kind: 'alert', detail: 'CheckoutBroken' }, 'alert'],
    'agent-finding': [{ kind: 'agent-finding', detail: 'it looks wrong', severity: 'high' }, 'other'],
    reported: [{ kind: 'reported', detail: 'no basket', by: 'carol', severity: 'high' }, 'person'],
  };
  it.each(Object.values(issues))('%j', (issue, noticed) => {
    expect(noticedFrom(assessSeverity(issue).reason)).toBe(noticed);
  });
  it('most requests', () => {
    expect(noticedFrom(assessSeverity({ kind: 'error-rate', detail: '70 %', errorRate: 0.7 }).reason)).toBe(
      'errors',
    );
  });

  const plan = {
    steps: [
      { weight: 10, for: 60_000, minRequests: 0, confirm: false },
      { weight: 100, for: 60_000, minRequests: 0, confirm: false },
    ],
    limits: { healthyAfter: 1, unhealthyAfter: 0 },
  };
  const limits = {
    name: 'error-rate',
    failureLimit: 0,
    consecutiveErrorLimit: 4,
    onNoData: 'hold',
    onError: 'hold',
    dryRun: false,
  } as const;
  const good: Evidence = {
    elapsed: 10_000,
    requests: 100,
    health: { ok: true, reason: 'healthy' },
    findings: { 'error-rate': { kind: 'good', reason: '0 %' } },
    criticalAlerts: [],
  };
  it.each<[ReturnType<typeof noticedFrom>, Partial<Evidence>]>([
    ['alert', { criticalAlerts: ['CheckoutDown'] }],
    ['health', { health: { ok: false, reason: 'answered 503' } }],
    ['metrics', { findings: { 'error-rate': { kind: 'bad', reason: '12 % is over 5 %' } } }],
  ])('a rollout: %s', (noticed, over) => {
    const evidence = { ...good, ...over };
    const decision = decide(plan, [limits], note(firstState, evidence, [limits]), evidence);
    expect(decision.action).toBe('roll-back');
    expect(noticedFrom(`at 10 %: ${decision.reason}`)).toBe(noticed);
  });

  it.each<[string, ReturnType<typeof noticedFrom>]>([
    ['rollback by alice: no basket', 'person'],
    ['at 50 %: rollback by alice', 'person'],
    ['abort by bob', 'person'],
    ['at 10 %: nobody decided gate rollout:10 in time', 'other'],
    ['production could not be watched: no metrics (rollback by alice)', 'unseen'],
    ['live could not be watched: no metrics (rollback by alice)', 'unseen'],
    ['the router does not take the weight: gone (nobody decided)', 'router'],
    ['', 'other'],
  ])('%j: %s', (reason, noticed) => expect(noticedFrom(reason)).toBe(noticed));
});

describe('text of others', () => {
  const hostile = '</td>\n# evil | <img src=x> [x](javascript:alert(1)) `code` *b*';

  it('stays text wherever it stands', () => {
    const over: Partial<RollbackFacts> = {
      reason: hostile,
      product: hostile,
      environment: hostile,
      timeline: [{ at: hostile, what: hostile }],
      decisions: [{ at: facts.timeline[0]!.at, by: hostile, kind: hostile, reason: hostile }],
      evidence: ['```', '</pre>'],
      verified: { health: hostile, smoke: hostile, errorRate: hostile },
      leftDone: [hostile],
      links: [
        { title: hostile, url: 'javascript:alert(1)' },
        { title: 'x', url: 'https://a.test/> <b>' },
      ],
    };
    for (const whole of [documentOf(over), ...tasksOf(over).map(({ body }) => body)]) {
      // What stands in a block that nothing in it ends is text already.
      const text = whole.replace(/^(`{3,})\n[\s\S]*?\n\1$/gm, '');
      expect(text).not.toMatch(/(?<!\\)<(img|\/td|b)/);
      expect(text).not.toMatch(/^# evil/m);
      expect(text).not.toMatch(/(?<!\\)\]\(<?javascript/);
    }
    for (const { title } of tasksOf(over)) expect(title).toMatch(/^.{1,240}$/);
  });

  it('property: whatever the facts are, there are a document and four tasks with one-line titles, and twice the same', () => {
    const text = fc.string({ unit: 'binary', maxLength: 500 });
    fc.assert(
      fc.property(text, text, text, fc.array(text, { maxLength: 5 }), (reason, product, what, evidence) => {
        const over = { ...facts, reason, product, evidence, timeline: [{ at: what, what }] };
        const made = postRollback(over);
        expect(postRollback(over)).toEqual(made);
        expect(made.document.match(/^## Timeline$/gm)).toHaveLength(1);
        expect(new Set(made.tasks.map(({ key }) => key)).size).toBe(4);
        for (const { title } of made.tasks) expect(title.split(/[\r\n\u2028\u2029]/)).toHaveLength(1);
      }),
    );
  });
});
