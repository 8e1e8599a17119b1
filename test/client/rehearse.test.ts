import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProductConfig } from '../../src/domain/config/parse.ts';
import { scenarioProblems } from '../../src/domain/rehearsal/check-scenario.ts';
import { flowNamed } from '../../src/domain/flows/registry.ts';
import { rehearsedWords } from '../../src/domain/rehearsal/flows.ts';
import { parseFault, parseScenario, plainScenario } from '../../src/domain/rehearsal/parse-scenario.ts';
import { faultKinds } from '../../src/domain/rehearsal/scenario-schema.ts';
import { rehearsalDirectory, shopWithBlueGreen } from '../workers/rehearsal/support.ts';
import type { Ran } from './support/command.ts';
import { runSluice } from './support/command.ts';

let home: Awaited<ReturnType<typeof rehearsalDirectory>>;
beforeAll(async () => {
  home = await rehearsalDirectory(shopWithBlueGreen());
});
afterAll(() => home?.remove());

/** Beside a `sluice.yaml`. */
const sluice = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  runSluice(args, { cwd: home.directory, env });

describe('sluice rehearse, asked for what it can’t do', { timeout: 60_000 }, () => {
  it('[BY-5] says every problem of a scenario at once, with its line', async () => {
    await writeFile(
      join(home.directory, 'bad.yaml'),
      [
        'faults:',
        '  - { at: 10%, health: brakes }',
        '  - { at: tomorrow, metrics: gone }',
        '  - { health: fails, metrics: gone }',
        '  - { hangs: 2h }',
        '  - { at: production.deploy, worker: lost, for: soon }',
        'poeple: {}',
      ].join('\n'),
    );
    const { code, stderr } = await sluice(['rehearse', 'release', '--scenario', 'bad.yaml']);
    expect(code).toBe(2);
    for (const line of [2, 3, 4, 5, 6, 7]) expect(stderr).toContain(`bad.yaml:${line}:`);
    expect(stderr).toContain('must be fails');
    expect(stderr).toContain('not a moment');
    expect(stderr).toContain('exactly one of health, metrics');
    expect(stderr).toContain('hangs happens to a step');
    expect(stderr).toContain('not a duration');
    expect(stderr).toContain('unknown key; did you mean people?');
  });

  it.each([
    [['--product', 'shpo'], 'there is no product "shpo"; did you mean "shop"?'],
    [['--config', 'nowhere.yaml'], 'nowhere.yaml is not there'],
    [['--scenario', 'nowhere.yaml'], "nowhere.yaml can't be read (ENOENT)"],
    [['--fault', 'at=production.deplyo,fails=1'], 'did you mean production.deploy'],
    [['--fault', 'at=10%'], 'say what goes wrong: exactly one of'],
    [['--fault', 'health'], 'write it like at=10%,health=fails'],
    [['--fault', 'alert=Fire'], 'metrics.alertmanager is not configured'],
    [['--approve-after', 'later'], 'write it like 10m or 2d, or never'],
  ])('%s', async (args, said) => {
    const { code, stdout, stderr } = await sluice(['rehearse', 'release', ...args]);
    expect(stderr).toContain(said);
    expect([code, stdout]).toEqual([2, '']);
  });

  it.each([
    ['rollout', ['--fault', 'green=crashes'], 'green: a rollout has no green: rehearse blue-green'],
    ['blue-green', ['--fault', 'at=10%,health=fails'], 'blueGreen.canary is not set'],
    ['blue-green', ['--fault', 'green=crashes,for=5m'], 'say times, such as times: 2'],
    ['blue-green', ['--fault', 'green=explodes'], 'must be one of crashes or unhealthy'],
    ['blue-green', ['--json', '--markdown'], '--json and --markdown are two ways to print the same'],
    ['blueGreen', [], 'Allowed choices are release, rollout, rollback, blue-green'],
  ])('rehearse %s %s', async (flow, args, said) => {
    const { code, stdout, stderr } = await sluice(['rehearse', flow, ...args]);
    expect(`${stdout}${stderr}`).toContain(said);
    expect(code).toBe(2);
  });

  it('says how the test server can be had where it is not', async () => {
    const { code, stderr } = await sluice(['rehearse', 'release'], { SLUICE_TEST_SERVER: '/nowhere/server' });
    expect(code).toBe(3);
    expect(stderr).toContain('SLUICE_TEST_SERVER: /nowhere/server is not an executable file');
  });
});

