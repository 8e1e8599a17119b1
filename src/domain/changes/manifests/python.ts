import { parse } from 'smol-toml';
import type { ManifestKind } from './kind.ts';
import { below, listOf, membersIn, parsed, tableOf } from './kind.ts';

const toml = (text: string | undefined) => parsed(text, parse);

/**
 * pyproject.toml: `project.dependencies` and its extras, and Poetry's own table; groups are for development. Workspaces are those of uv.
 */
export const python: ManifestKind = {
  file: 'pyproject.toml',
  beside: [],
  members: (root) => {
    const { members, exclude } = below(toml(root['pyproject.toml']) ?? {}, 'tool', 'uv', 'workspace');
    return membersIn(listOf(members), 'pyproject.toml', listOf(exclude));
  },
  shared: () => ({}),
  nameOf: (text) => {
    const whole = toml(text) ?? {};
    const name = below(whole, 'project')['name'] ?? below(whole, 'tool', 'poetry')['name'];
    return typeof name === 'string' ? normal(name) : undefined;
  },
  read: (text) => {
    const whole = toml(text);
    if (!whole) return undefined;
    const found = new Map<string, string>();
    const add = (name: string, version: string): void => {
      const before = found.get(name);
      found.set(name, before === undefined || before === version ? version : `${before} | ${version}`);
    };
    const project = below(whole, 'project');
    const extras = Object.values(below(project, 'optional-dependencies')).flatMap(listOf);
    for (const written of [...listOf(project['dependencies']), ...extras]) {
      const [, name, version] = /^\s*([A-Za-z0-9][\w.-]*)\s*(.*?)\s*$/s.exec(String(written)) ?? [];
      if (name !== undefined) add(normal(name), version || '*');
    }
    for (const [name, written] of Object.entries(below(whole, 'tool', 'poetry', 'dependencies')))
      if (name !== 'python')
        for (const each of Array.isArray(written) ? listOf(written) : [written])
          add(normal(name), constraint(each));
    return found;
  },
};

/** Poetry writes a version, or a table with one or with another source. */
function constraint(written: unknown): string {
  if (typeof written === 'string') return written;
  const { version, git, rev, tag, branch, path, url } = tableOf(written);
  const said = [version, git, rev ?? tag ?? branch, path, url].filter((word) => typeof word === 'string');
  return said.join(' ') || '*';
}

/** `Foo_Bar` and `foo-bar` are one package (PEP 503). */
const normal = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');
