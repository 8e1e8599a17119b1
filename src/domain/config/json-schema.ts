import { z } from 'zod';
import { productSchema } from './schema.ts';

/** The JSON Schema of `sluice.yaml`, for editors. A shorthand that a key takes besides its long form is said, too. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(productSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // No format that JSON Schema knows; its pattern says the same.
      if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
      const { shorthand, ...rest } = jsonSchema as { shorthand?: unknown };
      if (typeof shorthand !== 'string') return;
      for (const key of Object.keys(jsonSchema)) delete (jsonSchema as Record<string, unknown>)[key];
      Object.assign(jsonSchema, { anyOf: [rest, ...alternatives(shorthand, rest)] });
    },
  });
  return { ...schema, title: 'sluice.yaml' };
}

function alternatives(shorthand: string, long: unknown): unknown[] {
  return shorthand === 'string-or-array'
    ? [{ type: 'string' }, (long as { items?: unknown }).items ?? {}]
    : [{ type: 'string' }];
}
