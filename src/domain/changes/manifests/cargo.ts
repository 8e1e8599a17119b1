import { parse } from 'smol-toml';
import type { ManifestKind, RootFiles, Table } from './kind.ts';
import { below, listOf, membersIn, parsed, tableOf } from './kind.ts';

const toml = (text: string | undefined) => parsed(text, parse);

/** Cargo.toml: `dependencies`, also of single targets; what members take from the workspace is what it says there. */
export const cargo: ManifestKind = {
  file: 'Cargo.toml',
  beside: [],
  members: (root) => {
    const { members, exclude } = below(toml(root['Cargo.toml']) ?? {}, 'workspace');
    return membersIn(listOf(members), 'Cargo.toml', listOf(exclude));
  },
  shared: (root) => sharedIn(root),
  nameOf: (text) => {
    const { name } = below(toml(text) ?? {}, 'package');
    return typeof name === 'string' ? name : undefined;
  },
  read: (text, root) => {
    const whole = toml(text);
    if (!whole) return undefined;
    const shared = sharedIn(root);
    const targets = Object.values(below(whole, 'target')).map((target) =>
      below(tableOf(target), 'dependencies'),
    );
    const found = new Map<string, string>();
    for (const table of [below(whole, 'dependencies'), ...targets])
      for (const [key, written] of Object.entries(table)) {
        const value = tableOf(written)['workspace'] === true ? (shared[key] ?? written) : written;
        const { package: renamed } = tableOf(value);
        found.set(typeof renamed === 'string' ? renamed : key, versionOf(value));
      }
    return found;
  },
};

const sharedIn = (root: RootFiles): Table =>
  below(toml(root['Cargo.toml']) ?? {}, 'workspace', 'dependencies');

function versionOf(written: unknown): string {
  if (typeof written === 'string') return written;
  const { version, git, rev, tag, branch, path } = tableOf(written);
  const said = [version, git, rev ?? tag ?? branch, path].filter((word) => typeof word === 'string');
  return said.join(' ') || '*';
}
