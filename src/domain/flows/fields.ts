/**
 * What a flow is asked: one specification of its input. From it come the check that runs in the workflow, the JSON Schema, the flags of
 * the command line with their help, the table in the docs and the example for the UI. Plain data: no schema library gets into a workflow.
 */

interface Common {
  /** A sentence without its full stop: help of the flag, description in the schema, row in the docs. */
  readonly says: string;
  readonly required?: true;
  /** What an example has for it; left out of the example where there is none. */
  readonly example?: string | number | boolean;
  /** On the command line; `--` and the field's name in kebab case where it is left out, none at all where it is `false`. */
  readonly flag?: false | { readonly name?: string; readonly value?: string };
}

/** A text that is not blank. */
export interface TextField extends Common {
  readonly kind: 'text';
  /** Characters. */
  readonly longest: number;
}

/** One of a few words. */
export interface ChoiceField<C extends string = string> extends Common {
  readonly kind: 'choice';
  readonly choices: readonly C[];
}

/** Yes or no. */
export interface FlagField extends Common {
  readonly kind: 'flag';
}

/** A number within bounds. */
export interface AmountField extends Common {
  readonly kind: 'amount';
  readonly least: number;
  readonly most: number;
  /** No fractions. */
  readonly whole: boolean;
}

/** Several that go together. Programs give it, so there is no flag for it. */
export interface GroupField<F extends Fields = Fields> extends Common {
  readonly kind: 'group';
  readonly fields: F;
  readonly flag: false;
  /** Added to what its form must be: where it comes from. */
  readonly source: string;
}

export type Field = TextField | ChoiceField | FlagField | AmountField | GroupField;
export interface Fields {
  readonly [name: string]: Field;
}

type Options = Omit<Common, 'says'>;
type Nothing = Record<never, never>;

export const text = <const O extends Options & { readonly longest?: number } = Nothing>(
  says: string,
  options?: O,
): Omit<TextField, keyof O> & O & { readonly kind: 'text'; readonly longest: number } => ({
  kind: 'text' as const,
  says,
  longest: 200,
  ...(options as O),
});

export const choice = <const C extends string, const O extends Options = Nothing>(
  says: string,
  choices: readonly C[],
  options?: O,
): Omit<ChoiceField<C>, keyof O> & O & { readonly kind: 'choice'; readonly choices: readonly C[] } => ({
  kind: 'choice' as const,
  says,
  choices,
  ...(options as O),
});

export const flag = <const O extends Options = Nothing>(
  says: string,
  options?: O,
): Omit<FlagField, keyof O> & O & { readonly kind: 'flag' } => ({
  kind: 'flag' as const,
  says,
  ...(options as O),
});

export const amount = <const O extends Options = Nothing>(
  says: string,
  bounds: { readonly least: number; readonly most: number; readonly whole?: boolean },
  options?: O,
): Omit<AmountField, keyof O> & O & { readonly kind: 'amount' } => ({
  kind: 'amount' as const,
  says,
  whole: false,
  ...bounds,
  ...(options as O),
});

export const group = <const F extends Fields>(says: string, fields: F, source: string): GroupField<F> => ({
  kind: 'group',
  says,
  fields,
  flag: false,
  source,
});

type ValueOf<F> = F extends { readonly kind: 'text' }
  ? string
  : F extends { readonly kind: 'choice'; readonly choices: readonly (infer C)[] }
    ? C
    : F extends { readonly kind: 'flag' }
      ? boolean
      : F extends { readonly kind: 'amount' }
        ? number
        : F extends { readonly kind: 'group'; readonly fields: infer G extends Fields }
          ? InputFrom<G>
          : never;

type RequiredIn<F> = { [K in keyof F]: F[K] extends { readonly required: true } ? K : never }[keyof F];
type Flat<T> = { readonly [K in keyof T]: T[K] };

/** The type of the input that fields describe. */
export type InputFrom<F extends Fields> = Flat<
  { readonly [K in RequiredIn<F>]: ValueOf<F[K]> } & {
    readonly [K in Exclude<keyof F, RequiredIn<F>>]?: ValueOf<F[K]>;
  }
>;

/** What every flow is asked at least. */
export interface Asked {
  readonly product: string;
  /** Who asks for it; nobody is known where it is left out. */
  readonly by?: string;
}

/** The fields that every flow has. @param says what it does with the product: `what to release` */
export const productField = (says: string) =>
  text(says, { required: true, example: 'shop', flag: { value: 'name' } });
export const byField = text('who asks for it', { flag: { value: 'name' } });

/** A person can type it into the UI's start form. */
export function exampleOf(fields: Fields): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, { example }]) => (example === undefined ? [] : [[name, example]])),
  );
}
