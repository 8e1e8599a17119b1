import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { freePorts } from './free-ports.ts';

export interface Haproxy {
  /** Where users come in. */
  readonly url: string;
  readonly socket: string;
  readonly pid: () => number;
  /** Asks its runtime API, as an operator would. */
  ask(command: string): Promise<string>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again with the same configuration and ports: weights are those of the file. */
  restart(): Promise<void>;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

/**
 * A real HAProxy with the configuration that docs/routers.md shows, on ports of its own.
 * @param edit for tests of configurations that are not right
 */
export async function startHaproxy(
  servers: { readonly blue: string; readonly green: string },
  edit: (config: string) => string = (config) => config,
): Promise<Haproxy> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sluice-haproxy-'));
  const socket = path.join(directory, 'shop.sock');
  const file = path.join(directory, 'haproxy.cfg');
  let child: ChildProcess | undefined;
  let output = '';

  const hasEnded = () => !child || child.exitCode !== null || child.signalCode !== null;
  const ask = (command: string) => askSocket(socket, command);
  /** False where it ended by itself. */
  const start = async (): Promise<boolean> => {
    const started = spawn('/usr/sbin/haproxy', ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (data: Buffer) => (output += data.toString()));
    return vi.waitFor(
      async () => {
        if (hasEnded()) return false;
        expect(await ask('show info'), output).toContain(`Pid: ${started.pid ?? 0}`);
        return true;
      },
      { timeout: 20_000 },
    );
  };
  const end = async (): Promise<void> => {
    if (!child || hasEnded()) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };

  let port = 0;
  for (let attempt = 1; ; attempt += 1) {
    [port = 0] = await freePorts(1);
    const config = replaceAll(await documented(), {
      '/run/haproxy/shop.sock': socket,
      '127.0.0.1:8080': `127.0.0.1:${port}`,
      '127.0.0.1:4001': new URL(servers.blue).host,
      '127.0.0.1:4002': new URL(servers.green).host,
    });
    await writeFile(file, edit(config));
    if (await start()) break;
    // Somebody else may have taken the port in between.
    if (attempt === 5) throw new Error(`HAProxy does not start: ${output}`);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    socket,
    pid: () => child?.pid ?? 0,
    ask,
    kill: end,
    restart: async () => {
      await end();
      expect(await start(), output).toBe(true);
    },
    close: async () => {
      await end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function documented(): Promise<string> {
  const page = await readFile(path.join(import.meta.dirname, '../../docs/routers.md'), 'utf8');
  const [, config] = /```haproxy\n([\s\S]*?)```/.exec(page) ?? [];
  if (config === undefined) throw new Error('docs/routers.md shows no configuration of HAProxy');
  return config;
}

function replaceAll(text: string, places: Readonly<Record<string, string>>): string {
  return Object.entries(places).reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`docs/routers.md does not mention ${from}`);
    return all.replaceAll(from, to);
  }, text);
}

async function askSocket(socket: string, command: string): Promise<string> {
  const connection = connect(socket).setEncoding('utf8');
  connection.write(`${command}\n`);
  let answer = '';
  for await (const piece of connection) answer += piece as string;
  return answer;
}
