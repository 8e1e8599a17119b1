import { lastJsonObject } from './last-json-object.ts';
import type { JsonObject } from './last-json-object.ts';

export type Unwrapped =
  | { readonly document: JsonObject; readonly cost?: number }
  | { readonly problem: string; readonly cost?: number };

/**
 * The result inside an agent CLI's own answer. Recognised by its shape: the object that `claude -p --output-format json`
 * prints. It exits with 0 also when a tool was denied, so the denials are looked at here. Anything else is the result itself.
 */
export function unwrap(object: JsonObject): Unwrapped {
  if (object['type'] !== 'result' || typeof object['is_error'] !== 'boolean') return { document: object };
  const { is_error, permission_denials, structured_output, result, subtype, total_cost_usd } = object;
  const cost = typeof total_cost_usd === 'number' && total_cost_usd >= 0 ? { cost: total_cost_usd } : {};
  if (is_error) {
    const said =
      typeof result === 'string' && result
        ? result
        : typeof subtype === 'string'
          ? subtype
          : 'no reason given';
    return { problem: `the agent reports an error: ${said}`, ...cost };
  }
  const denied = Array.isArray(permission_denials) ? permission_denials.map(toolOf) : [];
  if (denied.length > 0) {
    const tools = [...new Set(denied)].join(', ');
    return {
      problem: `the agent was denied: ${tools}. What it says it did can't be relied on; allow it or take it out of the task`,
      ...cost,
    };
  }
  if (typeof structured_output === 'object' && structured_output !== null) {
    return { document: structured_output as JsonObject, ...cost };
  }
  const inner = typeof result === 'string' ? lastJsonObject(result) : undefined;
  return inner
    ? { document: inner, ...cost }
    : { problem: 'the agent answered without a JSON object as its result', ...cost };
}

function toolOf(denial: unknown): string {
  const name: unknown = (denial as { tool_name?: unknown } | null)?.tool_name;
  return typeof name === 'string' ? name : 'a tool';
}
