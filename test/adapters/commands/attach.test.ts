import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { thisHost } from '../../../src/adapters/commands/host.ts';
import {
  alive,
  createContext,
  createRunner,
  createWorld,
  kill,
  linesOf,
  startWorkerProcess,
  supervisorOf,
} from './support.ts';
import type { World } from './support.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

const file = (name: string) => join(world.directory, name);
const ran = () => linesOf(file('ran'));
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 10 });
/** Says that it runs, and ends once it is let go. */
const held = 'echo $$ >>ran; until [ -e go ]; do sleep 0.02; done; echo done';
const letGo = () => writeFileSync(file('go'), '');

describe('[PL-1] a worker that is killed while its command runs', () => {
  it('long: the next one attaches, and it ran once', async () => {
    const { key } = createContext();
    const worker = startWorkerProcess(world, world.spec(held), { key });
    await until(() => expect(ran()).toHaveLength(1));
    await kill(worker.child);
    expect(alive(ran())).toHaveLength(1);

    const next = startWorkerProcess(world, world.spec(held), {
      key,
      attempt: 2,
      previous: { host: thisHost },
    });
    letGo();
    expect(await next.result()).toMatchObject({ end: 'exited', exitCode: 0, stdoutTail: 'done' });
    expect(ran()).toHaveLength(1);
  });

  it('finished meanwhile: the next one has its result', async () => {
    const { key } = createContext();
    const worker = startWorkerProcess(world, world.spec(`${held}; exit 7`), { key });
    await until(() => expect(ran()).toHaveLength(1));
    await kill(worker.child);
    letGo();
    const { execution } = supervisorOf(world);
    await until(() => expect(readFileSync(join(execution, 'state', 'exit'), 'utf8')).toBe('7\n'));

    const next = startWorkerProcess(world, world.spec(`${held}; exit 7`), { key, attempt: 2 });
    expect(await next.result()).toMatchObject({ end: 'exited', exitCode: 7, stdoutTail: 'done' });
    expect(ran()).toHaveLength(1);
  });

  it('short, killed at any moment around its start: it ran exactly once in the end', async () => {
    const moments = Array.from({ length: 12 }, (_, index) => index);
    for (const moment of moments) {
      const { key } = createContext();
      const name = `short-${moment}`;
      const spec = world.spec(`echo $$ >>${name}; echo done`);
      const worker = startWorkerProcess(world, spec, { key });
      // From before the worker's first instruction to after its command's end.
      await new Promise((resolve) => setTimeout(resolve, 60 + moment * 25));
      if (worker.child.exitCode === null) await kill(worker.child);
      const next = createRunner(world, { soleHost: true });
      expect(await next.run(spec, createContext({ key, attempt: 2 }))).toMatchObject({
        end: 'exited',
        exitCode: 0,
        stdoutTail: 'done',
      });
      expect(linesOf(file(name))).toHaveLength(1);
    }
  });

  it('over its time limit by then: the next one stops it at once', async () => {
    const { key } = createContext();
    const spec = world.spec(held, { timeout: 400 });
    const worker = startWorkerProcess(world, { ...spec, timeout: 60_000 }, { key });
    await until(() => expect(ran()).toHaveLength(1));
    const since = Date.now();
    await kill(worker.child);
    await until(() => expect(Date.now() - since).toBeGreaterThan(400));
    const attached = Date.now();
    expect(await createRunner(world).run(spec, createContext({ key, attempt: 2 }))).toMatchObject({
      end: 'timed-out',
    });
    expect(Date.now() - attached).toBeLessThan(390);
    expect(alive(ran())).toEqual([]);
  });

  it('while it was stopping a command: the next one finishes that', async () => {
    const { key } = createContext();
    const spec = world.spec(`trap '' TERM; ${held}`);
    const worker = startWorkerProcess(world, { ...spec, timeout: 300 }, { key });
    await until(() => expect(ran()).toHaveLength(1));
    await until(() =>
      expect(linesOf(join(supervisorOf(world).execution, 'state', 'stop'))).toEqual(['timed-out']),
    );
    await kill(worker.child);
    expect(alive(ran())).toHaveLength(1);
    const result = await createRunner(world, { grace: 100 }).run(spec, createContext({ key, attempt: 2 }));
    expect(result).toMatchObject({ end: 'timed-out' });
    expect(alive(ran())).toEqual([]);
  });
});

describe('two attempts at the same time', () => {
  it('[PL-1] share one execution, in one process', async () => {
    const context = createContext();
    const both = Array.from({ length: 5 }, () => createRunner(world).run(world.spec(held), context));
    await until(() => expect(ran()).toHaveLength(1));
    letGo();
    const results = await Promise.all(both);
    for (const result of results) expect(result).toEqual(results[0]);
    expect(results[0]).toMatchObject({ exitCode: 0, stdoutTail: 'done' });
    expect(ran()).toHaveLength(1);
  });

  it('[PL-1] share one execution, in two processes', async () => {
    const { key } = createContext();
    const both = [1, 2].map((attempt) =>
      startWorkerProcess(world, world.spec(held, { stdin: 'x' }), {
        key,
        attempt,
        previous: { host: thisHost },
      }),
    );
    await until(() => expect(ran()).toHaveLength(1));
    letGo();
    const [first, second] = await Promise.all(both.map((worker) => worker.result()));
    expect(first).toEqual(second);
    expect(ran()).toHaveLength(1);
  });
});

