import { flowNamed } from '../../../domain/flows/registry.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';

/** `sluice schema config|input|message|…`: a JSON Schema, for editors and other languages. */
export async function schema(io: Io, [what]: string[]): Promise<number> {
  const document =
    what === 'config'
      ? (await import('../../../domain/config/json-schema.ts')).configJsonSchema()
      : await messageSchemaOf(what);
  io.result(document, JSON.stringify(document, null, 2));
  return exitCodes.done;
}

async function messageSchemaOf(what: string | undefined): Promise<unknown> {
  if (what === 'agent-task' || what === 'agent-result') {
    const agents = await import('../../../domain/agents/schema.ts');
    return what === 'agent-task' ? agents.agentTaskJsonSchema : agents.agentResultJsonSchema;
  }
  const flow = what === 'input' ? 'release' : flowNamed(what?.replace(/-input$/, '') ?? '');
  const [{ z }, schemas] = await Promise.all([import('zod'), import('../../schemas.ts')]);
  const { rolloutStrategySchema } = await import('../../../domain/config/rollout-schema.ts');
  if (flow !== undefined) {
    const { inputSchema } = await import('../../../domain/flows/schema.ts');
    return z.toJSONSchema(inputSchema(flow), { io: 'input' });
  }
  const schemaOf = {
    'rollout-strategy': rolloutStrategySchema,
    message: schemas.messageSchema,
    status: schemas.statusSchema,
    result: schemas.resultSchema,
  };
  return z.toJSONSchema(schemaOf[what as keyof typeof schemaOf], { io: 'input' });
}
