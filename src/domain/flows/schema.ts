import { z } from 'zod';
import type { Field, Fields } from './fields.ts';
import type { FlowName, InputOf } from './registry.ts';
import { flowOf } from './registry.ts';

/** The input of a flow as a schema: for other languages, and for who takes it from anywhere but a workflow, where the check is enough. */
export function inputSchema<N extends FlowName>(name: N): z.ZodType<InputOf<N>> {
  const { fields, type } = flowOf(name);
  return objectOf(fields).meta({ title: `Input of the workflow type ${type}` }) as unknown as z.ZodType<
    InputOf<N>
  >;
}

function objectOf(fields: Fields): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => {
        const value = valueOf(field);
        return [name, (field.required ? value : value.exactOptional()).describe(field.says)];
      }),
    ),
  );
}

function valueOf(field: Field): z.ZodType {
  switch (field.kind) {
    case 'text':
      return z.string().min(1).max(field.longest);
    case 'choice':
      return z.enum(field.choices);
    case 'flag':
      return z.boolean();
    case 'amount':
      return (field.whole ? z.int() : z.number()).min(field.least).max(field.most);
    case 'group':
      return objectOf(field.fields);
  }
}
