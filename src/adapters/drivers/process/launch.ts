import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverResult, EffectContext, SecretResolver, Target } from '../../../activities/ports/index.ts';
import { formatDuration } from '../../../domain/text/time.ts';
import { leavesRunning } from '../../../domain/run/attempt-ends.ts';
import { commandEnvironment } from '../../commands/environment.ts';
import { readLogEnd } from '../../commands/output.ts';
import { childOutput } from '../../log/child-output.ts';
import { identify } from '../../processes/identity.ts';
import { listeningPorts } from './listening.ts';
import { freePort, isTaken } from '../../processes/ports.ts';
import { answeringAddress } from './ports.ts';
import { treeName } from './prepare.ts';
import { findLeader, instanceVariable, membersOf, stopInstance } from './processes.ts';
import type { EnvironmentPaths, Service, Slot, SlotName } from './state.ts';

/** What a start needs from the one who asks for it. */
export type Caller = Pick<EffectContext, 'run' | 'step' | 'key' | 'signal' | 'heartbeat'>;

interface LaunchRequest {
  readonly paths: EnvironmentPaths;
  readonly slot: SlotName;
  readonly target: Target;
  readonly directory: string;
  readonly service: Service;
  readonly caller: Caller;
  readonly secrets: SecretResolver;
  /** Makes the slot's record durable. Called before anything is started, and after each step. */
  readonly record: (slot: Slot) => Promise<void>;
}

const portAttempts = 3;
/** For a version that is stopped because its start failed or was cancelled. */
const failedStartGrace = 5_000;

/**
 * Starts a version in a slot and waits until it answers. `unfinished` is a start that an earlier attempt of the same effect left behind:
 * if its process lives it is adopted, and not started a second time. Throws the signal's reason where the start is to be left to a later attempt.
 */
export async function launch(request: LaunchRequest, unfinished?: Slot): Promise<DriverResult> {
  for (let attempt = 1; ; attempt += 1) {
    const adopted = attempt === 1 && unfinished && findLeader(unfinished) ? unfinished : undefined;
    if (!adopted && unfinished) await stopInstance(unfinished, failedStartGrace, request.caller.heartbeat);
    const slot = adopted ?? (await start(request));
    const { problem, portLost, address } = await waitForAnswer(request, slot);
    if (address !== undefined) {
      await request.record({ ...slot, process: findLeader(slot) ?? slot.process, phase: 'running', address });
      return {
        ok: true,
        summary: `${slot.version} runs in ${request.slot} at ${address}`,
        slot: request.slot,
        logFile: slot.log,
      };
    }
    await stopInstance(slot, failedStartGrace, request.caller.heartbeat);
    await request.record({ ...slot, phase: 'stopped' });
    if (portLost && attempt < portAttempts) continue;
    const { tail } = await readLogEnd(slot.log, (text) => request.secrets.redact(text));
    return {
      ok: false,
      summary: `${slot.version} did not start: ${problem ?? 'no answer'}`,
      slot: request.slot,
      logFile: slot.log,
      tail,
    };
  }
}

async function start({
  paths,
  slot: name,
  target,
  directory,
  service,
  caller,
  secrets,
  record,
}: LaunchRequest): Promise<Slot> {
  const variables = await secrets.resolveEnv(service.env);
  const instance = randomUUID();
  await mkdir(paths.logs, { recursive: true, mode: 0o700 });
  const slot: Slot = {
    version: target.version,
    commit: target.commit,
    directory,
    service,
    key: caller.key,
    instance,
    port: await freePort(),
    log: join(paths.logs, `${treeName(target.version, target.commit)}.${instance.slice(0, 8)}.log`),
    phase: 'starting',
    startedAt: Date.now(),
  };
  await record(slot);
  const environment = commandEnvironment(
    { pass: service.pass, target: { ...target, slot: name } },
    caller,
    variables,
    process.env,
  );
  // The key is the effect's: what a service runs later is none of its commands.
  delete environment['SLUICE_IDEMPOTENCY_KEY'];
  const output = await childOutput(slot.log);
  try {
    const child = spawn('/bin/sh', ['-c', service.start], {
      cwd: directory,
      env: { ...environment, PORT: String(slot.port), [instanceVariable]: instance },
      // A group and session of its own: it outlives this worker, and a Ctrl-C in its terminal.
      detached: true,
      stdio: ['ignore', output.stdio, output.stdio],
    });
    exits.set(
      instance,
      new Promise((resolve) => {
        child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
        child.once('error', (error) => resolve(error.message));
      }),
    );
    child.unref();
    const leader = child.pid === undefined ? undefined : identify(child.pid);
    const started: Slot = leader ? { ...slot, process: leader } : slot;
    await record(started);
    return started;
  } finally {
    await output.close();
  }
}

/** How the versions that this process started have ended, for the message. */
const exits = new Map<string, Promise<string>>();
/** The system shows that a process has ended a little before its parent hears of it. */
const heardWithin = 2_000;

async function howItEnded(instance: string): Promise<string> {
  const exit = exits.get(instance);
  exits.delete(instance);
  const how = await Promise.race([exit, sleep(exit ? heardWithin : 0, undefined, { ref: false })]);
  return how === undefined ? '' : `with ${how} `;
}

interface Waited {
  readonly address?: string;
  readonly problem?: string;
  /** Somebody else took the port between choosing and using it. */
  readonly portLost?: boolean;
}

async function waitForAnswer({ caller, service }: LaunchRequest, slot: Slot): Promise<Waited> {
  const deadline = slot.startedAt + service.startWithin;
  while (!caller.signal.aborted) {
    caller.heartbeat();
    if (!findLeader(slot) && membersOf(slot).length === 0) {
      return {
        problem: `it ended ${await howItEnded(slot.instance)}before it answered`,
        portLost: await isTaken(slot.port),
      };
    }
    const address = await answeringAddress(slot.port, service.path, caller.signal);
    // Somebody else's answer on a port that was lost is none: the version must still be there.
    if (address !== undefined && membersOf(slot).length > 0) return { address };
    if (Date.now() > deadline) return { problem: silence(slot, service) };
    await sleep(50, undefined, { signal: caller.signal }).catch(() => undefined);
  }
  if (leavesRunning(caller.signal.reason)) throw caller.signal.reason;
  return { problem: 'it was cancelled, and has stopped' };
}

function silence(slot: Slot, { startWithin }: Service): string {
  const time = formatDuration(startWithin);
  const ports = listeningPorts(membersOf(slot));
  if (ports.includes(slot.port))
    return `it listens on $PORT (${slot.port}) but answered no HTTP request within ${time}`;
  if (ports.length > 0)
    return `it listens on port ${ports.join(', ')} and not on $PORT (${slot.port}): let it listen on the PORT variable`;
  return `it did not listen on $PORT (${slot.port}) within ${time}`;
}
