import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alive, createContext, createRunner, createWorld, linesOf } from './support.ts';
import type { World } from './support.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

const pids = () => linesOf(join(world.directory, 'pids'));
const note = 'echo $$ >>pids';

/** Each starts processes that write their ids to `pids`; all of them must be gone. */
const unruly = {
  'never ends': `${note}; sleep 600`,
  'ignores SIGTERM': `trap '' TERM; ${note}; while :; do sleep 1; done`,
  'forks children': `for i in 1 2 3; do (sh -c '${note}; sleep 600' &) ; done; ${note}; wait; sleep 600`,
  'forks twice and ignores SIGTERM': `(sh -c 'trap "" TERM; ${note}; (sh -c "trap \\"\\" TERM; ${note}; sleep 600; sleep 600" &) ; sleep 600; sleep 600' &); ${note}; sleep 600`,
  'forks into a session of its own': `setsid sh -c '${note}; sleep 600' & ${note}; sleep 600`,
};

describe('stopping the whole process group', () => {
  it.each(Object.entries(unruly))('[PL-1] on time-out, a command that %s', async (_title, run) => {
    const result = await createRunner(world, { grace: 200 }).run(
      world.spec(run, { timeout: 500 }),
      createContext(),
    );
    expect(result).toMatchObject({ end: 'timed-out', exitCode: undefined });
    expect(result.summary).toMatch(/^timed out after 500ms/);
    expect(pids().length).toBeGreaterThan(0);
    expect(alive(pids())).toEqual([]);
  });

  it.each(Object.entries(unruly))('[PL-1] on cancel, a command that %s', async (_title, run) => {
    const controller = new AbortController();
    const running = createRunner(world, { grace: 200 }).run(
      world.spec(run),
      createContext({ signal: controller.signal }),
    );
    await vi.waitFor(() => expect(pids().length).toBeGreaterThan(0), { timeout: 10_000, interval: 20 });
    controller.abort(new Error('CANCELLED'));
    expect(await running).toMatchObject({ end: 'cancelled' });
    expect(alive(pids())).toEqual([]);
  });

  it('is polite first: a command that tidies up has the time to', async () => {
    const controller = new AbortController();
    const spec = world.spec(
      `trap 'sleep 0.3; echo tidy >tidied; exit 0' TERM; ${note}; while :; do sleep 0.05; done`,
    );
    const running = createRunner(world).run(spec, createContext({ signal: controller.signal }));
    await vi.waitFor(() => expect(pids()).toHaveLength(1), { timeout: 10_000, interval: 20 });
    controller.abort();
    expect((await running).summary).toMatch(/^cancelled after .*: it was stopped$/);
    expect(linesOf(join(world.directory, 'tidied'))).toEqual(['tidy']);
  });

  it('leaves processes of others alone', async () => {
    const other = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
    try {
      await createRunner(world, { grace: 100 }).run(
        world.spec('sleep 600', { timeout: 200 }),
        createContext(),
      );
      expect(alive([other.pid!])).toEqual([other.pid]);
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('gives the same answer again where it is asked again', async () => {
    const context = createContext();
    const runner = createRunner(world, { grace: 100 });
    const spec = world.spec('echo x >>ran; sleep 600', { timeout: 300 });
    const first = await runner.run(spec, context);
    expect(await runner.run(spec, { ...context, attempt: 2 })).toEqual(first);
    expect(linesOf(join(world.directory, 'ran'))).toEqual(['x']);
  });
});

describe('a signal that is aborted', () => {
  it('before the start starts nothing', async () => {
    const result = await createRunner(world).run(
      world.spec(note),
      createContext({ signal: AbortSignal.abort() }),
    );
    expect(result).toMatchObject({ end: 'cancelled', summary: 'cancelled before it was started' });
    expect(pids()).toEqual([]);
  });

  it('right after the start stops it as well', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, async (_, delay) => {
        const controller = new AbortController();
        const running = createRunner(world, { grace: 200 }).run(
          world.spec(`${note}; sleep 600`),
          createContext({ signal: controller.signal }),
        );
        setTimeout(() => controller.abort(), delay * 2);
        return running;
      }),
    );
    expect(results.map(({ end }) => end)).toEqual(Array.from({ length: 8 }, () => 'cancelled'));
    expect(alive(pids())).toEqual([]);
  });

  it.each(['WORKER_SHUTDOWN', 'TIMED_OUT', 'NOT_FOUND'])(
    '[PL-1] by %s leaves the command running, and the next attempt attaches',
    async (message) => {
      const controller = new AbortController();
      const context = createContext({ signal: controller.signal });
      const spec = world.spec(`${note}; until [ -e go ]; do sleep 0.02; done; echo done`);
      const runner = createRunner(world);
      const running = runner.run(spec, context);
      const reason = new Error(message);
      await vi.waitFor(() => expect(pids()).toHaveLength(1), { timeout: 10_000, interval: 20 });
      controller.abort(reason);
      await expect(running).rejects.toBe(reason);
      expect(alive(pids())).toHaveLength(1);

      const next = runner.run(spec, { ...context, attempt: 2, signal: new AbortController().signal });
      await createRunner(world).run(world.spec('touch go'), createContext());
      expect(await next).toMatchObject({ end: 'exited', exitCode: 0, stdoutTail: 'done' });
      expect(pids()).toHaveLength(1);
    },
  );
});
