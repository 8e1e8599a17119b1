import { access, readFile, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { parseProductConfig } from '../../../domain/config/parse.ts';
import { formatProblem } from '../../../domain/config/problem.ts';
import { InvalidInput } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { firstConfig, type Findings } from '../first-config.ts';
import { git } from '../git.ts';
import { whoAmI } from '../identity.ts';
import type { Io } from '../io.ts';

/** `sluice init`: a first `sluice.yaml` from what is there. Overwrites nothing but an empty file. */
export async function init(io: Io, [directory = '.']: string[]): Promise<number> {
  const root = resolve(directory);
  const file = resolve(root, 'sluice.yaml');
  const shown = relative(process.cwd(), file) || file;
  const findings = await lookAround(root);
  const text = firstConfig(findings);
  const parsed = parseProductConfig(text, shown);
  if (!parsed.ok) throw new InvalidInput(parsed.problems.map(formatProblem));
  try {
    const empty = (await readFile(file, 'utf8').catch(() => undefined))?.trim() === '';
    await writeFile(file, text, { flag: empty ? 'w' : 'wx' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new InvalidInput([
      code === 'EEXIST'
        ? `${shown} is already there; it was left as it is`
        : `${shown} can't be written (${code ?? String(error)})`,
    ]);
  }
  io.result(
    { file, product: findings.product },
    [
      `${io.paint.good('✔')} wrote ${shown}`,
      '',
      ...text
        .trimEnd()
        .split('\n')
        .map((line) => `  ${io.paint.faint(line)}`),
      '',
      `Look it over, then: ${io.paint.busy('sluice doctor')} and ${io.paint.busy('sluice up')}`,
    ].join('\n'),
  );
  return exitCodes.done;
}

async function lookAround(root: string): Promise<Findings> {
  const manifest = await readManifest(root);
  const remotes = (await git(root, 'remote')).output.split('\n').filter(Boolean);
  const remote = remotes.includes('origin') ? 'origin' : remotes[0];
  const url = remote ? (await git(root, 'remote', 'get-url', remote)).output : '';
  const head = remote ? await git(root, 'symbolic-ref', '--short', `refs/remotes/${remote}/HEAD`) : undefined;
  const branch = head?.ok
    ? head.output.replace(`${remote ?? ''}/`, '')
    : (await git(root, 'symbolic-ref', '--short', 'HEAD')).output;
  const scripts = Object.entries(manifest.scripts ?? {})
    // What npm init writes fails always.
    .filter(([, line]) => !String(line).includes('no test specified'))
    .map(([name]) => name);
  const start = await findStart(root, scripts, manifest.main);
  const installs = start !== undefined && (await isThere(resolve(root, 'package-lock.json')));
  return {
    product: nameOf(manifest.name ?? root.split('/').at(-1) ?? 'product'),
    remote,
    github: /github\.com[:/]([^/\s]+\/[^/\s]+?)(?:\.git)?$/.exec(url)?.[1],
    main: branch || 'main',
    scripts,
    start,
    install: installs ? 'npm ci --omit=dev' : undefined,
    approver: whoAmI(undefined),
  };
}

/** A start script, else a file that is there: a guess at a missing one would only fail in staging. */
async function findStart(
  root: string,
  scripts: readonly string[],
  main: unknown,
): Promise<string | undefined> {
  if (scripts.includes('start')) return 'npm start';
  const files = [
    ...(typeof main === 'string' ? [main] : []),
    'server.js',
    'server.mjs',
    'index.js',
    'app.js',
  ];
  for (const file of files) if (await isThere(resolve(root, file))) return `node ${file}`;
  return undefined;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

interface Manifest {
  readonly name?: string;
  readonly main?: unknown;
  readonly scripts?: Readonly<Record<string, unknown>>;
}

async function readManifest(root: string): Promise<Manifest> {
  try {
    const value: unknown = JSON.parse(await readFile(resolve(root, 'package.json'), 'utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** `@acme/Corner Shop` → `corner-shop`. */
function nameOf(text: string): string {
  const name = text
    .replace(/^@[^/]*\//, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  return name === '' ? 'product' : name;
}
