import { readFile, stat, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { parseProductConfig } from '../../../domain/config/parse.ts';
import { formatProblem } from '../../../domain/config/problem.ts';
import { findProjects, productName } from '../../../domain/projects/find.ts';
import { decisionsOf, firstConfig, type Findings } from '../../../domain/projects/first-config.ts';
import { InvalidInput } from '../../errors.ts';
import { isFree } from '../doctor/ports.ts';
import { exitCodes } from '../exit-codes.ts';
import { git } from '../git.ts';
import { whoAmI } from '../identity.ts';
import type { Io } from '../io.ts';
import { readHints, readRepositoryFiles } from '../repository-files.ts';

/** `sluice init`: a first `sluice.yaml` from what is there. Overwrites nothing but an empty file. */
export async function init(io: Io, [directory = '.']: string[]): Promise<number> {
  const root = resolve(directory);
  const file = resolve(root, 'sluice.yaml');
  const shown = relative(process.cwd(), file) || file;
  const there = await stat(root).catch(() => undefined);
  if (!there?.isDirectory()) throw new InvalidInput([`${directory} is no directory`]);
  const findings = await lookAround(root);
  const decide = decisionsOf(findings);
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
    { file, product: findings.product, found: findings.found.projects.map(({ kind }) => kind), decide },
    [
      `${io.paint.good('✔')} wrote ${shown}`,
      '',
      ...text
        .trimEnd()
        .split('\n')
        .map((line) => `  ${io.paint.faint(line)}`),
      '',
      ...(decide.length > 0
        ? [
            `${io.paint.attention('!')} ${decide.length === 1 ? 'One thing is' : `${decide.length} things are`} for you to decide: see "Decide" in ${shown}`,
          ]
        : []),
      `Look it over, then: ${io.paint.busy('sluice doctor')} and ${io.paint.busy('sluice up')}`,
    ].join('\n'),
  );
  return exitCodes.done;
}

async function lookAround(root: string): Promise<Findings> {
  const [files, hints] = await Promise.all([readRepositoryFiles(root), readHints(root)]);
  const found = findProjects(files);
  // What git says where it has no answer is none: a directory need not be a repository.
  const told = async (...args: string[]): Promise<string> => {
    const { ok, output } = await git(root, ...args);
    return ok ? output : '';
  };
  const remotes = (await told('remote')).split('\n').filter(Boolean);
  const remote = remotes.includes('origin') ? 'origin' : remotes[0];
  const url = remote ? await told('remote', 'get-url', remote) : '';
  const head = remote ? await told('symbolic-ref', '--short', `refs/remotes/${remote}/HEAD`) : '';
  const branch = head ? head.replace(`${remote ?? ''}/`, '') : await told('symbolic-ref', '--short', 'HEAD');
  return {
    product: productName(found, root),
    remote,
    github: /github\.com[:/]([^/\s]+\/[^/\s]+?)(?:\.git)?$/.exec(url)?.[1],
    main: branch || 'main',
    approver: whoAmI(undefined),
    prefix: await told('rev-parse', '--show-prefix'),
    ports: { staging: await freeFrom(4100), production: await freeFrom(4200) },
    found,
    ...hints,
  };
}

/** The first port that nobody has: another product on this host may have the usual one. */
async function freeFrom(first: number): Promise<number> {
  for (let port = first; port < first + 100; port += 1) if (await isFree(port)) return port;
  return first;
}
