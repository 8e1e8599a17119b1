/** Packages of a repository that have a package.json of their own. */

/** The globs of `workspaces` in package.json, as those of their package.json files; negated ones are left out. */
export function workspaceManifests(packageText: string | undefined): readonly string[] {
  const { workspaces } = parse(packageText);
  const listed = Array.isArray(workspaces)
    ? (workspaces as readonly unknown[])
    : isObject(workspaces) && Array.isArray(workspaces['packages'])
      ? (workspaces['packages'] as readonly unknown[])
      : [];
  return listed
    .filter((glob): glob is string => typeof glob === 'string' && /^[^!/]/.test(glob))
    .map((glob) => `${glob.replace(/^\.\//, '').replace(/\/+$/, '')}/package.json`);
}

/** The name that a package.json declares. */
export function packageName(packageText: string | undefined): string | undefined {
  const { name } = parse(packageText);
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse((text ?? '{}').replace(/^\uFEFF/, ''));
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
