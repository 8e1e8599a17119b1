import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { type Sluice } from '../../src/client/index.ts';
import { decide } from '../../src/client/cli/commands/decide.ts';
import { decisionCommands } from '../../src/client/cli/decision-commands.ts';
import { createIo, type Failure } from '../../src/client/cli/io.ts';
import type { TestServer } from '../support/temporal.ts';
import { connected } from './support/connected.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';

quietRuntime();

const require = createRequire(import.meta.url);

let server: TestServer;
let sluice: Sluice;
connected((to) => ({ server, sluice } = to));

const command = decisionCommands.find(({ kind }) => kind === 'approve');

/** `sluice approve …`, and everything that it says. */
async function approve(run: string, by = 'alice', interactive = false) {
  const said: string[] = [];
  const failures: Failure[] = [];
  const io = {
    ...createIo(false),
    interactive,
    result: (_document: unknown, text: string) => void said.push(text),
    note: (text: string) => void said.push(text),
    fail: (failure: Failure) => {
      failures.push(failure);
      return failure.exitCode;
    },
  };
  if (!command) throw new Error('there is no approve');
  const code = await decide(command, io, [run], {
    by,
    ...(interactive ? {} : { yes: true as const }),
    address: server.address,
  });
  return { code, said: said.join('\n'), failure: failures[0]?.message };
}

/** `sluice watch`, and Ctrl-C once it has shown the run. */
async function watchAndInterrupt(run: string) {
  const main = require.resolve('../../src/client/cli/main.ts');
  const child = spawn(process.execPath, [main, 'watch', run, '--address', server.address], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [code] = (await ended) as [number | null];
  return { code, said };
}

it('[PL-2] Ctrl-C leaves a watched run alone, and a product means the run that waits for the decision, not the newest one', async () => {
  const product = `gated-${process.pid}`;
  const taskQueue = product;
  const start = (version: string, waits: boolean) => {
    const run = `release/${product}/v${version}`;
    return server.client.workflow.start('release', {
      taskQueue,
      workflowId: run,
      args: [{ run, waits }],
      typedSearchAttributes: [
        { key: defineSearchAttributeKey('SluiceProduct', SearchAttributeType.KEYWORD), value: product },
      ],
    });
  };
  const worker = await Worker.create({
    connection: server.nativeConnection,
    taskQueue,
    workflowsPath: require.resolve('./support/gated-run.ts'),
  });
  await worker.runUntil(async () => {
    const first = await start('1.0.0', true);
    const second = await start('1.1.0', false);
    const third = await start('1.2.0', true);
    await expect.poll(() => sluice.list({ product, open: true }), { timeout: 15_000 }).toHaveLength(3);

    await expect(approve(product)).rejects.toThrow(
      `several runs of ${product} wait for a decision: say which, ${third.workflowId} or ${first.workflowId}`,
    );
    expect(await approve(third.workflowId, 'mallory')).toMatchObject({
      code: 4,
      failure: expect.stringContaining('alice may. Say --by NAME, or set SLUICE_USER') as string,
    });
    expect((await approve(third.workflowId)).code).toBe(0);
    await third.result();
    await expect.poll(() => sluice.list({ product, open: true }), { timeout: 15_000 }).toHaveLength(2);

    expect(await watchAndInterrupt(second.workflowId)).toEqual({
      code: 130,
      said: `The run goes on. Look again with: sluice watch ${second.workflowId}\n`,
    });

    const { code, said } = await approve(product);
    expect(code).toBe(0);
    expect(said).toContain(
      `2 runs of ${product} are open; ${first.workflowId} is the one that waits for this.`,
    );
    await first.result();
    // No gate takes it any more: a person at a terminal is told, and not asked first.
    expect(await approve(second.workflowId, 'alice', true)).toMatchObject({ code: 4 });
    await second.executeUpdate('end');
    await second.result();
  });
});
