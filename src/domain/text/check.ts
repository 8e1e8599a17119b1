/**
 * Checks by hand of what may come from anywhere, for where no schema library runs (workflows). Total: every value has an answer, and only
 * what a value has itself counts, not what every object inherits.
 */
export type Check = (value: unknown, at: string) => readonly string[];

/** Text of so many characters, and where a form is given, of that form. */
export const text =
  (longest: number, form?: RegExp): Check =>
  (value, at) =>
    typeof value === 'string' && value.length <= longest && (form?.test(value) ?? value.length > 0)
      ? []
      : [`${at} must be a text of 1 to ${longest} characters${form ? ` such as ${form.source}` : ''}`];

/** Text of so many characters at most, also none. */
export const anyText =
  (longest: number): Check =>
  (value, at) =>
    typeof value === 'string' && value.length <= longest
      ? []
      : [`${at} must be a text of at most ${longest} characters`];

/** One line of so many characters at most, also none: nothing that controls terminals or ends strings. */
export const line =
  (longest: number): Check =>
  (value, at) =>
    typeof value === 'string' && value.length <= longest && /^\P{Cc}*$/u.test(value)
      ? []
      : [`${at} must be one line of at most ${longest} characters`];

/** Any number between two, also a fraction. */
export const amount =
  (from: number, to: number): Check =>
  (value, at) =>
    typeof value === 'number' && value >= from && value <= to
      ? []
      : [`${at} must be a number from ${from} to ${to}`];

export const integer =
  (from: number, to: number): Check =>
  (value, at) =>
    typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
      ? []
      : [`${at} must be a whole number from ${from} to ${to}`];

export const flag: Check = (value, at) => (typeof value === 'boolean' ? [] : [`${at} must be true or false`]);

export const list =
  (of: Check, most: number): Check =>
  (value, at) =>
    Array.isArray(value) && value.length <= most
      ? value.flatMap((each: unknown, index) => of(each, `${at}[${index}]`))
      : [`${at} must be a list of at most ${most}`];

/** One of some texts. */
export const oneOf =
  (choices: readonly string[]): Check =>
  (value, at) =>
    typeof value === 'string' && choices.includes(value)
      ? []
      : [`${at} must be one of ${choices.join(', ')}`];

/** What may also be left out. */
export const optional =
  (check: Check): Check =>
  (value, at) =>
    value === undefined ? [] : check(value, at);

/** What may also be null. */
export const nullable =
  (check: Check): Check =>
  (value, at) =>
    value === null ? [] : check(value, at);

/** One JSON object whose members are all alike, under names of at most 200 characters. */
export const record =
  (of: Check): Check =>
  (value, at) =>
    isObject(value)
      ? Object.entries(value).flatMap(([name, each]) => [
          ...line(200)(name, `a name in ${at}`),
          ...of(each, `${at}.${name.slice(0, 80)}`),
        ])
      : [`${at} must be one JSON object`];

/** One JSON object with at least these members: what else it has is for others. */
export const having =
  (members: Readonly<Record<string, Check>>): Check =>
  (value, at) =>
    isObject(value) ? ofMembers(members, value, at) : [notObject(members, at)];

/** One JSON object with these members and no others. */
export const shape =
  (members: Readonly<Record<string, Check>>): Check =>
  (value, at) => {
    if (!isObject(value)) return [notObject(members, at)];
    const foreign = Object.keys(value)
      .filter((name) => !Object.hasOwn(members, name))
      .slice(0, 5)
      .map((name) => `${at} has no member "${name.slice(0, 80)}"`);
    return [...foreign, ...ofMembers(members, value, at)];
  };

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const notObject = (members: Readonly<Record<string, Check>>, at: string): string =>
  `${at} must be one JSON object with ${Object.keys(members).join(', ')}`;

const ofMembers = (members: Readonly<Record<string, Check>>, value: object, at: string): readonly string[] =>
  Object.entries(members).flatMap(([name, check]) =>
    check(Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined, `${at}.${name}`),
  );
