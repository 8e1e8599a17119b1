import { undecodableMark } from '../run/messages.ts';
import type { Field, Fields, InputFrom } from './fields.ts';
import { exampleOf } from './fields.ts';

export type CheckedInput<I> =
  { readonly ok: true; readonly value: I } | { readonly ok: false; readonly problems: readonly string[] };

/** So many unknown fields are named. */
const unknownNamed = 10;

/**
 * Checks what starts a flow, for it may come from anywhere: total, every problem at once. Only what an object has of its own counts,
 * and only what the fields name is in the value that it gives.
 * @param rules judges the fields together; is given those of them that are right by themselves
 */
export function checkInput<F extends Fields>(
  fields: F,
  input: unknown,
  rules: (input: Partial<InputFrom<F>>) => readonly string[] = () => [],
): CheckedInput<InputFrom<F>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || ArrayBuffer.isView(input))
    return refuse([`the input must be one JSON object, such as ${JSON.stringify(exampleOf(fields))}`]);
  if (Object.hasOwn(input, undecodableMark))
    return refuse(['the input could not be decoded: send JSON, encoding json/plain']);
  const given = ownOf(fields, input);
  const problems = unknownFields(fields, input);
  for (const [name, field] of Object.entries(fields)) {
    const problem = problemOf(name, field, given.get(name));
    if (problem === undefined) continue;
    problems.push(problem);
    given.delete(name);
  }
  const value = Object.fromEntries(given) as InputFrom<F>;
  problems.push(...rules(value));
  return problems.length > 0 ? refuse(problems) : { ok: true, value };
}

const refuse = (problems: readonly string[]): { ok: false; problems: readonly string[] } => ({
  ok: false,
  problems,
});

/** What is there of the fields, in their order. */
function ownOf(fields: Fields, input: object): Map<string, unknown> {
  return new Map(
    Object.keys(fields).flatMap((name) => {
      const value: unknown = Object.hasOwn(input, name) ? input[name as keyof typeof input] : undefined;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function unknownFields(fields: Fields, input: object): string[] {
  const names = Object.keys(input).filter((name) => !Object.hasOwn(fields, name));
  const known = Object.keys(fields).join(', ');
  const more = names.length - unknownNamed;
  return [
    ...names
      .slice(0, unknownNamed)
      .map((name) => `"${name.slice(0, 80)}" is not a field of the input; known are ${known}`),
    ...(more > 0 ? [`and ${more} more that are not fields of the input`] : []),
  ];
}

/** What is wrong with one value; undefined where nothing is. */
function problemOf(name: string, field: Field, value: unknown): string | undefined {
  if (value === undefined || (value === '' && field.required))
    return field.required ? `"${name}" is missing: say ${field.says}` : undefined;
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' && value.trim() !== '' && value.length <= field.longest
        ? undefined
        : `"${name}" must be a text of 1 to ${field.longest} characters`;
    case 'choice':
      if (typeof value !== 'string') return `"${name}" must be one of ${field.choices.join(', ')}`;
      return field.choices.includes(value)
        ? undefined
        : `"${name}" is "${value.slice(0, 80)}"; it must be one of ${field.choices.join(', ')}`;
    case 'flag':
      return typeof value === 'boolean' ? undefined : `"${name}" must be true or false`;
    case 'amount':
      return typeof value === 'number' &&
        value >= field.least &&
        value <= field.most &&
        (!field.whole || Number.isInteger(value))
        ? undefined
        : `"${name}" must be a ${field.whole ? 'whole number' : 'number'} from ${field.least} to ${field.most}`;
    case 'group':
      return isGroup(field.fields, value)
        ? undefined
        : `"${name}" must be ${formOf(field.fields)}, ${field.source}`;
  }
}

function isGroup(fields: Fields, value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    unknownFields(fields, value).length === 0 &&
    Object.entries(fields).every(([name, field]) => {
      const given = ownOf(fields, value).get(name);
      return problemOf(name, field, given) === undefined;
    })
  );
}

/** `{"version":"…","commit":"…"}` */
function formOf(fields: Fields): string {
  return JSON.stringify(Object.fromEntries(Object.keys(fields).map((name) => [name, '…'])));
}
