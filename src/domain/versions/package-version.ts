import { locateJsonValue } from '../text/json-text.ts';

/**
 * Writes a version into package.json or package-lock.json as a change of text: indentation, order, line ends and
 * everything else stay as they are.
 */
export type PackageEdit =
  | { readonly kind: 'changed'; readonly text: string }
  /** It says that version already. */
  | { readonly kind: 'unchanged' }
  /** There is no file, or it carries no version: nothing to write. */
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'broken'; readonly problem: string };

/** The version that package.json declares, where it does. */
export function readPackageVersion(text: string | undefined): string | undefined {
  const parsed = text === undefined ? undefined : parse(text);
  const version = isObject(parsed) ? parsed['version'] : undefined;
  return typeof version === 'string' ? version : undefined;
}

export function setPackageVersion(text: string | undefined, version: string): PackageEdit {
  return setVersions('package.json', text, version, [['version']]);
}

/** npm keeps the version twice in its lock file. */
export function setPackageLockVersion(text: string | undefined, version: string): PackageEdit {
  return setVersions('package-lock.json', text, version, [['version'], ['packages', '', 'version']]);
}

function setVersions(
  name: string,
  text: string | undefined,
  version: string,
  paths: readonly string[][],
): PackageEdit {
  if (text === undefined) return { kind: 'absent', reason: `There is no ${name}.` };
  const parsed = parse(text);
  if (parsed === undefined)
    return { kind: 'broken', problem: `${name} is not valid JSON: mend it on the main branch.` };
  if (!isObject(parsed))
    return { kind: 'broken', problem: `${name} is not a JSON object: mend it on the main branch.` };
  const places = paths.flatMap((path) => locateJsonValue(text, path) ?? []).sort((a, b) => b.start - a.start);
  if (places.length === 0) return { kind: 'absent', reason: `${name} declares no version.` };
  if (places.some(({ start }) => text[start] !== '"'))
    return { kind: 'broken', problem: `The version in ${name} is not a string: mend it on the main branch.` };
  const edited = places.reduce(
    (result, { start, end }) => result.slice(0, start) + JSON.stringify(version) + result.slice(end),
    text,
  );
  return edited === text ? { kind: 'unchanged' } : { kind: 'changed', text: edited };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
