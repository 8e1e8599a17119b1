import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  ensureSearchAttributes,
  startDevServer,
  type DevServer,
  type DevServerOptions,
} from '../../../src/adapters/temporal-server/index.ts';
import { identify } from '../../../src/adapters/processes/identity.ts';
import { searchAttributes } from '../../../src/domain/run/search-attributes.ts';
import { temporalExecutable } from '../../support/temporal-programs.ts';

let directory: string;
const started: DevServer[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-dev-server-'));
});
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
  await rm(directory, { recursive: true, force: true });
});

async function start(options: Partial<DevServerOptions> = {}): Promise<DevServer> {
  const server = await startDevServer({
    executable: await temporalExecutable(),
    directory,
    namespace: 'default',
    searchAttributes,
    headless: true,
    ...options,
  });
  started.push(server);
  return server;
}

async function withClient<T>(server: DevServer, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

const program = async (text: string) => {
  const path = join(directory, 'program');
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
};

describe('the development server', () => {
  it('[PL-6] starts with its UI, in its own process group, and keeps runs over a restart', async () => {
    const first = await start({ headless: false });
    expect((await fetch(first.uiUrl ?? '')).status).toBe(200);
    // The fields behind the bracket of the name: state, parent, process group.
    const stat = await readFile(`/proc/${first.pid}/stat`, 'utf8');
    expect(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]).toBe(String(first.pid));
    await withClient(first, (client) =>
      client.workflow.start('waits', { taskQueue: 'nobody', workflowId: 'kept' }),
    );
    await first.stop();
    expect(identify(first.pid)).toBeUndefined();

    const second = await start({ headless: false });
    expect(second.reused).toBe(false);
    expect([second.address, second.uiUrl]).toEqual([first.address, first.uiUrl]);
    const description = await withClient(second, (client) => client.workflow.getHandle('kept').describe());
    expect(description.status.name).toBe('RUNNING');
  });

  it('takes another port where somebody else has the last one by now', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer((socket) => socket.destroy());
    await new Promise<void>((done) =>
      squatter.listen(Number(first.address.split(':')[1]), '127.0.0.1', done),
    );
    try {
      const second = await start();
      expect(second.address).not.toBe(first.address);
    } finally {
      squatter.close();
    }
  });

  it('[PL-1] keeps runs when it was killed, and starts again', async () => {
    const first = await start();
    await withClient(first, (client) =>
      client.workflow.start('waits', { taskQueue: 'nobody', workflowId: 'kept' }),
    );
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => identify(first.pid)).toBeUndefined();
    const second = await start();
    expect(second).toMatchObject({ reused: false, owned: true });
    const description = await withClient(second, (client) => client.workflow.getHandle('kept').describe());
    expect(description.status.name).toBe('RUNNING');
  });

  it('is one server for two starts at once, which only the first stops', async () => {
    const both = await Promise.all([start({ inMemory: true }), start({ inMemory: true })]);
    expect(both[0].pid).toBe(both[1].pid);
    const [owner, guest] = both[0].owned ? both : [both[1], both[0]];
    expect(guest).toMatchObject({ owned: false, reused: true });
    await guest.stop();
    expect(identify(owner.pid)).toBeDefined();
    await owner.stop();
    expect(identify(owner.pid)).toBeUndefined();
  });

  it('[PL-1] is taken over when the process that started it was killed', async () => {
    const executable = await temporalExecutable();
    const options: DevServerOptions = {
      executable,
      directory,
      namespace: 'default',
      searchAttributes,
      headless: true,
    };
    const module = join(import.meta.dirname, '../../../src/adapters/temporal-server/index.ts');
    const script = `import { startDevServer } from ${JSON.stringify(module)};
      const server = await startDevServer(${JSON.stringify(options)});
      console.log(server.pid); setInterval(() => {}, 1000);`;
    const owner = execFile(process.execPath, ['--input-type=module', '-e', script]);
    const [line] = (await once(owner.stdout!, 'data')) as [string];
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await start()).toMatchObject({ pid: Number(line), reused: true, owned: true });
  });

  it('is replaced when it runs but does not answer', async () => {
    const first = await start({ inMemory: true });
    process.kill(first.pid, 'SIGSTOP');
    const second = await start({ inMemory: true });
    expect(second.reused).toBe(false);
    expect(identify(first.pid)).toBeUndefined();
  });

  it('starts beside a record that is damaged, or of a process that only has the same number', async () => {
    await writeFile(join(directory, 'temporal.json'), '{"server":');
    const first = await start({ inMemory: true });
    await first.stop();
    const foreign = { pid: process.pid, started: 'another time' };
    await writeFile(
      join(directory, 'temporal.json'),
      JSON.stringify({ server: foreign, owner: foreign, address: '127.0.0.1:1', namespace: 'default' }),
    );
    expect((await start({ inMemory: true })).reused).toBe(false);
  });

  it('declares the search attributes, also on a server that lacks them, any number of times', async () => {
    const server = await start({ searchAttributes: [], inMemory: true });
    const connection = await Connection.connect({ address: server.address });
    try {
      await Promise.all([
        ensureSearchAttributes(connection, 'default'),
        ensureSearchAttributes(connection, 'default'),
      ]);
      await ensureSearchAttributes(connection, 'default');
      const list = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
      expect(Object.keys(list.customAttributes)).toEqual(expect.arrayContaining([...searchAttributes]));
    } finally {
      await connection.close();
    }
  });
});

describe('a development server that can not start', () => {
  it('says that the port belongs to another program', async () => {
    const other = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start({ port })).rejects.toThrow(
      `Port ${port}, wanted for the Temporal server, is in use by another program`,
    );
    await expect(start({ headless: false, uiPort: port })).rejects.toThrow(
      `Port ${port}, wanted for the Temporal UI`,
    );
    other.close();
  });

  it('says that the port has a Temporal server already, and how to use it', async () => {
    const port = Number(inject('temporalAddress').split(':')[1]);
    await expect(start({ port })).rejects.toThrow(`set TEMPORAL_ADDRESS=127.0.0.1:${port} to use that one`);
  });

  it('shows the end of the log of a server that died', async () => {
    const executable = await program('echo "disk is full" >&2; exit 7');
    await expect(start({ executable })).rejects.toThrow(
      /ended at its start with exit code 7[^]*disk is full/,
    );
  });

  it('says that the program is missing', async () => {
    await expect(start({ executable: join(directory, 'missing') })).rejects.toThrow(
      /can't be started \(.*ENOENT/,
    );
  });

  it('stops a server that does not answer in time', async () => {
    const executable = await program(`echo $$ > '${directory}/pid'; exec tail -f /dev/null`);
    await expect(start({ executable, patienceMs: 500 })).rejects.toThrow('did not answer within 0.5 s');
    expect(identify(Number(await readFile(join(directory, 'pid'), 'utf8')))).toBeUndefined();
  });
});
