import { parse as parseYaml } from 'yaml';
import type { Dependencies, ManifestKind, Members, RootFiles, Table } from './kind.ts';
import { below, listOf, membersIn, parsed, tableOf } from './kind.ts';

/** What users install; development dependencies never reach them. */
const fields = ['dependencies', 'optionalDependencies', 'peerDependencies'];
const pnpm = 'pnpm-workspace.yaml';
const json = (text: string | undefined) => parsed(text, JSON.parse);
const yaml = (text: string | undefined) => parsed(text, (whole) => parseYaml(whole) as unknown) ?? {};

/** package.json, with the workspaces of npm and yarn and those of pnpm, whose catalogs hold versions for all of them. */
export const npm: ManifestKind = {
  file: 'package.json',
  beside: [pnpm],
  members: (root) => {
    const { workspaces } = json(root['package.json']) ?? {};
    const own = membersIn(
      [...listOf(workspaces), ...listOf(tableOf(workspaces)['packages'])],
      'package.json',
    );
    const theirs = membersIn(listOf(yaml(root[pnpm])['packages']), 'package.json');
    return both(own, theirs);
  },
  shared: (root) => catalogsOf(root),
  nameOf: (text) => {
    const name = json(text)?.['name'];
    return typeof name === 'string' && name !== '' ? name : undefined;
  },
  read: (text, root) => {
    const manifest = json(text);
    return manifest && dependenciesOf(manifest, root);
  },
};

function dependenciesOf(manifest: Table, root: RootFiles): Dependencies {
  const shared = catalogsOf(root);
  const found = new Map<string, string>();
  for (const field of fields)
    for (const [name, range] of Object.entries(below(manifest, field)))
      if (typeof range === 'string') found.set(name, fromCatalog(shared, name, range));
  return found;
}

const catalogsOf = (root: RootFiles): Table => {
  const { catalog, catalogs } = yaml(root[pnpm]);
  return { catalog, catalogs };
};

/** `catalog:` and `catalog:react18` stand for what pnpm-workspace.yaml says. */
function fromCatalog(shared: Table, name: string, range: string): string {
  const catalog = /^catalog:(.*)$/.exec(range)?.[1]?.trim();
  if (catalog === undefined) return range;
  const usual = catalog === '' || catalog === 'default';
  const said = {
    ...(usual ? below(shared, 'catalog') : {}),
    ...below(shared, 'catalogs', catalog || 'default'),
  };
  const version = said[name];
  return typeof version === 'string' ? version : range;
}

const both = (a: Members, b: Members): Members => ({
  include: [...a.include, ...b.include],
  exclude: [...a.exclude, ...b.exclude],
});
