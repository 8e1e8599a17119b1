import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClosedGate, Gate } from '../../../src/domain/gates/gate.ts';
import { flowNames, flows, type Stage, stages } from '../../../src/domain/flows/registry.ts';
import { meaningOf } from '../../../src/domain/run/controls.ts';
import type { Message, MessageKind } from '../../../src/domain/run/messages.ts';
import { messageKinds, severities } from '../../../src/domain/run/messages.ts';
import type { Reception, Routing } from '../../../src/domain/run/route.ts';
import { routeMessage } from '../../../src/domain/run/route.ts';

const choices = (...ids: string[]) => ids.map((id) => ({ id, title: id }));
const gate = (id: string, more: Partial<Gate> = {}): Gate => ({
  id,
  kind: 'question',
  statement: '',
  details: '',
  who: [],
  quorum: 1,
  choices: choices('retry', 'abort'),
  opened: 0,
  votes: [],
  ...more,
});
const approval = gate('production', {
  kind: 'approval',
  who: ['alice'],
  choices: choices('approve', 'reject'),
});
const issue = gate('issue', { choices: choices('rollback', 'hotfix') });
const closed: ClosedGate[] = [
  { id: 'green', ended: 'approved by alice' },
  { id: 'fix-loop', ended: 'retry by bob' },
];

const route = (message: Partial<Message>, run: Partial<Reception> = {}): Routing =>
  routeMessage(
    { kind: 'comment', by: 'bob', ...message },
    {
      // It has every stage that there is.
      flow: 'blueGreen',
      stage: 'production',
      paused: false,
      gates: [],
      closed: [],
      known: ['alice', 'bob'],
      now: 5,
      ...run,
    },
  );
const refused = (reason: string) => ({ to: 'refused', reason });

describe('who is heard', () => {
  it('nobody once the run has ended', () => {
    for (const kind of messageKinds)
      expect(route({ kind }, { stage: 'ended', gates: [issue] })).toEqual(refused('the run has ended'));
  });

  it('nobody whom the configuration does not name', () => {
    expect(route({ by: 'mallory' })).toEqual(
      refused('mallory is not known to this product; known are alice, bob'),
    );
    expect(route({ by: 'Bob' })).toMatchObject({ to: 'refused' });
  });

  it('nobody before the configuration is read, which is told as such', () => {
    expect(route({}, { known: [] })).toEqual(
      refused('the run has not read its configuration yet; send it again in a moment'),
    );
  });
});

describe('[RW-8] a name in another Unicode form', () => {
  const [composed, apart] = ['Jos\u00e9', 'Jose\u0301'];
  it('is the same person, for whatever is asked', () => {
    expect(route({ by: apart, kind: 'comment', comment: 'x' }, { known: [composed] })).toMatchObject({
      to: 'record',
    });
    expect(
      route({ by: apart, kind: 'promote' }, { known: [composed], gates: [], promoters: [composed] }).to,
    ).not.toBe('refused');
  });
});

describe('a comment', () => {
  it('is noted, in every stage but the last', () => {
    for (const stage of stages.filter((each) => each !== 'ended'))
      expect(route({ comment: 'well' }, { stage })).toEqual({ to: 'record', reason: 'noted' });
  });

  const nothing = 'nothing of this run is in production, so no issue of its can be there';
  it.each<[Stage, Routing['to'], string]>([
    ['production', 'issue', 'noted as an issue of severity high'],
    ['finalizing', 'issue', 'noted as an issue of severity high'],
    ['rolling-back', 'refused', 'it is being rolled back already; leave "severity" out to comment'],
    ['preparing', 'refused', `${nothing}; leave "severity" out to comment`],
    ['green', 'refused', `${nothing}; leave "severity" out to comment`],
  ])('[RW-14] with a severity is an issue of what is in production: %s → %s', (stage, to, reason) => {
    expect(route({ severity: 'high' }, { stage })).toEqual({ to, reason });
  });
});

describe('controls', () => {
  const paused = (kind: MessageKind): boolean => kind === 'resume';
  for (const control of ['pause', 'resume', 'abort', 'rollback'] as const)
    it(`[PL-5] ${control} means in each stage what the table says`, () => {
      for (const flow of flowNames)
        for (const stage of Object.keys(flows[flow].stages) as Stage[]) {
          if (stage === 'ended') continue;
          const { accepted, meaning } = meaningOf(flow, stage, control);
          expect(
            route({ kind: control }, { flow, stage, paused: paused(control) }),
            `${flow} ${stage}`,
          ).toEqual(accepted ? { to: 'control', control, reason: meaning } : refused(meaning));
        }
    });

  it('what is paused is not paused again, and what is not is not resumed', () => {
    expect(route({ kind: 'pause' }, { paused: true })).toEqual(refused('it is paused already'));
    expect(route({ kind: 'resume' })).toEqual(refused('it is not paused'));
  });
});

