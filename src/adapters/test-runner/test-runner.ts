import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CheckConfig } from '../../domain/config/schema.ts';
import type {
  CheckResult,
  CommandResult,
  CommandRunner,
  EffectContext,
  TestRunner,
} from '../../activities/ports/index.ts';
import { leavesRunning } from '../../domain/run/attempt-ends.ts';
import { replaceFile } from '../files/replace-file.ts';
import type { Try } from './judge.ts';
import { judge } from './judge.ts';
import { readJUnit } from './junit.ts';
import { readPlain } from './plain.ts';
import type { Report } from './report.ts';
import { readTap } from './tap.ts';

type Request = Parameters<TestRunner['run']>[0];

/**
 * Runs checks through the command runner and reads their reports: JUnit XML from files, TAP from stdout, or nothing but
 * the exit code. Checks are repeatable by nature, so one whose outcome was lost with its host runs again.
 * `redact` is applied to what comes out of reports, as tails are redacted already.
 */
export function createTestRunner(deps: {
  readonly commands: CommandRunner;
  readonly redact?: (text: string) => string;
}): TestRunner {
  const redact = deps.redact ?? ((text) => text);
  return {
    async run(request, context) {
      const most = request.check.retries + 1;
      for (let attempt = 1; ; attempt += 1) {
        // A key of its own for each, so that a worker that comes back finds every one of them again.
        const key = `${context.key}/${request.name}/${attempt}`;
        const { result, final } = await runOnce(request, { ...context, key }, deps.commands);
        if (result.ok || final || attempt >= most || isCancelled(context.signal))
          return conclude(result, attempt, most, redact);
        context.log.warn('the check failed and is tried again, as its configuration asks', {
          check: request.name,
          attempt,
        });
      }
    },
  };
}

/** A worker that stops is no reason to give up: the next try throws then, and a later attempt goes on with it. */
const isCancelled = (signal: AbortSignal): boolean => signal.aborted && !leavesRunning(signal.reason);

async function runOnce(
  { check, directory: root, target, env }: Request,
  context: EffectContext,
  commands: CommandRunner,
): Promise<{ readonly result: Try; readonly final: boolean }> {
  const directory = check.directory ? join(root, check.directory) : root;
  const command = await commands.run(
    {
      run: check.run,
      directory,
      timeout: check.timeout,
      idempotent: true,
      pass: check.pass,
      env: { ...check.env, ...env },
      target,
    },
    context,
  );
  const final = !(
    command.end === 'timed-out' ||
    (command.end === 'exited' && command.exitCode !== 126 && command.exitCode !== 127)
  );
  if (final || command.end === 'timed-out') return { result: judge(command, undefined), final };

  // Kept beside the log: a later try overwrites the report, and a worker that comes back asks for this one again.
  const kept = join(dirname(command.stdoutFile), 'check.json');
  const before = await readKept(kept);
  if (before) return { result: before, final };
  const result = judge(command, await readReport(check, directory, command));
  await replaceFile(kept, JSON.stringify(result));
  return { result, final };
}

function readReport(check: CheckConfig, directory: string, command: CommandResult): Promise<Report> {
  switch (check.report.format) {
    case 'junit':
      return readJUnit(directory, check.report.files, command.startedAt ?? 0);
    case 'tap':
      return readTap(command.stdoutFile);
    case 'plain': {
      const report = readPlain(command.stdoutTail);
      return Promise.resolve(report.kind === 'silent' ? readPlain(command.stderrTail) : report);
    }
  }
}

function conclude(
  result: Try,
  attempts: number,
  most: number,
  redact: (text: string) => string,
): CheckResult {
  const times =
    most === 1
      ? ''
      : result.ok
        ? attempts > 1
          ? `, on attempt ${attempts} of ${most}`
          : ''
        : ` (${attempts} of ${most} attempts)`;
  return {
    ...result,
    summary: redact(`${result.summary}${times}`),
    failures: result.failures.map(({ name, message }) => ({ name: redact(name), message: redact(message) })),
    attempts,
  };
}

async function readKept(path: string): Promise<Try | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Try;
  } catch {
    return undefined;
  }
}
