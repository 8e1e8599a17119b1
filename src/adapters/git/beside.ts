import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answered, AskedCommand, Ended } from './beside-messages.ts';

/** Runs a git command; undefined where there is nobody who could: whoever asks runs it. */
export type Beside = (command: AskedCommand) => Promise<Ended | undefined>;

/**
 * Has a small process of its own run git: the system copies the tables of a process that starts another one, and a worker with
 * some hundred megabytes stands still for up to 20 ms meanwhile, dozens of times for what an approval shows. It is started when
 * git is needed first, and ends with this process.
 */
export function createBeside(): Beside {
  let host: Host | undefined;
  return async (command) => {
    if (!host || host.gone()) host = startHost();
    return host.run(command);
  };
}

interface Host {
  run(command: AskedCommand): Promise<Ended | undefined>;
  gone(): boolean;
}

interface Waiting {
  readonly settle: (answer: Ended | undefined) => void;
  readonly fail: (error: Error) => void;
}

function startHost(): Host {
  const entry = fileURLToPath(new URL(`./beside-process${extname(import.meta.url)}`, import.meta.url));
  const child = fork(entry, [], { stdio: 'ignore', env: {}, execArgv: [], serialization: 'advanced' });
  const waiting = new Map<number, Waiting>();
  let gone = false;
  const lost = (): void => {
    gone = true;
    // It may have done its work: whoever asked looks, and tries again.
    for (const { fail } of waiting.values())
      fail(new Error('the process that runs git for this worker ended before git was done'));
    waiting.clear();
  };
  child.once('error', lost);
  child.once('exit', lost);
  child.on('message', (message) => {
    const answered = message as Answered;
    const asked = waiting.get(answered.id);
    waiting.delete(answered.id);
    keepFrom(child, waiting.size === 0);
    if ('thrown' in answered) asked?.fail(new Error(answered.thrown));
    else asked?.settle(answered.ended);
  });
  keepFrom(child, true);
  let last = 0;
  return {
    gone: () => gone,
    run: (command) =>
      new Promise((settle, fail) => {
        const id = (last += 1);
        waiting.set(id, { settle, fail });
        keepFrom(child, false);
        child.send({ id, command }, (error) => {
          // It never heard of it.
          if (error && waiting.delete(id)) settle(undefined);
        });
      }),
  };
}

/** A process that waits for no answer may end. */
function keepFrom(child: ChildProcess, idle: boolean): void {
  if (idle) child.unref();
  else child.ref();
  if (idle) child.channel?.unref();
  else child.channel?.ref();
}
