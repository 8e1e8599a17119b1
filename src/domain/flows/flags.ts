import type { Field, Fields } from './fields.ts';

/** A field as an option of the command line. */
export interface FieldFlag {
  /** Of the input. */
  readonly field: string;
  /** Without the hyphens: `comment`. */
  readonly name: string;
  /** `--comment <text>` */
  readonly usage: string;
  readonly says: string;
  readonly kind: Exclude<Field['kind'], 'group'>;
  /** Where only some words are allowed. */
  readonly choices?: readonly string[];
  readonly required: boolean;
}

/** The options that stand for a flow's fields, in their order; those that only programs give have none. */
export function flagsOf(fields: Fields): FieldFlag[] {
  return Object.entries(fields).flatMap(([field, { kind, says, required, ...more }]) => {
    if (kind === 'group' || more.flag === false) return [];
    const name = more.flag?.name ?? kebab(field);
    const value = more.flag?.value ?? (kind === 'amount' ? 'number' : kebab(field));
    return [
      {
        field,
        name,
        usage: kind === 'flag' ? `--${name}` : `--${name} <${value}>`,
        says,
        kind,
        ...('choices' in more ? { choices: more.choices } : {}),
        required: required ?? false,
      },
    ];
  });
}

/** What people said by options, as the fields that they stand for. Amounts come as texts. */
export function inputOfFlags(
  flags: readonly FieldFlag[],
  said: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    flags.flatMap(({ field, name, kind }) => {
      const value = said[camel(name)];
      if (value === undefined) return [];
      return [[field, kind === 'amount' && typeof value === 'string' ? Number(value) : value]];
    }),
  );
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