describe('docs/rehearsal.md', { timeout: 120_000 }, () => {
  let doc: string;
  beforeAll(async () => {
    doc = await readFile(resolve('docs/rehearsal.md'), 'utf8');
  });

  const shop = async () => {
    const parsed = parseProductConfig(await readFile(home.file, 'utf8'), 'sluice.yaml');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return parsed.config;
  };

  it('has scenarios that fit a product with a rollout, agents and a section blueGreen', async () => {
    const config = await shop();
    const blocks = [...doc.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
    expect(blocks).toHaveLength(2);
    for (const yaml of blocks) {
      const scenario = parseScenario(yaml, 'docs/rehearsal.md');
      expect(scenario).toMatchObject({ ok: true });
      const [, word = 'release'] = /sluice rehearse (\S+)/.exec(yaml) ?? [];
      const flow = flowNamed(word ?? '')!;
      expect(scenario.ok && scenarioProblems(scenario.scenario, config, flow)).toEqual([]);
    }
  });

  it('has commands whose faults can come up in their flow', async () => {
    const config = await shop();
    const commands = [...doc.matchAll(/^sluice rehearse (\S+) .*--fault (\S+=\S+)/gm)];
    expect(commands.length).toBeGreaterThan(4);
    for (const [, word = '', text = ''] of commands) {
      const parsed = parseFault(text);
      expect(parsed).toMatchObject({ ok: true });
      const scenario = { ...plainScenario, faults: parsed.ok ? [parsed.fault] : [] };
      expect(scenarioProblems(scenario, config, flowNamed(word ?? '')!)).toEqual([]);
    }
  });

  it('rehearses every loop of a blue/green deployment with faults that can come up', async () => {
    const config = await shop();
    const [, table = ''] = /Every loop of a[\s\S]*?\| --- \| --- \|\n([\s\S]*?)\n\n/.exec(doc) ?? [];
    const faults = [...table.matchAll(/`([a-z]+: [^`]+, [^`]+|[a-z]+: [a-z-]+)`/g)].map(
      ([, text = '']) => text,
    );
    expect(faults.length).toBeGreaterThan(8);
    for (const text of faults.filter((each) => each !== 'canary: true')) {
      const parsed = parseScenario(`faults: [{ ${text} }]`, text);
      expect(parsed).toMatchObject({ ok: true });
      expect(parsed.ok && scenarioProblems(parsed.scenario, config, 'blueGreen')).toEqual([]);
    }
  });

  it('names every fault and flow', () => {
    for (const kind of faultKinds) expect(doc).toContain(`| \`${kind}: `);
    for (const word of rehearsedWords) expect(doc).toContain(`sluice rehearse ${word}`);
  });

  it('[BY-5] has an example that does what it says', async () => {
    const [, line = ''] = /^sluice (rehearse release .*--expect rolled-back)$/m.exec(doc) ?? [];
    const { code, stdout } = await sluice(line.split(' '));
    expect(code).toBe(0);
    expect(stdout).toContain('Rehearsal: release of shop');
    expect(stdout).toMatch(/✖ Deploy to production +1m {2}stopped after its time limit of 1m/);
    expect(stdout).toMatch(/Outcome +rolled-back/);
    expect(stdout).not.toContain('\u001b[');
  });

  it('[BY-5] ends with 1 where it was expected to end otherwise, and prints one document', async () => {
    const { code, stdout } = await sluice(['rehearse', 'rollback', '--json', '--expect', 'rejected']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ flow: 'rollback', product: 'shop', outcome: 'succeeded' });
  });

  it('[BY-5] rehearses a blue/green deployment whose green crashes, and prints Markdown', async () => {
    const [, line = ''] = /^sluice (rehearse blue-green .*--expect succeeded)$/m.exec(doc) ?? [];
    const { code, stdout } = await sluice([...line.split(' '), '--markdown']);
    expect(code).toBe(0);
    const [title, outcome] = stdout.split('\n\n');
    expect(title).toBe('## Rehearsal: blue-green of shop');
    expect(outcome).toMatch(
      /^\*\*✔ succeeded\*\*: v1\.4\.0-g[0-9a-f]{8} took over from v1\.4\.0 in production/,
    );
    expect(stdout).toContain('- **Goes wrong:** the first version in green crashes\n');
    const rows = stdout.split('\n').filter((row) => row.startsWith('| '));
    expect(rows[0]).toBe('| after | | what | took | |');
    // Whatever stands in them, all of them have five cells.
    for (const row of rows) expect(row.replaceAll('\\|', '').match(/\|/g)).toHaveLength(6);
    expect(stdout).toMatch(/\| ✖ \| Deploy to green; blue stays running \| 2s \| it ended with code 1/);
    expect(stdout).toContain('| ■ | the run ended |  | succeeded |');
  });
});