describe('a lost outcome', () => {
  const killSupervisor = async () => {
    const { pid } = await vi.waitFor(() => supervisorOf(world), { timeout: 10_000, interval: 10 });
    await until(() => expect(ran()).toHaveLength(1));
    process.kill(pid, 'SIGKILL');
  };

  it('[PL-1] becomes a question where the command is not idempotent, once what is left of it has ended', async () => {
    const context = createContext();
    const running = createRunner(world).run(world.spec(held), context);
    await killSupervisor();
    expect(alive(ran())).toHaveLength(1);
    letGo();
    const result = await running;
    expect(result).toMatchObject({ end: 'unknown', exitCode: undefined, stdoutTail: 'done' });
    expect(result.summary).toMatch(/not known how it ended/);
    expect(await createRunner(world).run(world.spec(held), { ...context, attempt: 2 })).toMatchObject({
      end: 'unknown',
    });
    expect(ran()).toHaveLength(1);
  });

  it('[PL-1] is run again where the command is idempotent, and never beside what is left of it', async () => {
    const running = createRunner(world).run(world.spec(held, { idempotent: true }), createContext());
    await killSupervisor();
    letGo();
    const result = await running;
    expect(result).toMatchObject({ end: 'exited', exitCode: 0, stdoutTail: 'done' });
    expect(result.stdoutFile).toMatch(/\/2\/stdout$/);
    expect(ran()).toHaveLength(2);
  });

  it('is given up after three executions', async () => {
    const spec = world.spec('echo x >>ran; kill -KILL $PPID', { idempotent: true });
    expect(await createRunner(world).run(spec, createContext())).toMatchObject({ end: 'unknown' });
    expect(ran()).toHaveLength(3);
  });

  it.each([
    [
      'started on another host',
      { previous: { host: 'other#elsewhere' } },
      { soleHost: true },
      'unknown',
      /started it on other /,
    ],
    ['died without a word', { previous: undefined }, {}, 'unknown', /left no word/],
    [
      'died without a word, where there is no other host',
      { previous: undefined },
      { soleHost: true },
      'exited',
      /^succeeded/,
    ],
    ['died here before the start', { previous: { host: thisHost } }, {}, 'exited', /^succeeded/],
  ])('knows what it can know of an attempt that %s', async (_title, context, options, end, summary) => {
    const result = await createRunner(world, options).run(
      world.spec('echo x >>ran'),
      createContext({ attempt: 2, ...context }),
    );
    expect(result.end).toBe(end);
    expect(result.summary).toMatch(summary);
    expect(ran()).toHaveLength(end === 'exited' ? 1 : 0);
  });

  it('runs an idempotent command again that was started on another host', async () => {
    const context = createContext({ attempt: 2, previous: { host: 'other#elsewhere' } });
    expect(await createRunner(world).run(world.spec('true', { idempotent: true }), context)).toMatchObject({
      exitCode: 0,
    });
  });

  it('is seen where the process id belongs to somebody else by now, who is left alone', async () => {
    const context = createContext();
    const runner = createRunner(world);
    const { execution } = await runner.run(world.spec('true'), context).then(() => supervisorOf(world));
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
    try {
      const claim = readFileSync(join(execution, 'state', 'claim'), 'utf8').split('\n');
      const fresh = join(execution, '..', '2', 'state');
      mkdirSync(fresh, { recursive: true });
      // It started at another time: two processes that follow each other quickly may have the same one.
      const [, host = '', recorded = ''] = claim;
      const earlier = recorded.replace(/^(.*\) (?:\S+ ){19})\d+/, (_, before: string) => `${before}1`);
      expect(earlier).not.toBe(recorded);
      writeFileSync(join(fresh, 'claim'), [String(stranger.pid), host, earlier, ''].join('\n'));
      expect(await runner.run(world.spec('true'), { ...context, attempt: 2 })).toMatchObject({
        end: 'unknown',
      });
      expect(alive([stranger.pid!])).toHaveLength(1);
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('is no lost outcome where the supervisor died before the command began', async () => {
    const context = createContext();
    const runner = createRunner(world);
    await runner.run(world.spec('true'), context);
    const state = join(supervisorOf(world).execution, '..', '2', 'state');
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, 'claim'), '');
    expect(await runner.run(world.spec('echo x >>ran'), context)).toMatchObject({
      end: 'exited',
      exitCode: 0,
    });
    expect(ran()).toHaveLength(1);
  });
});

describe('heartbeats', () => {
  it('say where the command runs, at once and then by a timer', async () => {
    const beats: unknown[] = [];
    const context = createContext({ heartbeat: (details) => beats.push(details) });
    const running = createRunner(world, { heartbeatEvery: 20 }).run(world.spec(held), context);
    await until(() => expect(beats.length).toBeGreaterThan(3));
    letGo();
    const { stdoutFile } = await running;
    for (const beat of beats) expect(beat).toEqual({ host: thisHost, directory: join(stdoutFile, '..') });
  });
});
