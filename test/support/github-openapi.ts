import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2019 as Ajv } from 'ajv/dist/2019.js';
import type { ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';

/**
 * GitHub's published OpenAPI description as a judge: it says what a request and an answer may look like. The stand-in
 * asks it about everything that passes, so neither the adapter nor the stand-in can drift from the real API.
 */

type Json = Record<string, unknown>;
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Json;
}
interface Operation {
  readonly parameters?: readonly Json[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Record<string, { schema: Json }> };
  readonly responses: Record<string, Json>;
}
export interface Matched {
  /** Such as `GET /repos/{owner}/{repo}/issues`. */
  readonly name: string;
  readonly path: Readonly<Record<string, string>>;
  readonly operation: Operation;
}

const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
const description = JSON.parse(readFileSync(file, 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, Json>>;
};

const resolveRef = (node: Json): Json => {
  if (typeof node['$ref'] !== 'string') return node;
  const [, , kind = '', name = ''] = node['$ref'].split('/');
  return resolveRef(description.components[kind]?.[name] ?? {});
};

const routes = Object.entries(description.paths).map(([template, methods]) => ({
  template,
  methods,
  segments: template.split('/'),
}));

/** The operation of a request; a literal path goes before one with parameters. */
export function matchOperation(method: string, pathname: string): Matched | undefined {
  const parts = pathname.split('/');
  const candidates = routes
    .filter(({ segments, methods }) => segments.length === parts.length && methods[method.toLowerCase()])
    .filter(({ segments }) => segments.every((s, i) => s.startsWith('{') || s === parts[i]))
    .sort((a, b) => a.segments.filter(isParameter).length - b.segments.filter(isParameter).length);
  const [route] = candidates;
  const operation = route?.methods[method.toLowerCase()];
  if (!route || !operation) return undefined;
  const path = Object.fromEntries(
    route.segments.flatMap((s, i) =>
      isParameter(s) ? [[s.slice(1, -1), decodeURIComponent(parts[i] ?? '')]] : [],
    ),
  );
  return { name: `${method.toUpperCase()} ${route.template}`, path, operation };
}
const isParameter = (segment: string) => segment.startsWith('{');

/** Everything in the request that GitHub does not describe. */
export function requestProblems(
  { name, path, operation }: Matched,
  query: URLSearchParams,
  body: unknown,
): string[] {
  const problems: string[] = [];
  const parameters = (operation.parameters ?? []).map((p) => resolveRef(p) as unknown as Parameter);
  for (const [key, text] of [...query].concat(Object.entries(path))) {
    const parameter = parameters.find((p) => p.name === key && p.in !== 'header');
    if (!parameter) problems.push(`${name}: unknown parameter ${key}`);
    else
      problems.push(
        ...problemsOf(`${name} parameter ${key}`, parameter.schema, coerce(text, parameter.schema)),
      );
  }
  for (const p of parameters) {
    if (p.required && p.in === 'query' && !query.has(p.name))
      problems.push(`${name}: parameter ${p.name} is missing`);
  }
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (body === undefined)
    return operation.requestBody?.required ? [...problems, `${name}: no body`] : problems;
  if (!schema) return [...problems, `${name}: a body that GitHub does not take`];
  const known = Object.keys((resolveRef(schema)['properties'] as Json | undefined) ?? {});
  const unknown = Object.keys(body as Json).filter((key) => !known.includes(key));
  problems.push(...unknown.map((key) => `${name}: unknown member ${key} of the body`));
  return [...problems, ...problemsOf(`${name} body`, schema, body)];
}

/** Everything in the answer that GitHub would not send. */
export function responseProblems({ name, operation }: Matched, status: number, body: unknown): string[] {
  const schema = responseSchema(operation, status);
  return schema
    ? problemsOf(`${name} answer ${status}`, schema, body)
    : [`${name}: GitHub describes no answer ${status}`];
}

/** The smallest answer that fits the description; the stand-in lays its state over it. */
export function sampleResponse({ operation }: Matched, status: number): unknown {
  return sample(responseSchema(operation, status) ?? {});
}

/** The smallest item of a described list answer. */
export function sampleItem(matched: Matched, status: number, member?: string): Json {
  let schema = resolveRef(responseSchema(matched.operation, status) ?? {});
  if (member) schema = resolveRef((schema['properties'] as Record<string, Json>)[member] ?? {});
  return sample(schema['items'] as Json) as Json;
}

function responseSchema(operation: Operation, status: number): Json | undefined {
  const response = operation.responses[String(status)];
  if (!response) return undefined;
  const content = resolveRef(response)['content'] as Record<string, { schema: Json }> | undefined;
  return content?.['application/json']?.schema;
}

const coerce = (text: string, schema: Json): unknown => {
  const { type } = resolveRef(schema);
  if (type === 'integer' || type === 'number') return text.trim() === '' ? text : Number(text);
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
};

const validators = new Map<string, ValidateFunction>();
const ajv = new Ajv({ strict: false, allErrors: false, validateSchema: false, logger: false });
addFormatsModule.default(ajv);

function problemsOf(what: string, schema: Json, value: unknown): string[] {
  const id = `${what} ${JSON.stringify(schema).length}`;
  let validate = validators.get(id);
  if (!validate) {
    const definitions: Record<string, Json> = {};
    const root = toJsonSchema(schema, definitions) as Json;
    validate = ajv.compile({ $defs: definitions, allOf: [root] });
    validators.set(id, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${what}${instancePath}: ${message ?? 'wrong'}`,
  );
}

/** OpenAPI 3.0 says `nullable`; JSON Schema says so with a type. Collects what is referred to. */
function toJsonSchema(node: unknown, definitions: Record<string, Json>): unknown {
  if (Array.isArray(node)) return node.map((item) => toJsonSchema(item, definitions));
  if (typeof node !== 'object' || node === null) return node;
  const schema = node as Json;
  if (typeof schema['$ref'] === 'string') {
    const name = schema['$ref'].split('/').at(-1) ?? '';
    if (!(name in definitions)) {
      definitions[name] = {};
      definitions[name] = toJsonSchema(description.components['schemas']?.[name], definitions) as Json;
    }
    return { $ref: `#/$defs/${name}` };
  }
  const { nullable, properties, ...rest } = schema;
  const converted: Json = Object.fromEntries(
    Object.entries(rest).map(([k, v]) => [k, toJsonSchema(v, definitions)]),
  );
  if (properties) {
    converted['properties'] = Object.fromEntries(
      Object.entries(properties).map(([k, v]) => [k, toJsonSchema(v, definitions)]),
    );
  }
  return nullable === true ? { anyOf: [{ type: 'null' }, converted] } : converted;
}

function sample(given: Json): unknown {
  const schema = resolveRef(given);
  if (schema['nullable'] === true) return null;
  const [first] = (schema['oneOf'] ?? schema['anyOf'] ?? []) as Json[];
  if (first && schema['type'] === undefined) return sample(first);
  if (schema['allOf']) return Object.assign({}, ...(schema['allOf'] as Json[]).map(sample)) as Json;
  if (schema['enum']) return (schema['enum'] as unknown[])[0];
  switch (schema['type']) {
    case 'string':
      return sampleText(schema['format'] as string | undefined, Number(schema['minLength'] ?? 0));
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 1);
    case 'boolean':
      return false;
    case 'array':
      return [];
    default: {
      const properties = (schema['properties'] ?? {}) as Record<string, Json>;
      const required = (schema['required'] ?? []) as string[];
      return Object.fromEntries(required.map((key) => [key, sample(properties[key] ?? {})]));
    }
  }
}

function sampleText(format: string | undefined, minimum: number): string {
  if (format === 'uri') return 'https://github.test/';
  if (format === 'date-time') return '2026-01-01T00:00:00Z';
  if (format === 'email') return 'octocat@github.test';
  return 'x'.repeat(minimum);
}
