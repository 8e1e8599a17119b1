import { readFileSync, writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { expect, vi } from 'vitest';
import type { RunResult, RunStatus } from '../../../src/domain/run/status.ts';
import { freeLowPorts } from '../../support/free-ports.ts';
import { healthyService } from './healthy-service.ts';
import { heldService } from './held-service.ts';
import type { Held, Rounds } from './kill-rounds.ts';
import { killInRounds } from './kill-rounds.ts';
import { startedBelow } from './leftovers.ts';
import type { Load } from './load.ts';
import { startLoad } from './load.ts';
import type { TinyOptions, TinyProduct } from './product.ts';
import { createTinyProduct } from './product.ts';
import type { TestRun } from './runs.ts';
import { failedTasks } from '../../support/failed-tasks.ts';
import { seedVersion } from './seed.ts';
import type { World } from './world.ts';

/** Where a product's parts are. */
export interface Place {
  /** Something healthy, for the staging environment. */
  readonly staging: string;
  readonly port: number;
}

/** A product whose worker is killed at the last stop of each round. */
export interface Subject {
  readonly name: string;
  readonly rounds: Rounds;
  readonly files?: Readonly<Record<string, string>>;
  /** Of a router that is there anyway. */
  readonly url?: string;
  readonly configure: (tiny: TinyProduct, place: Place) => ReturnType<TinyOptions['configure']>;
  /** What comes after the first version, before the run; it has users. */
  readonly prepare: (product: Killed) => Promise<void> | void;
  /** Starts the run. Its first stop is held. */
  readonly begin: (product: Killed, client: Client) => Promise<TestRun>;
  /** After the last death, when nothing is held any more. */
  readonly afterwards?: (product: Killed) => void;
}

/** A product, its run and its users; after all deaths also what came of it. */
export interface Killed extends Held {
  readonly tiny: TinyProduct;
  readonly url: string;
  end?: { readonly result: RunResult; readonly status: RunStatus; readonly failed: readonly string[] };
  /** How many requests were answered while no worker was there, by round. */
  alone: readonly number[];
}

const nobody: Load = {
  served: () => 0,
  failures: () => [],
  versions: () => [],
  stop: () => Promise.resolve(),
};

/** Users that ask every so many ms: many products share two processors. */
const rest = 100;

/** Takes all products through their rounds at once: one SIGKILL a round hits the worker of all of them. */
export async function killEach(
  world: World,
  subjects: readonly Subject[],
): Promise<(name: string) => Killed> {
  const staging = await healthyService(world);
  const ports = await freeLowPorts(subjects.length);
  const products = new Map(
    subjects.map((subject, index) => [
      subject.name,
      create(world, subject, { staging, port: ports[index] ?? 0 }),
    ]),
  );
  const product = (name: string): Killed => products.get(name) ?? expect.unreachable(name);
  const each = (work: (subject: Subject, one: Killed) => Promise<void>) =>
    Promise.all(subjects.map((subject) => work(subject, product(subject.name))));

  await each(async ({ prepare }, one) => {
    await seedVersion(world, one.tiny, '0.1.0');
    one.load = startLoad(one.url, 1, rest);
    world.onEnd(() => one.load.stop());
    await prepare(one);
  });
  const { address } = await world.server();
  const client = await world.client(address);
  const configs = [...products.values()].map(({ tiny }) => tiny.config);
  const start = () => world.worker(['worker', address, world.data, ...configs]);
  let worker = await start();
  await each(async ({ rounds, begin }, one) => {
    await rounds[0]?.[0]?.hold?.(one);
    const run = await begin(one, client);
    one.run = () => run;
  });
  const rounds = subjects.map(({ name, rounds: of }) => [name, { held: product(name), rounds: of }] as const);
  const alone = await killInRounds(new Map(rounds), async () => {
    await worker.kill();
    worker = await start();
  });
  await each(({ name, afterwards }, one) => {
    one.alone = alone.get(name) ?? [];
    return finish(one, afterwards);
  });
  return product;
}

function create(world: World, { name, files, url, configure }: Subject, place: Place): Killed {
  const tiny = createTinyProduct({
    directory: world.root,
    name,
    files: { 'service.mjs': heldService(world.within(name)), ...files },
    configure: (one) => configure(one, place),
  });
  return {
    tiny,
    url: url ?? `http://127.0.0.1:${place.port}`,
    data: world.data,
    load: nobody,
    alone: [],
    onEnd: (clean) => world.onEnd(clean),
    run: () => expect.unreachable(`${name} has no run`),
  };
}

async function finish(one: Killed, afterwards: Subject['afterwards']): Promise<void> {
  const run = one.run();
  await run.until('answer', () => true);
  await one.at?.letGo?.(one);
  afterwards?.(one);
  const result = await run.result();
  one.end = { result, status: await run.status(), failed: await failedTasks(run) };
  const then = one.load.served();
  await vi.waitFor(() => expect(one.load.served()).toBeGreaterThan(then + 10), { timeout: 10_000 });
  await one.load.stop();
}

/** What came of it. */
export const endOf = ({ tiny, end }: Killed) => end ?? expect.unreachable(`${tiny.name} has not ended`);

/** The step of each round at which the worker is killed; part of a test's title. */
export const killedAt = (rounds: Rounds): string =>
  rounds.map((stops) => stops.at(-1)?.step ?? '').join(', ');

/** Nobody of its users noticed anything, at whatever time, and these are the versions that they saw. */
export function expectServed({ load, alone }: Killed, versions: readonly string[]): void {
  expect(load.failures()).toEqual([]);
  expect(load.versions()).toEqual(versions);
  expect(alone).not.toEqual([]);
  for (const served of alone) expect(served, 'served while no worker was there').toBeGreaterThan(3);
}

/** Nothing that was started for these products still runs but one version of each, which a driver started. */
export function expectOneVersionEach(world: World, names: readonly string[]): void {
  const left = startedBelow(world.root);
  expect(left.filter(({ instance }) => !instance)).toEqual([]);
  for (const name of names)
    expect(
      left.filter(({ directory }) => directory.includes(`/${name}/production/`)),
      name,
    ).toHaveLength(1);
  expect(left).toHaveLength(names.length);
}

/** Changes a product's configuration file: its first version had nobody to share the traffic with, and nobody to be judged by. */
export function reconfigure({ tiny }: Killed, change: (config: TinyConfig) => object): void {
  const config = JSON.parse(readFileSync(tiny.config, 'utf8')) as TinyConfig;
  writeFileSync(tiny.config, JSON.stringify(change(config)));
}

interface TinyConfig {
  environments: { production: { monitor: { for: string } } };
}
