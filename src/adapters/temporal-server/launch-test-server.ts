import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
/** Beside its program: the classes that a start loads, as Java keeps them. Empty where it can't. */
const classesOf = (program: string): string => join(dirname(program), 'classes.jsa');
/** Java writes its classes at its end (ms). */
const writing = 60_000;
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
  const classes = classesOf(program);
  const kept = statSync(classes, { throwIfNoEntry: false })?.size ?? 0;
  return launch(program, waits, kept === 0 ? '' : ` -XX:SharedArchiveFile='${classes}'`);
}

/** Whether it is known what classes the program loads, or that Java can't keep them. */
export const hasClasses = (program: string): boolean => existsSync(classesOf(program));

/** Starts the program once, so that Java keeps the classes that it loads: later starts take half of the processor time. */
export async function keepClasses(program: string): Promise<void> {
  const classes = classesOf(program);
  const next = `${classes}.${process.pid}`;
  try {
    const server = await launch(program, patience, ` -XX:ArchiveClassesAtExit='${next}'`, writing);
    await server.stop();
    await rename(next, classes);
  } catch {
    // Not worth a word: it starts without them, and isn't asked again.
    await rm(next, { force: true });
    await writeFile(classes, '').catch(() => undefined);
  }
}

async function launch(
  program: string,
  waits: number,
  options: string,
  grace = 2_000,
): Promise<LaunchedTestServer> {
  for (let left = starts; ; left -= 1) {
    const start = await launchOnce(program, waits, options, grace);
    if (start.server) return start.server;
    if (left === 1 || !start.ended) throw new TestServerFailed(program, start.why, start.said);
  }
}

type Start =
  | { readonly server: LaunchedTestServer }
  | { readonly server?: never; readonly why: string; readonly said: string; readonly ended: boolean };

async function launchOnce(program: string, waits: number, options: string, grace: number): Promise<Start> {
  const port = await freePort();
  const child = spawn(program, [String(port), '--enable-time-skipping'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...programEnvironment(process.env, (name) => networkVariables(name) || /^(JAVA|JDK)_/.test(name)),
      JAVA_TOOL_OPTIONS: `${javaOptions}${options}`,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-2_000)));
  const end = ending(child);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  const stop = async (): Promise<void> => {
    if (identity) await endGroup(identity, grace);
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
