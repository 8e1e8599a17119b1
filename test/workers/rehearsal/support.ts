import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { createFileCatalog } from '../../../src/adapters/file-catalog.ts';
import type { FlowName } from '../../../src/domain/flows/registry.ts';
import { parseScenario } from '../../../src/domain/rehearsal/parse-scenario.ts';
import type { Rehearsed } from '../../../src/domain/rehearsal/result.ts';
import type { Moment } from '../../../src/domain/rehearsal/timeline.ts';
import { rehearse } from '../../../src/workers/rehearsal/rehearse.ts';

const rollout = `
notifications:
  - webhook: env:SLUICE_HOOK
rollout:
  steps:
    - { weight: 1, for: 5m }
    - { weight: 10, for: 10m }
    - { weight: 50, for: 10m }
    - { weight: 100, for: 5m }
`;

const greens = `
agents:
  driver: { command: ./agents/driver.sh }
  senior: { command: ./agents/senior.sh }
  trio:
    correctness: { command: ./agents/review.sh correctness }
    security: { command: ./agents/review.sh security }
  juniors:
    first: { person: [bob] }
blueGreen:
  requirements: docs/requirements.md
  rollbackPlan: Blue goes on serving; green is stopped.
  infrastructure: [Dockerfile]
`;

/** The example shop's own configuration, with a rollout and somebody who is told. */
export async function shopWithRollout(): Promise<string> {
  const yaml = await readFile(path.resolve('examples/shop/sluice.yaml'), 'utf8');
  return yaml.replace(/^notifications: \[\]$/m, rollout);
}

/** The same, with agents who mend and review it beside the version that serves. */
export async function shopWithBlueGreen(): Promise<string> {
  return `${await shopWithRollout()}${greens}`;
}

/** A file with it, in a directory of its own. */
export async function rehearsalDirectory(yaml: Promise<string> | string = shopWithRollout()): Promise<{
  file: string;
  directory: string;
  remove(): Promise<void>;
}> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sluice-rehearse-'));
  const file = path.join(directory, 'sluice.yaml');
  await writeFile(file, await yaml);
  return { file, directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

export const minute = 60_000;
export const day = 24 * 60 * minute;

/** Rehearses the shop of a file. */
export async function rehearsed(file: string, flow: FlowName, scenario = ''): Promise<Rehearsed> {
  const parsed = parseScenario(scenario, 'scenario.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  const entry = await createFileCatalog([file]).load('shop');
  return rehearse({ flow, entry, scenario: parsed.scenario, onProgress: () => undefined });
}

export function find({ timeline }: Rehearsed, wanted: Partial<Moment>): Moment {
  const found = timeline.find((moment) =>
    Object.entries(wanted).every(([key, value]) => moment[key as keyof Moment] === value),
  );
  if (!found) throw new Error(`no ${JSON.stringify(wanted)} in ${JSON.stringify(timeline, null, 1)}`);
  return found;
}

export const step = (of: Rehearsed, id: string): Moment => find(of, { kind: 'step', id });

/** How often a step was tried, and how each try ended. */
export const tries = ({ timeline }: Rehearsed, id: string): string[] =>
  timeline.filter((moment) => moment.kind === 'step' && moment.id === id).map(({ state }) => state);

/** What the new version gets of production's traffic, in the order in which it got it. */
export const weights = ({ timeline }: Rehearsed, version = /v1\.5\.0 (\d+) %/): number[] =>
  timeline
    .filter(({ kind, what }) => kind === 'traffic' && what === 'traffic of production')
    .map(({ reason }) => Number(version.exec(reason)?.[1] ?? 0));

/** What is measured on the real server goes by the machine's clock meanwhile, so that each row may be late by what that takes. */
export function about(ms: number, wanted: number, late = 90_000): void {
  expect(ms).toBeGreaterThan(wanted - 15_000);
  expect(ms).toBeLessThan(wanted + late);
}
