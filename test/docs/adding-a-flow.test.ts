import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyText } from '../replay/support/history-file.ts';
import { testServer, type TestServer } from '../support/temporal.ts';

const root = path.join(import.meta.dirname, '../..');
const run = promisify(execFile);
/** What of the source tree a flow's developer works in. */
const parts = ['src', 'test', 'scripts', 'docs', 'examples', 'package.json', 'package-lock.json', 'tsconfig.json'];

let copy: string;
let server: TestServer | undefined;
let worker: ChildProcess | undefined;
/** Lines that were written by hand, by file. */
let written: ReadonlyMap<string, number>;

/** The files of the page, `path` before each block, as they are put into the copy. */
async function applyPage(page: string): Promise<Map<string, number>> {
  const lines = new Map<string, number>();
  for (const [, file = '', kind, block = ''] of page.matchAll(/^`([\w./-]+)`\n\n```(ts|diff)\n([^]*?)^```$/gm)) {
    const target = path.join(copy, file);
    if (kind === 'ts') {
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, block, { flag: 'wx' });
      lines.set(file, block.trimEnd().split('\n').length);
    } else {
      await writeFile(target, applyDiff(await readFile(target, 'utf8'), block.trimEnd().split('\n')));
      lines.set(file, block.match(/^\+/gm)?.length ?? 0);
    }
  }
  return lines;
}

/** Puts each line with a plus behind the line that stands before it. */
function applyDiff(text: string, diff: readonly string[]): string {
  const lines = text.split('\n');
  let at = -1;
  for (const line of diff) {
    if (line.startsWith('+')) lines.splice((at += 1), 0, line.slice(1));
    else at = lines.indexOf(line.slice(1));
    if (at === -1) throw new Error(`there is no line "${line}"`);
  }
  return lines.join('\n');
}

async function filesOf(directory: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const part of parts) {
    const whole = path.join(directory, part);
    const entries = await readdir(whole, { recursive: true, withFileTypes: true }).catch(() => undefined);
    const files = entries?.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
    for (const file of files ?? [whole])
      found.set(path.relative(directory, file), await readFile(file, 'latin1'));
  }
  return found;
}

const environment = (namespace = 'default'): NodeJS.ProcessEnv => ({
  ...process.env,
  TEMPORAL_ADDRESS: server?.address,
  TEMPORAL_NAMESPACE: namespace,
  NO_COLOR: '1',
});

