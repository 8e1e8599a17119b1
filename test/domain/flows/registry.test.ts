import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import { previewOf } from '../../../src/domain/flows/assemble-preview.ts';
import { flowDocs } from '../../../src/domain/flows/docs.ts';
import type { ComingChanges, FactKind, FactKinds } from '../../../src/domain/flows/facts.ts';
import { exampleOf } from '../../../src/domain/flows/fields.ts';
import type { Flow } from '../../../src/domain/flows/flow.ts';
import { registryProblems } from '../../../src/domain/flows/registry-problems.ts';
import { flowNamed, flowNames, flowOf, flows, stages } from '../../../src/domain/flows/registry.ts';
import { flowOfRun, idsMeantBy } from '../../../src/domain/flows/run-names.ts';
import { inputSchema } from '../../../src/domain/flows/schema.ts';
import type { StageMeaning } from '../../../src/domain/flows/stages.ts';
import { rehearsedWords } from '../../../src/domain/rehearsal/flows.ts';
import { phaseTitle } from '../../../src/domain/run/phases.ts';
import { readHistories } from '../../replay/support/history-file.ts';

const root = path.join(import.meta.dirname, '../../..');
const workflows = readFileSync(path.join(root, 'src/workflows/index.ts'), 'utf8');
const recorded = readHistories().map(
  ({ history }) => history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name,
);

/** With everything that a plan may depend on. */
const shop = parseProductConfig(
  `${readFileSync(path.join(root, 'examples/shop/sluice.yaml'), 'utf8').replace(/^notifications: \[\]$/m, '')}
rollout: { steps: [{ weight: 10, for: 5m }, { weight: 100, for: 5m }] }
agents:
  driver: { command: ./driver.sh }
  senior: { command: ./senior.sh }
  trio: { security: { command: ./review.sh } }
blueGreen: { requirements: docs/requirements.md, rollbackPlan: stop green, infrastructure: [Dockerfile], canary: true }
`,
  'sluice.yaml',
);
if (!shop.ok) throw new Error(shop.problems.map(({ message }) => message).join('\n'));
const { config } = shop;

const commit = '0123456789abcdef0123456789abcdef01234567';
const coming: ComingChanges = {
  lines: ['Added: gift cards'],
  size: {
    commits: 1,
    changes: 1,
    files: 1,
    sections: [{ title: 'Added', count: 1 }],
    since: 'v1.3.2, which production runs',
    whole: ['git log v1.3.2..0123456789'],
  },
  running: '1.3.2',
  past: { takenBack: [], released: false },
};
/** What workers may find, and that nothing was found. A kind of facts that is new has to be here as well. */
const found: { readonly [K in FactKind]: readonly FactKinds[K]['found'][] } = {
  nothing: [{}],
  commit: [{ commit }],
  'next-release': [
    {
      version: {
        ok: true,
        version: '1.4.0',
        tag: 'v1.4.0',
        bump: 'minor',
        previous: '1.3.2',
        prerelease: false,
        reasons: ['feat: gift cards'],
        warnings: [],
      },
      commit,
      coming,
      blockers: [],
      concerns: [],
      unreleased: [],
    },
  ],
  'released-version': [
    {
      ok: true,
      value: { version: '1.4.0', commit, previousVersion: '1.3.2', coming },
    },
    { ok: false, reason: 'there is no tag v1.4.0' },
  ],
  'green-inputs': [
    { commit, version: '1.4.0-g01234567', missing: [] },
    { commit: '', version: '', missing: ['code: there is no branch "nowhere"'] },
  ],
  'way-back': [
    {
      ok: true,
      value: {
        current: { version: '1.4.0', commit },
        to: { version: '1.3.2', commit },
        migrations: ['migrations/2.sql'],
        unsafe: ['migrations/2.sql'],
      },
    },
    { ok: false, reason: 'production runs nothing' },
  ],
};

