import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StarterAnswer, StarterRequest, StarterSays } from './starter-messages.ts';
import type { SupervisedCommand } from './supervisor.ts';
import { spawnSupervisor } from './supervisor.ts';

/** A supervisor that was started here. Its files say what came of it; this says when it is worth to look. */
export interface Supervisor {
  ended(): boolean;
  /** Calls once it has ended; gives what takes the call back. */
  whenEnded(wake: () => void): () => void;
}

/** Starts supervisors. Rejects with the system's error where it refuses. */
export interface Starter {
  start(command: SupervisedCommand): Promise<Supervisor>;
  close(): void;
}

/** Starts them from this process. */
export const directStarter: Starter = {
  async start(command) {
    const child = spawnSupervisor(command);
    if (child.pid === undefined) throw ((await once(child, 'error')) as [Error])[0];
    return {
      ended: () => child.exitCode !== null || child.signalCode !== null,
      whenEnded: (wake) => {
        child.once('exit', wake);
        return () => child.removeListener('exit', wake);
      },
    };
  },
  close: () => undefined,
};

/**
 * Has a small process of its own start them: the system copies the tables of a process that starts another one, and a worker
 * with some hundred megabytes stands still for 20 ms meanwhile. Where that process is gone, this one starts them itself.
 */
export function createStarter(): Starter {
  const entry = fileURLToPath(new URL(`./starter-process${extname(import.meta.url)}`, import.meta.url));
  const child = fork(entry, [], { stdio: 'ignore', env: {}, execArgv: [], serialization: 'json' });
  // Whoever waits for no answer may end.
  child.unref();
  child.channel?.unref();
  const running = new Map<number, Running>();
  let gone = false;
  const lost = (): void => {
    gone = true;
    for (const one of running.values()) one.hear({ says: 'gone' });
    running.clear();
  };
  child.once('error', lost);
  child.once('exit', lost);
  child.on('message', (message) => {
    const says = message as StarterSays;
    running.get(says.id)?.hear(says);
    if (says.says !== 'started') running.delete(says.id);
  });

  let last = 0;
  let asking = 0;
  return {
    async start(command) {
      if (gone) return directStarter.start(command);
      const id = (last += 1);
      const one = new Running();
      running.set(id, one);
      child.send({ id, command } satisfies StarterRequest, (error) => {
        if (error) one.hear({ says: 'gone' });
      });
      asking += 1;
      child.channel?.ref();
      const answer = await one.answer;
      asking -= 1;
      if (asking === 0) child.channel?.unref();
      // Two supervisors of one execution are harmless: the second one goes away.
      if (answer === 'gone') return directStarter.start(command);
      if (answer !== 'started') throw Object.assign(new Error(answer.message), { code: answer.code });
      return one;
    },
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** A supervisor that the starter was asked for. */
class Running implements Supervisor {
  readonly answer: Promise<
    'started' | 'gone' | { readonly code: string | undefined; readonly message: string }
  >;
  private readonly resolve: (answer: Awaited<Running['answer']>) => void;
  private pid: number | undefined;
  private state: 'running' | 'ended' | 'unwatched' = 'running';
  private wake: (() => void) | undefined;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<Awaited<Running['answer']>>();
    this.answer = promise;
    this.resolve = resolve;
  }

  hear(says: StarterAnswer | { readonly says: 'gone' }): void {
    switch (says.says) {
      case 'started':
        this.pid = says.pid;
        return this.resolve('started');
      case 'refused':
        return this.resolve(says);
      case 'gone':
        this.state = 'unwatched';
        this.resolve('gone');
        return this.wake?.();
      case 'ended':
        this.state = 'ended';
        return this.wake?.();
    }
  }

  /** It lives on where the starter is gone. */
  ended(): boolean {
    return this.state === 'unwatched' && this.pid !== undefined ? !exists(this.pid) : this.state === 'ended';
  }

  whenEnded(wake: () => void): () => void {
    this.wake = wake;
    return () => (this.wake = undefined);
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