/** @returns what the program wrote; where it fails, the error has it too */
async function inCopy(program: string, args: readonly string[], namespace?: string): Promise<string> {
  const { stdout } = await run(program, args, {
    cwd: copy,
    env: environment(namespace),
    maxBuffer: 1e8,
  }).catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${args.join(' ')}: ${error.stdout}${error.stderr}`);
  });
  return stdout;
}

const node = (args: readonly string[], namespace?: string) => inCopy(process.execPath, args, namespace);

beforeAll(async () => {
  server = await testServer();
  copy = await mkdtemp(path.join(tmpdir(), 'sluice-adding-'));
  for (const part of parts) await cp(path.join(root, part), path.join(copy, part), { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  written = await applyPage(await readFile(path.join(root, 'docs/adding-a-flow.md'), 'utf8'));
  await node(['scripts/flow-docs.ts']);
});
afterAll(async () => {
  worker?.kill('SIGTERM');
  await server?.close();
  await rm(copy, { recursive: true, force: true });
});

describe('a flow that is added as docs/adding-a-flow.md has it', { timeout: 300_000 }, () => {
  it('has right types, and is in the build', async () => {
    // What is refused below is compiled from what has changed since.
    const compilerOptions = { incremental: true, tsBuildInfoFile: './copy.tsbuildinfo' };
    const config = { extends: './tsconfig.json', include: ['src', 'test', 'scripts'], compilerOptions };
    await writeFile(path.join(copy, 'tsconfig.copy.json'), JSON.stringify(config));
    await node(['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.copy.json']);
    await node(['scripts/build-workflow-bundle.ts']);
    expect(await readFile(path.join(copy, 'dist/workflow-bundle.js'), 'utf8')).toContain('note.write');
    await rm(path.join(copy, 'dist'), { recursive: true });
  });

  it('is refused by the build with a sentence where something of it is missing', async () => {
    const [index, flow] = ['src/workflows/index.ts', 'src/domain/note/flow.ts'].map((file) => path.join(copy, file));
    const refused = async (file: string, from: string, to: string, command: readonly string[]) => {
      const whole = await readFile(file, 'utf8');
      expect(whole).toContain(from);
      await writeFile(file, whole.replace(from, to));
      try {
        return await node(command).then(
          () => 'it was taken',
          (error: Error) => error.message,
        );
      } finally {
        await writeFile(file, whole);
      }
    };
    const types = ['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.copy.json'];
    expect(await refused(index!, "export { note } from './note.ts';\n", '', types)).toContain(
      'src/workflows/index.ts exports no workflow note',
    );
    expect(await refused(flow!, "  title: 'Note',\n", '', types)).toContain("Property 'title' is missing");
    expect(await refused(flow!, "title: 'Note'", "title: ''", ['scripts/build-workflow-bundle.ts'])).toContain(
      'the flow note: title says nothing (docs/adding-a-flow.md)',
    );
    await rm(path.join(copy, 'dist'), { recursive: true, force: true });
  });

  it('is started through the library and by the command line, which know it by themselves, and keeps its word', async () => {
    const namespace = `adding-${process.pid}-${Date.now()}`;
    if (!server) throw new Error('there is no server');
    const running = server;
    await running.connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    const main = 'src/client/cli/main.ts';
    worker = spawn(
      process.execPath,
      [main, 'worker', '--catalog', 'examples/shop/sluice.yaml', '--directory', path.join(copy, '.sluice')],
      { cwd: copy, env: environment(namespace), stdio: 'ignore' },
    );
    await writeFile(
      path.join(copy, 'start.ts'),
      `import { connect } from './src/client/index.ts';
await using sluice = await connect();
for (const until = Date.now() + 60_000; !(await sluice.hasWorker().catch(() => false)) && Date.now() < until;)
  await new Promise((resolve) => setTimeout(resolve, 250));
const input = { product: 'shop', line: 'load test done', by: 'carol' };
const preview = await sluice.preview('note', input);
const { run } = await sluice.start('note', input, preview);
const result = await sluice.wait(run);
const lines = (await sluice.account(run)).filter(({ kind }) => kind === 'note').map(({ summary }) => summary);
console.log(JSON.stringify({ preview, result, lines }));
`,
    );
    const told = JSON.parse(await node(['start.ts'], namespace)) as Record<string, unknown>;
    expect(told).toMatchObject({
      preview: { flow: 'note', run: 'note/shop/latest', question: 'Write it into the record as carol?' },
      result: { run: 'note/shop/latest', flow: 'note', outcome: 'succeeded', reason: 'noted: load test done' },
      lines: ['load test done'],
    });
    // What node scripts/record-histories.ts does for every flow, from minutes of scenarios.
    const client = new Client({ connection: running.connection, namespace });
    const history = await client.workflow.getHandle('note/shop/latest').fetchHistory();
    await writeFile(path.join(copy, 'test/replay/histories/0.3/note.json'), historyText(history));
    const line = ['--product', 'shop', '--line', 'once more', '--by', 'carol', '--yes', '--wait', '--json'];
    expect(JSON.parse(await node([main, 'start', 'note', ...line], namespace))).toMatchObject({
      flow: 'note',
      outcome: 'succeeded',
      reason: 'noted: once more',
    });
    await expect(
      node([main, 'start', 'note', '--product', 'shop', '--yes'], namespace),
    ).rejects.toThrow('"line" is missing: say what shall stand in the record');
    expect(await node([main, 'schema', 'note-input'])).toContain('Input of the workflow type note');
  });

  it('passes the test that walks the registry, and its own', async () => {
    const config = `export default { test: { pool: 'forks', testTimeout: 60_000, hookTimeout: 120_000 } };\n`;
    await writeFile(path.join(copy, 'vitest.copy.config.mjs'), config);
    const tests = ['test/domain/flows', 'test/workflows/note.test.ts', 'test/docs/flows.test.ts', 'test/docs/cli.test.ts'];
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.copy.config.mjs'];
    expect(await node([...vitest, ...tests])).toMatch(/Test Files .* passed/);
  });

  it('costs at most eight files, and touches of those that were there the registry and the index of workflows', async () => {
    const [before, after] = await Promise.all([filesOf(root), filesOf(copy)]);
    const changed = [...after].filter(([file, text]) => before.get(file) !== text).map(([file]) => file);
    expect(changed.sort()).toEqual([
      'docs/flows/note.md',
      'src/domain/flows/registry.ts',
      'src/domain/note/flow.ts',
      'src/workflows/index.ts',
      'src/workflows/note.ts',
      'test/replay/histories/0.3/note.json',
      'test/replay/support/note-scenarios.ts',
      'test/workflows/note.test.ts',
    ]);
    expect(changed.filter((file) => before.has(file))).toEqual([
      'src/domain/flows/registry.ts',
      'src/workflows/index.ts',
    ]);
    const ofSource = [...written].filter(([file]) => file.startsWith('src/'));
    expect(ofSource.reduce((sum, [, lines]) => sum + lines, 0)).toBeLessThan(80);
  });
});
