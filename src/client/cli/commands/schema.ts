import type { z } from 'zod';
import { flowNames, flowOf, type FlowName } from '../../../domain/flows/registry.ts';
import { usualFlow } from '../../../domain/flows/run-names.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';

/** What there is a JSON Schema of. They are made when one is asked for: nothing else of the command line needs zod. */
const schemas: Readonly<Record<string, () => Promise<unknown>>> = {
  config: async () => (await import('../../../domain/config/json-schema.ts')).configJsonSchema(),
  input: () => inputOf(usualFlow),
  ...Object.fromEntries(flowNames.map((name) => [`${flowOf(name).word}-input`, () => inputOf(name)])),
  'rollout-strategy': async () =>
    asJson((await import('../../../domain/config/rollout-schema.ts')).rolloutStrategySchema),
  message: async () => asJson((await import('../../schemas.ts')).messageSchema),
  status: async () => asJson((await import('../../schemas.ts')).statusSchema),
  result: async () => asJson((await import('../../schemas.ts')).resultSchema),
  'agent-task': async () => (await import('../../../domain/agents/schema.ts')).agentTaskJsonSchema,
  'agent-result': async () => (await import('../../../domain/agents/schema.ts')).agentResultJsonSchema,
};

export const schemaNames: readonly string[] = Object.keys(schemas);

/** `sluice schema config|release-input|message|…`: a JSON Schema, for editors and other languages. */
export async function schema(io: Io, [what = '']: string[]): Promise<number> {
  const document = await schemas[what]?.();
  io.result(document, JSON.stringify(document, null, 2));
  return exitCodes.done;
}

async function inputOf(flow: FlowName): Promise<unknown> {
  const { inputSchema } = await import('../../../domain/flows/schema.ts');
  return asJson(inputSchema(flow));
}

async function asJson(of: z.ZodType): Promise<unknown> {
  return (await import('zod')).z.toJSONSchema(of, { io: 'input' });
}
