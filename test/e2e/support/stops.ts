import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import { environmentPaths } from '../../../src/adapters/drivers/process/state.ts';
import { withLock } from '../../../src/adapters/files/lock.ts';
import type { Load } from './load.ts';
import { bothServed } from './load.ts';
import type { TinyProduct } from './product.ts';
import type { TestRun } from './runs.ts';
import type { World } from './world.ts';

/** What a stop has to do with: a product and the run that is under way. */
export interface Stopped {
  readonly tiny: TinyProduct;
  /** The workers' data directory. */
  readonly data: string;
  run: () => TestRun;
  /** Its users. */
  load: Load;
  readonly onEnd: World['onEnd'];
}

/** A place where a run is held, so that its worker is killed there. */
export interface Stop {
  /** The step that runs there; part of the test's title. */
  readonly step: string;
  /** Done while the run is still held at the stop before. */
  hold?(at: Stopped): Promise<void> | void;
  reached(at: Stopped): Promise<void>;
  letGo?(at: Stopped): Promise<void> | void;
  /** Gone to when all others have reached theirs: 2 where it holds only for some seconds, 1 where it is better soon over. */
  readonly late?: 1 | 2;
}

const patience = 150_000;

const runs =
  (step: string) =>
  async ({ run }: Stopped): Promise<void> => {
    await run().until(
      `run ${step}`,
      ({ steps }) =>
        steps.some(({ id, state }) => id === step && (state === 'running' || state === 'waiting')),
      patience,
    );
  };

/** A command, or whatever else writes down that it begins, waits in the middle; `times`: it is then begun for so many times. */
export const command = (step: string, effect: string, times = 1): Stop => ({
  step,
  hold: ({ tiny }) => tiny.hold(effect),
  reached: async (at) => {
    await runs(step)(at);
    await at.tiny.begun(effect, times);
  },
  letGo: ({ tiny }) => tiny.letGo(effect),
});

/** The driver gives a version ten seconds to end. */
export const ending = (step: string, version: string): Stop => ({
  ...command(step, `stop.${version}`),
  late: 2,
});

/** A health check fails until it is let go. */
export const unhealthy = (step: string, where: 'direct' | 'public', version: string): Stop => ({
  step,
  hold: ({ tiny }) => tiny.hold(`health.${where}.${version}`),
  reached: runs(step),
  letGo: ({ tiny }) => tiny.letGo(`health.${where}.${version}`),
});

/** The driver waits for its turn in production, having done nothing. What comes between this stop and the one before must not need it. */
export function locked(step: string): Stop {
  let free: (() => void) | undefined;
  return {
    step,
    hold: async ({ data, tiny }) => {
      const { lock } = environmentPaths(join(data, 'environments'), tiny.name, 'production');
      const held = Promise.withResolvers<undefined>();
      const taken = Promise.withResolvers<undefined>();
      free = () => held.resolve(undefined);
      void withLock(lock, () => {
        taken.resolve(undefined);
        return held.promise;
      });
      await taken.promise;
    },
    reached: runs(step),
    letGo: () => free?.(),
  };
}

/**
 * A weight is watched until somebody promotes the version. Its step in the plan has to be a long one. The version may be taken back
 * here: first its users have met it, of whose requests it gets but some.
 */
export const watched = (weight: number): Stop => ({
  step: `production.watch-${weight}`,
  reached: async (at) => {
    await runs(`production.watch-${weight}`)(at);
    await bothServed(at.load, patience);
  },
  letGo: async ({ run }) => {
    expect(await run().decide('promote', { by: 'alice' })).toMatchObject({ accepted: true });
  },
});

/** A weight is watched while the run is paused. */
export const paused = (weight: number): Stop => {
  const watch = watched(weight);
  return {
    ...watch,
    reached: async (at) => {
      await watch.reached(at);
      expect(await at.run().decide('pause', { by: 'alice' })).toMatchObject({ accepted: true });
    },
    letGo: async (at) => {
      expect(await at.run().decide('resume', { by: 'alice' })).toMatchObject({ accepted: true });
      await watch.letGo?.(at);
    },
  };
};

