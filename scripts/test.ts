import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { scratchInMemory } from './scratch.ts';

/**
 * Runs the test projects that are named, or those of `npm test`, in lanes beside each other: end-to-end tests wait most of the time, and
 * the others compute meanwhile, with less right to the processors. Where `SLUICE_TEST_REPORTS` names a directory, each lane leaves its
 * report there.
 */
interface Lane {
  readonly projects: readonly string[];
  /** Projects of their own configuration are run only where they are named. */
  readonly config?: string;
  readonly niceness?: number;
}
const lanes: readonly Lane[] = [
  { projects: ['e2e'] },
  { projects: ['domain', 'units', 'flows', 'attacks'], niceness: 1 },
  { projects: ['fleet'], config: 'vitest.fleet.config.ts' },
  { projects: ['faults'], config: 'vitest.faults.config.ts' },
];
/** By themselves these wait for other programs about a third of the time. */
const waiting = ['domain', 'units'];

const root = join(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const chosen = lanes
  .map((lane) => ({
    ...lane,
    projects: lane.projects.filter((each) => (wanted.length === 0 ? !lane.config : wanted.includes(each))),
  }))
  .filter(({ projects }) => projects.length > 0);
const unknown = wanted.filter((each) => !chosen.some(({ projects }) => projects.includes(each)));
if (unknown.length > 0) throw new Error(`there is no project ${unknown.join(', ')}`);
const reports = process.env['SLUICE_TEST_REPORTS'];
if (reports) mkdirSync(reports, { recursive: true });

/** Left alone where somebody says where. */
const scratch = process.env['TMPDIR'] === undefined ? scratchInMemory() : undefined;

async function run({ projects, config, niceness }: Lane): Promise<boolean> {
  const options = [
    ...(config ? [`--config=${config}`] : projects.map((project) => `--project=${project}`)),
    '--reporter=default',
    '--reporter=./test/support/slowest-reporter.ts',
    ...(reports
      ? ['--reporter=json', `--outputFile.json=${join(reports, `${projects.join('-')}.json`)}`]
      : []),
  ];
  const vitest = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...options], {
    cwd: root,
    // Hundreds of processes load the same sources: they are compiled once.
    env: {
      NODE_COMPILE_CACHE: join(root, 'test-artifacts/compile-cache'),
      SLUICE_TEST_WORKERS: projects.every((project) => waiting.includes(project)) ? '3' : '2',
      ...process.env,
      ...(scratch === undefined ? {} : { TMPDIR: scratch }),
    },
    stdio: chosen.length > 1 ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  if (chosen.length > 1 && niceness && vitest.pid) setPriority(vitest.pid, niceness);
  // The lines of two lanes, each whole.
  for (const stream of [vitest.stdout, vitest.stderr])
    if (stream) createInterface({ input: stream }).on('line', (line) => process.stdout.write(`${line}\n`));
  const [code] = (await once(vitest, 'close')) as [number | null];
  return code === 0;
}

const passed = await Promise.all(chosen.map(run));
if (passed.includes(false)) process.exitCode = 1;