describe.each(flowNames)('the flow %s is nowhere forgotten:', (name) => {
  const flow: Flow = flowOf(name);
  const input = { ...exampleOf(flow.fields), product: 'shop', by: 'carol' };
  const stagesOf: Readonly<Record<string, StageMeaning>> = flow.stages;

  it('its workflow is among those that workers bundle', () => {
    expect(workflows).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('its runs are known by their ids, and it by its word', () => {
    const run = flow.runId({ product: 'shop', version: '1.4.0', environment: 'production' });
    expect(flowOfRun(run)).toBe(name);
    expect(idsMeantBy(run)).toEqual([run]);
    expect([flowNamed(flow.word), flowNamed(name)]).toEqual([name, name]);
  });

  it('its example is an input that its check and its JSON Schema take', () => {
    const example = exampleOf(flow.fields);
    expect(flow.check(example)).toEqual({ ok: true, value: example });
    expect(inputSchema(name).safeParse(example).success).toBe(true);
    const schema = z.toJSONSchema(inputSchema(name), { io: 'input' });
    expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(flow.fields));
    for (const field of Object.values(schema.properties ?? {}))
      expect(field).toMatchObject({ description: expect.stringMatching(/./) as string });
  });

  it('its phases cover its plan, and have titles', () => {
    const steps = flow.plan(config, input);
    expect(steps.length).toBeGreaterThan(0);
    expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
    for (const { id, phase, title } of steps) {
      expect(Object.keys(flow.phases), id).toContain(phase);
      expect(phaseTitle(phase), id).toBe(flow.phases[phase]);
      expect(title).not.toBe('');
    }
  });

  it('its preview says what is started, whatever a worker finds', () => {
    for (const facts of found[flow.facts.kind]) {
      const answer = previewOf(flow, config, input, facts);
      if (!answer.ok) throw new Error(answer.problems.join());
      const { preview } = answer;
      expect(preview).toMatchObject({ flow: name, product: 'shop', input: { product: 'shop', by: 'carol' } });
      expect(flowOfRun(preview.run)).toBe(name);
      expect(preview.question).toMatch(/ as carol.*\?$/);
      expect(flow.check(preview.input)).toEqual({ ok: true, value: preview.input });
      expect(preview.title).toMatch(/^\S/);
      for (const { title, lines } of preview.sections) {
        expect(title).not.toBe('');
        expect(lines.length, title).toBeGreaterThan(0);
      }
      if ('ok' in facts && !facts.ok) expect(preview.missing).not.toEqual([]);
      expect(preview.missing.join(' ')).not.toContain('undefined');
    }
  });

  it('it says what it needs of a configuration that has nothing for it, and never throws', () => {
    const bare = { ...config, environments: {}, people: { ...config.people, groups: {} } };
    for (const sentence of flow.needs(bare, input)) expect(sentence).toMatch(/^\S.*\S$/);
    expect(flow.needs(config, input)).toEqual([]);
  });

  it('every stage says what each control means, and every stage is known', () => {
    expect(Object.keys(stagesOf).at(0)).toBe('preparing');
    expect(Object.keys(stagesOf).at(-1)).toBe('ended');
    expect(stages).toEqual(expect.arrayContaining(Object.keys(stagesOf)));
    for (const [stage, { controls }] of Object.entries(stagesOf))
      for (const control of ['pause', 'resume', 'abort', 'rollback'] as const)
        expect(controls[control].meaning, `${stage} ${control}`).not.toBe('');
    expect(Object.values(stagesOf['ended']?.controls ?? {}).every(({ accepted }) => !accepted)).toBe(true);
  });

  it('it is rehearsed with all of its steps, or says why not', () => {
    const { rehearsal } = flow;
    if ('none' in rehearsal) {
      expect(rehearsal.none).toMatch(/^\S.*\S$/);
      expect(rehearsedWords).not.toContain(flow.word);
      return;
    }
    expect(rehearsedWords).toContain(flow.word);
    const may = rehearsal.steps(config).map(({ id }) => id);
    expect(may).toEqual(expect.arrayContaining(flow.plan(config, input).map(({ id }) => id)));
    const opening = rehearsal.opening({
      main: { version: '1.4.0', commit },
      running: { version: '1.3.2', commit },
    });
    expect(flow.check({ product: 'shop', by: 'x', ...opening.input }).ok).toBe(true);
  });

  it('docs/flows has its page', async () => {
    const page = path.join(root, `docs/flows/${flow.word}.md`);
    expect(existsSync(page), `${page}: node scripts/flow-docs.ts writes it`).toBe(true);
    expect(await readFile(page, 'utf8')).toContain(flowDocs(flow));
  });

  it('a history of one of its runs is kept, and replayed', () => {
    expect(recorded, 'node scripts/record-histories.ts records one').toContain(name);
  });
});

describe('a description that lacks something fails the build with a sentence', () => {
  const release: Flow = flows.release;
  it('while nothing is wrong, nothing is said', () => {
    expect(registryProblems(flows)).toEqual([]);
  });

  it.each<[Partial<Flow>, string]>([
    [{ word: 'Release!' }, 'its word "Release!" is not made of small letters, digits and hyphens'],
    [{ word: 'ship' }, 'its runs are called "release/shop/v1.2.3", and not ship/<product>/…'],
    [{ title: ' ' }, 'title says nothing'],
    [{ when: '' }, 'when says nothing'],
    [{ phases: {} }, 'it has no phases'],
    [{ phases: { only: '' } }, 'only says nothing'],
    [
      { fields: { ...release.fields, preid: { kind: 'text', longest: 9, says: '' } } },
      'its field preid says nothing',
    ],
    [
      { fields: { ...release.fields, other: { kind: 'text', longest: 9, says: 'x', flag: { name: 'by' } } } },
      'two of its fields have the option --by',
    ],
    [{ check: () => ({ ok: true, value: { product: '' } }) }, 'it starts without a product'],
    [{ type: 'inquiry' }, "inquiry is a workflow of Sluice's own"],
    [
      { stages: { ...release.stages, ended: { ...release.stages.ended, when: '' } } },
      'its stage ended does not say what each control means',
    ],
  ])('%#: %s', (change, sentence) => {
    const problems = registryProblems({ broken: { ...release, ...change } });
    expect(problems).toContain(`the flow broken: ${sentence}`);
  });

  it('two flows are not called alike', () => {
    expect(registryProblems({ release, other: release })).toEqual([
      'the flow other: release is called "release" too',
    ]);
  });

  it('a phase of several flows has one title', () => {
    const other: Flow = { ...flowOf('rollback'), phases: { rollback: 'Way back' } };
    expect(registryProblems({ release, other })).toEqual([
      'the flow other: its phase rollback is "Way back", and "Rollback" in another flow: people read one of them for both',
    ]);
    expect(registryProblems({ release, rollback: flowOf('rollback') })).toEqual([]);
  });
});
