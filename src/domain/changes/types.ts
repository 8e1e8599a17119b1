/** What a commit's type does to the version and the changelog. */

/** What `release.types` says of one type. */
export interface TypeRule {
  readonly raises: 'none' | 'patch' | 'minor';
  /** The section of the changelog; without one, nothing is listed. */
  readonly section?: string | undefined;
}

export type TypeRules = Readonly<Record<string, TypeRule>>;

/** Known types under their usual name; whatever is none of them (`note: …`, `cart: …`) is `other`. */
const usual: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    'feat fix perf refactor improvement security docs style test build ci chore revert deps'
      .split(' ')
      .map((type) => [type, type]),
  ),
  feature: 'feat',
  bugfix: 'fix',
  hotfix: 'fix',
  improve: 'improvement',
  doc: 'docs',
  tests: 'test',
  dep: 'deps',
};

/** A type's usual name; undefined for a word that is none. */
export function typeNamed(word: string): string | undefined {
  const type = word.toLowerCase();
  return Object.hasOwn(usual, type) ? usual[type] : undefined;
}

/** What the product itself says of a type, by the word as it was written or by its usual name. */
export function ruleFor(rules: TypeRules, word: string): TypeRule | undefined {
  const names = [word.toLowerCase(), typeNamed(word) ?? ''];
  const named = Object.keys(rules).find((name) => names[0] === name.toLowerCase());
  const found = named ?? Object.keys(rules).find((name) => names[1] === name.toLowerCase());
  return found === undefined ? undefined : rules[found];
}

/** These change nothing that users get, whatever their scope. */
const inside = ['ci', 'test', 'style', 'docs'];

/** Whether a commit says that it updates libraries that users get (`chore(deps): …`, `deps: …`). */
export function isDependencyUpdate({
  type,
  scope,
}: {
  readonly type: string;
  readonly scope: string | undefined;
}): boolean {
  if (inside.includes(type) || type === 'feat' || type === 'other') return false;
  return (
    /^(?:deps?|dependenc(?:y|ies))$/i.test(scope ?? '') || (type === 'deps' && !/dev$/i.test(scope ?? ''))
  );
}