describe('abort and rollback, where questions are open', () => {
  it('answer a question that takes them', () => {
    expect(route({ kind: 'rollback' }, { gates: [issue] })).toMatchObject({
      to: 'gate',
      gate: { id: 'issue', votes: [{ choice: 'rollback' }] },
      reason: 'rollback by bob',
    });
  });

  it('answer the one that the sender may decide', () => {
    const others = gate('others', { who: ['alice'] });
    const own = gate('own', { who: ['bob'] });
    expect(route({ kind: 'abort' }, { gates: [others, own] })).toMatchObject({ gate: { id: 'own' } });
    expect(route({ kind: 'abort' }, { gates: [own, others] })).toMatchObject({ gate: { id: 'own' } });
    expect(route({ kind: 'abort' }, { gates: [others, gate('open')] })).toMatchObject({
      gate: { id: 'open' },
    });
  });

  it('stop the run where no question takes them', () => {
    expect(route({ kind: 'abort' }, { gates: [issue, approval] })).toMatchObject({
      to: 'control',
      control: 'abort',
    });
  });

  it('stop what may be stopped, though the question is for others', () => {
    const others = gate('others', { who: ['alice'] });
    expect(route({ kind: 'abort' }, { gates: [others] })).toMatchObject({ to: 'control', control: 'abort' });
    // Where it may not be stopped, the question says who may decide.
    expect(route({ kind: 'abort' }, { gates: [others], stage: 'rolling-back' })).toEqual(
      refused('bob may not decide gate others; alice may'),
    );
    expect(route({ kind: 'abort' }, { stage: 'rolling-back' })).toEqual(
      refused(meaningOf('blueGreen', 'rolling-back', 'abort').meaning),
    );
  });

  it('that name a gate decide there and nowhere else', () => {
    expect(route({ kind: 'abort', gate: 'fix-loop' }, { closed })).toEqual(
      refused('gate fix-loop is no longer open: retry by bob'),
    );
    expect(route({ kind: 'abort', gate: 'issue' }, { gates: [issue] })).toEqual(
      refused('gate issue does not know "abort"; it takes rollback, hotfix'),
    );
    expect(route({ kind: 'rollback', gate: 'nonsense' }, { gates: [issue] })).toEqual(
      refused('there is no gate "nonsense"; open: issue (rollback, hotfix)'),
    );
  });
});

describe('a decision', () => {
  it('goes to the only gate, which says what it takes', () => {
    expect(route({ kind: 'approve', by: 'alice' }, { gates: [approval] })).toMatchObject({
      to: 'gate',
      gate: { votes: [{ by: 'alice', choice: 'approve', at: 5 }] },
      reason: 'approve by alice',
    });
    expect(route({ kind: 'approve' }, { gates: [approval] })).toEqual(
      refused('bob may not decide gate production; alice may'),
    );
    expect(route({ kind: 'execute', by: 'alice' }, { gates: [approval] })).toEqual(
      refused('gate production does not know "execute"; it takes approve, reject'),
    );
    expect(route({ kind: 'answer', choice: 'hotfix', by: 'bob' }, { gates: [issue] })).toMatchObject({
      to: 'gate',
      reason: 'hotfix by bob',
    });
  });

  it('goes to the gate that it names', () => {
    const second = gate('issue-2', { choices: issue.choices });
    expect(
      route({ kind: 'answer', choice: 'hotfix', gate: 'issue-2' }, { gates: [issue, second] }),
    ).toMatchObject({ gate: { id: 'issue-2' } });
  });

  it('of several gates goes to the one that takes it', () => {
    expect(route({ kind: 'reject', by: 'alice' }, { gates: [issue, approval] })).toMatchObject({
      gate: { id: 'production' },
    });
    expect(route({ kind: 'answer', choice: 'hotfix' }, { gates: [approval, issue] })).toMatchObject({
      gate: { id: 'issue' },
    });
  });

  it('that fits several gates has to say which', () => {
    const gates = [approval, gate('one'), gate('two')];
    expect(route({ kind: 'retry' }, { gates })).toEqual(
      refused('several gates are open (one, two): say which with "gate"'),
    );
  });

  it('for which no gate is open is told how the last one ended', () => {
    expect(route({ kind: 'approve' }, { closed: [...closed, ...closed] })).toEqual(
      refused('no gate is open; the last one, fix-loop, ended: retry by bob'),
    );
    expect(route({ kind: 'approve' })).toEqual(refused('no gate is open'));
    expect(route({ kind: 'execute' }, { gates: [approval, issue] })).toEqual(refused('no gate is open'));
  });

  it('that names a closed gate is told how that ended, the last time', () => {
    const again = [...closed, { id: 'green', ended: 'reject by alice' }];
    expect(route({ kind: 'approve', gate: 'green' }, { closed: again })).toEqual(
      refused('gate green is no longer open: reject by alice'),
    );
    expect(route({ kind: 'approve', gate: 'none' }, { closed })).toEqual(
      refused('there is no gate "none"; no gate is open'),
    );
    expect(route({ kind: 'approve', gate: 'none' }, { gates: [approval, issue] })).toEqual(
      refused('there is no gate "none"; open: production (approve, reject); issue (rollback, hotfix)'),
    );
  });

  it('that is an answer needs a choice', () => {
    expect(route({ kind: 'answer' }, { gates: [issue] })).toEqual(
      refused('"choice" is missing; open: issue (rollback, hotfix)'),
    );
    expect(route({ kind: 'answer' })).toEqual(refused('"choice" is missing; no gate is open'));
  });
});

