import { z } from 'zod';
import type { AgentResult, AgentTask } from '../../activities/ports/agents.ts';
import { agentResultSchema } from '../../domain/agents/schema.ts';
import type { AgentResultDocument } from '../../domain/agents/schema.ts';
import { checkArtifacts } from './artifacts.ts';
import type { Unwrapped } from './envelope.ts';
import { unwrap } from './envelope.ts';
import { lastJsonObject } from './last-json-object.ts';

type Asked = Pick<AgentTask, 'workDirectory' | 'resultSchema'>;

/** What a program printed, as a result that was checked; `failed` with the reason where it can't be relied on. */
export async function judgeOutput(stdout: string, asked: Asked): Promise<AgentResult> {
  const object = lastJsonObject(stdout);
  if (!object) return failed('it printed no JSON object as its result (docs/agents.md shows the shape)');
  const unwrapped = unwrap(object);
  // It was spent, whatever becomes of the answer.
  const cost = spent(unwrapped);
  if ('problem' in unwrapped) return { ...failed(unwrapped.problem), ...cost };
  const parsed = agentResultSchema.safeParse(unwrapped.document);
  const misfit = parsed.success ? misfitOf(unwrapped.document, asked.resultSchema) : explain(parsed.error);
  if (!parsed.success || misfit !== undefined) {
    return { ...failed(`its result does not fit the schema: ${misfit ?? ''}`), ...cost };
  }
  const { artifacts, problems } = await checkArtifacts(asked.workDirectory, parsed.data.artifacts ?? []);
  const result = { ...resultOf(parsed.data), artifacts };
  if (problems.length > 0) {
    return {
      ...failed(`it claims what is not so: ${problems.slice(0, 5).join('; ')}`),
      findings: result.findings,
      ...cost,
    };
  }
  return { ...cost, ...result };
}

/** What a program says it has cost, also where it failed and says nothing else that could be relied on. */
export function costSaid(stdout: string): { readonly cost?: number } {
  const object = lastJsonObject(stdout);
  return object ? spent(unwrap(object)) : {};
}

function spent(unwrapped: Unwrapped): { readonly cost?: number } {
  if (unwrapped.cost !== undefined) return { cost: unwrapped.cost };
  const own = 'document' in unwrapped ? unwrapped.document['cost'] : undefined;
  return typeof own === 'number' && own >= 0 ? { cost: own } : {};
}

/** A result that nothing can be built on; `summary` says what was wrong. */
export function failed(summary: string): AgentResult {
  return { status: 'failed', summary: summary.slice(0, 4_000), findings: [], artifacts: [] };
}

function resultOf({ status, summary, findings, verdict, cost, text }: AgentResultDocument): AgentResult {
  return {
    status,
    summary,
    findings: (findings ?? []).map(({ severity, title, detail, file }) => ({
      severity,
      title,
      detail: detail ?? '',
      ...(file != null && { file }),
    })),
    artifacts: [],
    ...(verdict != null && { verdict }),
    ...(cost != null && { cost }),
    ...(text != null && { text }),
  };
}

/** Why a document does not fit the schema that the task brought along. */
function misfitOf(document: unknown, schema: AgentTask['resultSchema']): string | undefined {
  if (schema === 'AgentResult') return undefined;
  try {
    const parsed = z.fromJSONSchema(schema).safeParse(document);
    return parsed.success ? undefined : explain(parsed.error);
  } catch (error) {
    return `the task's own schema can't be used (${error instanceof Error ? error.message : String(error)})`;
  }
}

const explain = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join('.') || 'the object'}: ${message}`)
    .join('; ');
