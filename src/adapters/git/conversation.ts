import { spawn } from 'node:child_process';
import { gitEnvironment } from './environment.ts';
import type { LocalRepository } from './local-repository.ts';
import { asOthersSeeIt } from './local-repository.ts';
import { readProblem } from './problems.ts';
import { gitArguments } from './runner.ts';

/** One git process that is asked many questions: starting one for each would take longer than all the answers. */
export interface Conversation {
  /**
   * Asks, and gives the bytes of the answer.
   * @param lengthOf how long the answer is at the beginning of what was printed; undefined, or more than is there, where it has not ended
   */
  ask(question: string, lengthOf: (printed: Buffer) => number | undefined): Promise<Buffer>;
  close(): void;
}

interface Asked {
  readonly lengthOf: (printed: Buffer) => number | undefined;
  readonly settle: (answer: Buffer) => void;
  readonly fail: (error: Error) => void;
}

export function converse(
  { directory, gitDirectory }: LocalRepository,
  args: readonly string[],
): Conversation {
  const child = spawn('git', [...gitArguments, '--git-dir', gitDirectory, ...args], {
    cwd: directory,
    env: { ...gitEnvironment(process.env), ...asOthersSeeIt },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const open: Asked[] = [];
  let ended: Error | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    for (const each of open.splice(0)) each.fail(ended);
  };
  child.on('error', end);
  child.stdin.on('error', end);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-10_000)));
  child.on('close', () => end(readProblem(directory, args[0] ?? '', said)));
  let chunks: Buffer[] = [];
  let size = 0;
  /** Nothing is put together before so much is there. */
  let needed = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size < needed) return;
    let printed: Buffer = Buffer.concat(chunks);
    for (let asked = open[0]; asked; asked = open[0]) {
      needed = asked.lengthOf(printed) ?? 0;
      if (needed === 0 || printed.length < needed) break;
      open.shift();
      asked.settle(Buffer.from(printed.subarray(0, needed)));
      printed = printed.subarray(needed);
      needed = 0;
    }
    chunks = [printed];
    size = printed.length;
  });
  return {
    ask: (question, lengthOf) =>
      new Promise((settle, fail) => {
        if (ended) fail(ended);
        else {
          open.push({ lengthOf, settle, fail });
          child.stdin.write(question);
        }
      }),
    close: () => {
      child.stdin.end();
    },
  };
}
