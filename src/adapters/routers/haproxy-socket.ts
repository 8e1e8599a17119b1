import { connect } from 'node:net';
import { TrafficRouterProblem } from '../../activities/ports/index.ts';
import { formatDuration } from '../../domain/text/time.ts';

/** Characters; the figures of a thousand servers have about half of it. */
const longestAnswer = 1024 * 1024;

export interface HaproxySocket {
  /** A path, or host:port. */
  readonly socket: string;
  /** Milliseconds for one question and its answer. */
  readonly timeout: number;
}

/**
 * Asks HAProxy's runtime API one line of commands; each question is a connection of its own, which HAProxy closes after its answer.
 * @throws TrafficRouterProblem where nobody answers in time; the signal's reason where it is aborted
 */
export async function askHaproxy(
  { socket, timeout }: HaproxySocket,
  commands: string,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const connection = connect(addressOf(socket)).setEncoding('utf8');
  const stop = () => connection.destroy();
  const timer = setTimeout(() => connection.destroy(silent(socket, timeout)), timeout);
  signal.addEventListener('abort', stop, { once: true });
  try {
    connection.write(`${commands}\n`);
    let answer = '';
    for await (const piece of connection) {
      answer += piece as string;
      if (answer.length > longestAnswer) throw new Error('it does not stop talking');
    }
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TrafficRouterProblem ? error : refused(socket, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    connection.destroy();
  }
}

function addressOf(socket: string) {
  if (socket.startsWith('/')) return { path: socket };
  const colon = socket.lastIndexOf(':');
  return { host: socket.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(socket.slice(colon + 1)) };
}

const silent = (socket: string, timeout: number) =>
  new TrafficRouterProblem(
    `HAProxy at ${socket} did not answer within ${formatDuration(timeout)}: see whether it hangs, or raise router.haproxy.timeout, then try again`,
  );

function refused(socket: string, error: unknown): TrafficRouterProblem {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new TrafficRouterProblem(
    `HAProxy at ${socket} can't be asked (${code || message}): ${advice[code] ?? 'see whether it runs and whether this is its stats socket, then try again'}`,
  );
}

const advice: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket; start HAProxy, or correct router.haproxy.socket or its `stats socket`',
  ECONNREFUSED: 'nobody listens there; start HAProxy, or correct router.haproxy.socket',
  EACCES: 'the worker may not open the socket; set `mode` and `group` in its `stats socket` line',
  ENOTFOUND: 'the host is not known; correct router.haproxy.socket',
};
