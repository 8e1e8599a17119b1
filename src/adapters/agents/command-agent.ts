import { join } from 'node:path';
import type { Agent, AgentResult, AgentTask } from '../../activities/ports/agents.ts';
import type { CommandResult, CommandRunner } from '../../activities/ports/commands.ts';
import type { SecretResolver } from '../../activities/ports/secrets.ts';
import { agentResultJsonSchema } from '../../domain/agents/schema.ts';
import type { AgentConfig } from '../../domain/config/schema.ts';
import { costSaid, failed, judgeOutput } from './judge-output.ts';
import { readEnd } from './read-end.ts';

export interface CommandAgentOptions {
  readonly commands: CommandRunner;
  /** The agent's configuration; `command` must be there. */
  readonly config: AgentConfig;
  /** Takes known secrets out of what the agent says, before anybody keeps it. */
  readonly secrets?: Pick<SecretResolver, 'redact'>;
}

/** Bytes at the end of the output in which the result has to be. */
const longestOutput = 4 * 1024 * 1024;

/**
 * An agent that is a program: the task as JSON on stdin, the result as JSON on stdout (BY-9). It sees the variables
 * that its configuration lists and no others, so no credential of a deployment; it runs in the task's work directory.
 */
export function createCommandAgent({ commands, config, secrets }: CommandAgentOptions): Agent {
  const { command } = config;
  if (!command) throw new TypeError('an agent without a command: people are asked by the workflow');
  return {
    async run(task, context) {
      const ended = await commands.run(
        {
          run: command.run,
          directory:
            command.directory === undefined
              ? task.workDirectory
              : join(task.workDirectory, command.directory),
          timeout: command.timeout,
          idempotent: command.idempotent,
          pass: command.pass,
          env: command.env,
          stdin: taskDocument(task),
        },
        context,
      );
      const refused = refusalOf(ended);
      if (refused) {
        const said = await readEnd(ended.stdoutFile, longestOutput).catch(() => '');
        return { ...refused, ...costSaid(said) };
      }
      const redact = (text: string) => secrets?.redact(text) ?? text;
      try {
        return redacted(await judgeOutput(await readEnd(ended.stdoutFile, longestOutput), task), redact);
      } catch (error) {
        return failed(`its result can't be read (${error instanceof Error ? error.message : String(error)})`);
      }
    },
  };
}

/** Everything that is prose; redacted after parsing, so that a secret such as `true` can't break the JSON. */
function redacted(result: AgentResult, redact: (text: string) => string): AgentResult {
  return {
    ...result,
    summary: redact(result.summary),
    findings: result.findings.map((one) => ({
      ...one,
      title: redact(one.title),
      ...(one.detail !== undefined && { detail: redact(one.detail) }),
    })),
    ...(result.text !== undefined && { text: redact(result.text) }),
  };
}

function taskDocument(task: AgentTask): string {
  const resultSchema = task.resultSchema === 'AgentResult' ? agentResultJsonSchema : task.resultSchema;
  return `${JSON.stringify({ ...task, resultSchema })}\n`;
}

/** Only a program that ended by itself and with 0 has a result. */
function refusalOf(ended: CommandResult): AgentResult | undefined {
  if (ended.end === 'exited' && ended.exitCode === 0) return undefined;
  const [said] = ended.stderrTail.trim().split('\n').slice(-1);
  const result = failed(`the agent's command ${ended.summary}${said ? `: ${said}` : ''}`);
  return ended.end === 'unknown' ? { ...result, unknown: true } : result;
}