/** A gate waits for a word. */
export const gate = (step: string, id: string, choice?: string): Stop => ({
  step,
  reached: async ({ run }) => {
    await run().until(`wait at ${id}`, ({ gates }) => gates.some((each) => each.id === id), patience);
  },
  letGo: async ({ run }) => {
    const said = choice
      ? run().decide('answer', { by: 'alice', gate: id, choice })
      : run().decide('approve', { by: 'alice', gate: id });
    expect(await said).toMatchObject({ accepted: true });
  },
});

/** Whatever fetches from the product's repository waits: git reads a file there that nobody writes. */
export const fetching = (step: string): Stop => ({
  step,
  hold: (at) => {
    execFileSync('mkfifo', [packedRefs(at)]);
    // Also where the test fails meanwhile: git would wait for ever.
    at.onEnd(() => letFetch(at));
  },
  reached: runs(step),
  letGo: letFetch,
});

const packedRefs = ({ tiny }: Stopped): string => join(tiny.remote, 'packed-refs');

function letFetch(at: Stopped): void {
  if (!existsSync(packedRefs(at))) return;
  let end: number | undefined;
  try {
    end = openSync(packedRefs(at), constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    // Nobody waits just now.
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
  }
  rmSync(packedRefs(at));
  if (end !== undefined) closeSync(end);
}

/** A step that takes its time by itself: nothing holds it. */
export const passing = (step: string): Stop => ({ step, reached: runs(step), late: 2 });

/** Nothing can be written where the run's documents go. */
export const undocumented = (step: string): Stop => ({
  step,
  hold: (at) => {
    mkdirSync(dirname(documentsOf(at)), { recursive: true });
    writeFileSync(documentsOf(at), '');
  },
  reached: runs(step),
  letGo: (at) => {
    rmSync(documentsOf(at));
  },
});

/** The directory with the documents of the run. */
export function documentsOf({ data, run }: Stopped): string {
  return join(data, 'documents', run().handle.workflowId.replace(/[^\w.-]+/g, '-'));
}

const issuesOf = ({ data, tiny }: Stopped) => join(data, 'code-host', tiny.name, 'issues');

/** Files of the product's issues on the local code host. */
export function issueFiles(at: Stopped): string[] {
  return readdirSync(issuesOf(at)).filter((name) => /^\d+.*\.md$/.test(name));
}

/** The local code host is kept from opening the task that comes after so many others of the run. */
export function taskAfter(others: number, step: string): Stop {
  let free: (() => void) | undefined;
  return {
    step,
    late: 1,
    hold: (at) => {
      mkdirSync(issuesOf(at), { recursive: true });
      if (others === 0) free = takeIssues(at);
    },
    reached: async (at) => {
      await vi.waitFor(
        () => {
          if (issueFiles(at).length < others)
            throw new Error(`${at.tiny.name}: ${others} tasks are not there`);
        },
        { timeout: patience, interval: 1 },
      );
      free ??= takeIssues(at);
      expect(issueFiles(at), 'tasks when the next one was held').toHaveLength(others);
      await runs(step)(at);
    },
    letGo: () => free?.(),
  };
}

/** Takes the lock of the issues as another program would, at once when it is free. Returns how it is given back. */
function takeIssues(at: Stopped): () => void {
  const lock = join(issuesOf(at), '.lock');
  const mine = join(issuesOf(at), '.held-by-a-test');
  writeFileSync(mine, '');
  for (const deadline = Date.now() + 5_000; ;) {
    try {
      linkSync(mine, lock);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || Date.now() > deadline) throw error;
    }
  }
  // A lock of yesterday's would be broken.
  const fresh = setInterval(() => utimesSync(mine, new Date(), new Date()), 5_000);
  const free = (): void => {
    clearInterval(fresh);
    rmSync(lock, { force: true });
    rmSync(mine, { force: true });
  };
  at.onEnd(free);
  return free;
}
