import { execa } from 'execa';
import type { Beside } from './beside.ts';
import { createBeside } from './beside.ts';
import type { AskedCommand, Ended } from './beside-messages.ts';
import { gitEnvironment } from './environment.ts';
import { runCommand, settingsOf } from './run-command.ts';

/** Who commits and tags in Sluice's name. */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

export interface GitOptions {
  /** A bare repository (`--git-dir`) or, with `worktree`, a directory that git runs in. */
  readonly cwd: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; the default is enough for a large fetch. */
  readonly timeout?: number;
}

export interface GitResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** No git command lives longer. */
export const longestCommand = 600_000;

/**
 * The person's git configuration holds (credentials, proxies), except what would run programs of theirs, sign, or rewrite content.
 * Garbage collection stays in the foreground, so that nothing goes on after us.
 */
export const gitArguments: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.autocrlf=false',
  'core.quotePath=false',
  'core.attributesFile=',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'push.gpgSign=false',
  'push.followTags=false',
  'push.recurseSubmodules=no',
  'fetch.recurseSubmodules=no',
  // Walks are quicker by it, and right where clocks of commits are wrong.
  'fetch.writeCommitGraph=true',
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
  'rerere.enabled=false',
  'merge.renormalize=false',
  'i18n.logOutputEncoding=UTF-8',
  'i18n.commitEncoding=UTF-8',
  'advice.detachedHead=false',
  'advice.graftFileDeprecated=false',
  'color.ui=false',
  'log.showSignature=false',
  'core.logAllRefUpdates=false',
].flatMap((setting) => ['-c', setting]);

/** Runs git. A "no" is a result, not an exception; only a git that can't be started throws. */
export async function git(args: readonly string[], options: GitOptions): Promise<GitResult> {
  const result = await run(args, options, 'utf8');
  return {
    ok: result.exitCode === 0 && !result.timedOut,
    stdout: result.stdout as string,
    stderr: redact(asText(result.stderr)),
    timedOut: result.timedOut,
  };
}

/** The bytes that git prints; undefined where it says no. */
export async function gitBytes(
  args: readonly string[],
  options: GitOptions,
): Promise<Uint8Array | undefined> {
  const result = await run(args, options, 'buffer');
  return result.exitCode === 0 && !result.timedOut ? (result.stdout as Uint8Array) : undefined;
}

/** Runs git and hands on what it prints while it prints it: no history is too long for that. */
export async function gitStream(
  args: readonly string[],
  options: GitOptions,
  onText: (text: string) => void,
): Promise<GitResult> {
  const command = commandOf(args, options, 'utf8');
  const child = execa('git', command.args, {
    ...settingsOf(command),
    env: command.env,
    encoding: 'utf8',
    buffer: { stdout: false, stderr: true },
  });
  child.stdout.setEncoding('utf8').on('data', onText);
  const result = await child;
  requireAnswer(args, options, result);
  return {
    ok: result.exitCode === 0 && !result.timedOut,
    stdout: '',
    stderr: redact(asText(result.stderr)),
    timedOut: result.timedOut,
  };
}

/** From now on a small process runs git for this one, which is a worker with hundreds of megabytes. */
export function runGitBeside(): void {
  beside ??= createBeside();
}
let beside: Beside | undefined;

async function run(
  args: readonly string[],
  options: GitOptions,
  encoding: AskedCommand['encoding'],
): Promise<Ended> {
  const command = commandOf(args, options, encoding);
  const result = (await beside?.(command)) ?? (await runCommand(command));
  requireAnswer(args, options, result);
  return result;
}

const commandOf = (
  args: readonly string[],
  { cwd, env, input, timeout = longestCommand }: GitOptions,
  encoding: AskedCommand['encoding'],
): AskedCommand => ({
  ...{ cwd, encoding },
  args: [...gitArguments, ...args],
  env: { ...gitEnvironment(process.env), ...env },
  ...(input === undefined ? {} : { input }),
  timeout: Math.min(timeout, longestCommand),
});

/** How a process ended that may have given no answer. */
type Unanswered = { readonly [K in Exclude<keyof Ended, 'stdout' | 'stderr'>]?: Ended[K] };

function requireAnswer(args: readonly string[], options: GitOptions, result: Unanswered): void {
  // Ctrl-C in the terminal of a worker reaches git as well: that is no answer of git's, and is tried again.
  if (result.signal !== undefined && !result.timedOut && !result.isMaxBuffer)
    throw new Error(`git ${args[0] ?? ''} was ended by ${result.signal} before it was done`);
  if (result.exitCode === undefined && !result.timedOut && result.signal === undefined) {
    if (result.code === 'ENOENT')
      throw new Error(
        `git can't be started in ${options.cwd}: install git (2.30 or newer) and see that the directory exists.`,
      );
    throw new Error(`git ${args[0] ?? ''} could not be run: ${result.shortMessage ?? 'unknown reason'}`);
  }
}

export function identityEnv(identity: Identity): Record<string, string> {
  const { name, email } = identity;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

/** Takes passwords and tokens out of URLs. */
export const redact = (text: string) => text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');

const asText = (value: unknown) =>
  typeof value === 'string' ? value : value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
