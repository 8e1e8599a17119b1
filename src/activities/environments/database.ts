import { existsSync } from 'node:fs';
import { chmod, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CommandConfig } from '../../domain/config/schema.ts';
import type { DatabaseAction } from '../../domain/environments/database-commands.ts';
import { databaseCommand, databaseFailure } from '../../domain/environments/database-commands.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import { effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { asOutcome } from '../errors.ts';
import { frozenEnvironment, placeOf } from '../frozen.ts';
import type { CommandResult, EffectContext, Target } from '../ports/index.ts';
import { backupFile, treeOf } from './trees.ts';

export interface DatabaseRequest {
  readonly target: Target;
  /** Names the backup among those of the run: the same for backup, proof and restore. */
  readonly backup: string;
}

/** Backup, proof, migration and restore: the user's commands, or PostgreSQL's own tools (RW-6, RW-9, RW-15). */
export function databaseActivities(deps: Deps) {
  return {
    async database(ref: StepRef, action: DatabaseAction, request: DatabaseRequest): Promise<EffectOutcome> {
      const context = effectContext(ref);
      return asOutcome(async () => {
        const { environment, target } = changes.has(action)
          ? await placeOf(deps, ref, request.target)
          : await frozenEnvironment(deps, ref, request.target);
        const { database } = environment;
        const command = database && databaseCommand(database, action);
        if (!command)
          return { ok: true, summary: `nothing to do: ${target.environment} has no ${action} command` };
        const file = backupFile(
          deps,
          target.product,
          target.environment,
          `${context.run}/${ref.run ?? ''}/${request.backup}`,
        );
        await makePrivate(deps, path.dirname(file));
        if (needsBackup(action) && !existsSync(file)) {
          return { ok: false, summary: `the backup ${file} is not there` };
        }
        const result = await runCommand(deps, command, target, context, { SLUICE_BACKUP: file });
        if (result.ok) return action === 'backup' ? withBackup(result, file) : result;
        const said = databaseFailure(database, action, result.tail ?? '');
        return said ? { ...result, summary: `${result.summary}: ${said}` } : result;
      });
    },
  };
}

/** Those that change the database: the catalog has to know the environment still. */
const changes: ReadonlySet<DatabaseAction> = new Set(['migrate', 'restore', 'undo']);

function needsBackup(action: DatabaseAction): boolean {
  return action === 'verifyBackup' || action === 'restore';
}

/** A backup holds the customers' data: nobody but the worker's user may read it, whatever the backup command's umask. */
async function makePrivate(deps: Deps, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Made by an earlier version of Sluice, it may still be open to others.
  await chmod(path.join(deps.directory, 'backups'), 0o700);
}

/** A backup command that succeeds without a backup is a failure. */
async function withBackup(result: EffectOutcome, file: string): Promise<EffectOutcome> {
  if (!existsSync(file))
    return {
      ...result,
      ok: false,
      summary: `the backup command succeeded, but wrote nothing to $SLUICE_BACKUP`,
    };
  const { size } = await stat(file);
  if (size === 0) return { ...result, ok: false, summary: 'the backup is empty' };
  return {
    ...result,
    summary: `backed up ${formatBytes(size)}`,
    facts: { ...result.facts, backup: file, bytes: size },
  };
}

/** Runs a command of the configuration in the tree of the target's commit. */
export async function runCommand(
  deps: Deps,
  command: CommandConfig,
  target: Target,
  context: EffectContext,
  env: Readonly<Record<string, string>>,
): Promise<EffectOutcome> {
  const tree = await treeOf(deps, target.product, target.commit, 'commands');
  for (let attempt = 0; ; attempt += 1) {
    const result = await deps.commands.run(
      {
        run: command.run,
        directory: command.directory ? path.join(tree, command.directory) : tree,
        timeout: command.timeout,
        idempotent: command.idempotent,
        pass: command.pass,
        env: { ...command.env, ...env },
        target,
      },
      { ...context, key: `${context.key}/${attempt}` },
    );
    const ok = result.end === 'exited' && result.exitCode === 0;
    if (ok || result.end !== 'exited' || attempt >= command.retries) return fromCommand(result);
  }
}

export function fromCommand(result: CommandResult): EffectOutcome {
  const ok = result.end === 'exited' && result.exitCode === 0;
  return {
    ok,
    summary: result.summary,
    // Why it failed is mostly said on stderr.
    log: !ok && result.stderrTail ? result.stderrFile : result.stdoutFile,
    tail: [result.stdoutTail, result.stderrTail].filter(Boolean).join('\n').slice(-2_000),
    ...(result.end === 'unknown' ? { unknown: true } : {}),
    ...(result.outputs ? { facts: { outputs: result.outputs } } : {}),
  };
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