describe('[SI-5] promote', () => {
  const promoters = ['alice'];
  const ready = gate('promote-10', { choices: choices('promote', 'rollback'), who: ['alice'] });

  it('goes through the steps of a rollout that is under way', () => {
    expect(route({ kind: 'promote', by: 'alice' }, { promoters })).toEqual({
      to: 'control',
      control: 'promote',
      reason: 'goes to the next step without waiting, as long as nothing speaks against it',
    });
    expect(route({ kind: 'promote', by: 'alice', full: true }, { promoters })).toEqual({
      to: 'control',
      control: 'promote',
      reason: 'goes through all steps that are left without waiting, as long as nothing speaks against it',
    });
  });

  it('is for those alone who may approve', () => {
    expect(route({ kind: 'promote' }, { promoters })).toEqual(refused('bob may not promote; alice may'));
    expect(route({ kind: 'promote' }, { promoters: ['alice', 'dora'] })).toEqual(
      refused('bob may not promote; alice, dora may'),
    );
    expect(route({ kind: 'promote' }, { promoters: [] })).toEqual(refused('bob may not promote; nobody may'));
    expect(route({ kind: 'promote' }, { gates: [ready], promoters: ['alice', 'bob'] })).toEqual(
      refused('bob may not decide gate promote-10; alice may'),
    );
  });

  it('is refused where no rollout is under way', () => {
    expect(route({ kind: 'promote', by: 'alice' })).toEqual(
      refused('no rollout is under way, so there is nothing to promote'),
    );
  });

  it('answers the question of a step, and in full goes beyond it', () => {
    const asked = { gates: [issue, ready], promoters };
    expect(route({ kind: 'promote', by: 'alice' }, asked)).toMatchObject({
      to: 'gate',
      gate: { id: 'promote-10', votes: [{ choice: 'promote' }] },
    });
    expect(route({ kind: 'promote', by: 'alice', full: true }, asked)).toMatchObject({
      to: 'control',
      control: 'promote',
    });
    expect(route({ kind: 'promote', by: 'alice', full: true, gate: 'promote-10' }, asked)).toMatchObject({
      to: 'gate',
    });
    // A question that does not take it keeps nobody from it.
    expect(route({ kind: 'promote', by: 'alice' }, { gates: [issue], promoters })).toMatchObject({
      to: 'control',
    });
  });
});

describe('laws', () => {
  const name = fc.constantFrom('alice', 'bob', 'mallory');
  const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const anyMessage = fc.record({
    kind: fc.constantFrom(...messageKinds),
    by: name,
    gate: some(fc.constantFrom('production', 'issue', 'fix-loop', 'nonsense')),
    choice: some(fc.constantFrom('retry', 'hotfix', 'approve', 'nonsense')),
    severity: some(fc.constantFrom(...severities)),
    full: some(fc.boolean()),
  }) as fc.Arbitrary<Message>;
  const anyRun: fc.Arbitrary<Reception> = fc.record({
    flow: fc.constantFrom(...flowNames),
    stage: fc.constantFrom(...stages),
    paused: fc.boolean(),
    gates: fc.subarray([approval, issue, gate('fix-loop')]),
    closed: fc.subarray(closed),
    known: fc.subarray(['alice', 'bob']),
    promoters: some(fc.subarray(['alice', 'bob'])),
    now: fc.nat(),
  });

  it('[PL-4] every message has an answer with a reason, and a stranger moves nothing', () => {
    fc.assert(
      fc.property(anyMessage, anyRun, (message, run) => {
        const routed = routeMessage(message, run);
        expect(routed.reason).not.toBe('');
        if (!run.known.includes(message.by) || run.stage === 'ended') expect(routed.to).toBe('refused');
      }),
      { numRuns: 1_000 },
    );
  });

  it('a message that counts adds one vote to one gate, of its sender and as of now', () => {
    fc.assert(
      fc.property(anyMessage, anyRun, (message, run) => {
        const routed = routeMessage(message, run);
        if (routed.to !== 'gate') return;
        const before = run.gates.find(({ id }) => id === routed.gate.id);
        expect(routed.gate.votes).toHaveLength((before?.votes.length ?? -1) + 1);
        expect(routed.gate.votes.at(-1)).toMatchObject({ by: message.by, at: run.now });
        if (message.gate !== undefined) expect(routed.gate.id).toBe(message.gate);
      }),
      { numRuns: 1_000 },
    );
  });
});
