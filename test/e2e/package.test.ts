import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const directory = mkdtempSync(path.join(tmpdir(), 'sluice-package-'));

function run(command: string, args: readonly string[], cwd = directory): string {
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What `npm pack` makes, installed in a directory of its own, as a user of the package has it. */
beforeAll(() => {
  if (!existsSync(path.join(root, 'dist/workflow-bundle.js'))) run('npm', ['run', 'build'], root);
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', directory], root),
  ) as { filename: string }[];
  writeFileSync(
    path.join(directory, 'package.json'),
    JSON.stringify({ name: 'user', private: true, type: 'module', allowScripts: { node: true } }),
  );
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${packed?.filename ?? ''}`]);
}, 300_000);

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

it('[PL-2] the package brings the command line', () => {
  expect(run('npx', ['sluice', '--help'])).toContain('Start and see:');
  expect(JSON.parse(run('npx', ['sluice', 'schema', 'status']))).toMatchObject({ type: 'object' });
});

it('[PL-4] the package brings the library with its types', () => {
  writeFileSync(
    path.join(directory, 'use.ts'),
    [
      "import { connect, type Sluice } from 'sluice';",
      'export async function approve(run: string): Promise<boolean> {',
      "  const sluice: Sluice = await connect({ address: '127.0.0.1:7233' });",
      "  const { accepted } = await sluice.send('approve', run, { by: 'alice' });",
      '  await sluice.close();',
      '  return accepted;',
      '}',
    ].join('\n'),
  );
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  run(process.execPath, [
    compiler,
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    'use.ts',
  ]);
  expect(
    run(process.execPath, [
      '--input-type=module',
      '-e',
      "console.log(typeof (await import('sluice')).connect)",
    ]).trim(),
  ).toBe('function');
}, 120_000);
