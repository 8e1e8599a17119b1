import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { endGroup, identify } from '../processes/identity.ts';
import { networkVariables, programEnvironment } from '../programs/environment.ts';
import { ending } from './ending.ts';
import { TestServerFailed } from './errors.ts';
import { freePort } from '../processes/ports.ts';
import { dial } from './probe.ts';

export interface LaunchedTestServer {
  /** `host:port` */
  readonly address: string;
  /** Resolves when its process has ended. */
  stop(): Promise<void>;
}

/** It lives for seconds: what makes Java quick in the long run only makes it slow here. */
const javaOptions = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
/** A start takes a second by itself; Temporal's SDK would give it five, which a busy machine doesn't always manage (ms). */
const patience = 90_000;
/** Another process may take the port between the question and the start. */
const starts = 3;

/**
 * Starts Temporal's time-skipping server from its program, and resolves when it answers.
 * @param program takes the port as its first argument, and may know others
 * @param waits for its answer, in milliseconds
 * @throws TestServerFailed with what the program said last
 */
export async function launchTestServer(program: string, waits = patience): Promise<LaunchedTestServer> {
  for (let left = starts; ; left -= 1) {
    const start = await launchOnce(program, waits);
    if (start.server) return start.server;
    if (left === 1 || !start.ended) throw new TestServerFailed(program, start.why, start.said);
  }
}

type Start =
  | { readonly server: LaunchedTestServer }
  | { readonly server?: never; readonly why: string; readonly said: string; readonly ended: boolean };

async function launchOnce(program: string, waits: number): Promise<Start> {
  const port = await freePort();
  const child = spawn(program, [String(port), '--enable-time-skipping'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...programEnvironment(process.env, (name) => networkVariables(name) || /^(JAVA|JDK)_/.test(name)),
      JAVA_TOOL_OPTIONS: javaOptions,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-2_000)));
  const end = ending(child);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  const stop = async (): Promise<void> => {
    if (identity) await endGroup(identity, 2_000);
  };
  for (const deadline = Date.now() + waits; end.why === undefined && Date.now() < deadline; await sleep(25))
    if ((await dial('127.0.0.1', port, 1_000)) === undefined)
      return { server: { address: `127.0.0.1:${port}`, stop } };
  const ended = end.why;
  await stop();
  return {
    why: ended ?? `did not answer within ${waits / 1_000} s`,
    said: said.trimEnd(),
    ended: ended !== undefined,
  };
}
