import { parse } from 'smol-toml';
import { below, listOf, parsed, tableOf } from '../changes/manifests/kind.ts';
import { madeBy, madeChecks } from './make.ts';
import type { Files, Kind } from './project.ts';
import { automationRuns, checksWith, firstOf, isPlain, unreadable } from './project.ts';

/** A Cargo package or workspace at the root, and the binaries that it says it has. */
export const rust: Kind = (files) => {
  const text = files.get('Cargo.toml');
  if (text === undefined) return undefined;
  const manifest = parsed(text, parse);
  if (!manifest) return unreadable('Rust', 'Cargo.toml');
  const { name } = below(manifest, 'package');
  const flags = `${files.has('Cargo.lock') ? ' --locked' : ''}${manifest['workspace'] === undefined ? '' : ' --workspace'}`;
  const lints = (tool: string, ...configured: readonly string[]): boolean =>
    firstOf(files, ...configured) !== undefined ||
    automationRuns(files, new RegExp(`cargo (\\+\\S+ )?${tool}`));
  const clippy =
    lints('clippy', 'clippy.toml', '.clippy.toml') ||
    below(manifest, 'lints')['clippy'] !== undefined ||
    below(manifest, 'workspace', 'lints')['clippy'] !== undefined;
  const format = lints('fmt', 'rustfmt.toml', '.rustfmt.toml');
  const made = madeBy(files, 'lint');
  const locked = files.has('Cargo.lock') ? ' --locked' : '';
  const packages = ['', ...membersOf(files, manifest)];
  const services = packages.flatMap((directory) => {
    const from = `${directory}Cargo.toml`;
    const own = parsed(files.get(from), parse) ?? {};
    const { name: crate } = below(own, 'package');
    if (typeof crate !== 'string' || !isPlain(crate)) return [];
    const choice = packages.length > 1 ? ` -p ${crate}` : '';
    return binariesOf(files, own, directory).map((binary) => ({
      from,
      install: `cargo build --release${locked}${choice} --bin ${binary}`,
      start: `./target/release/${binary}`,
    }));
  });
  return {
    kind: 'Rust',
    from: 'Cargo.toml',
    ...(typeof name === 'string' ? { name } : {}),
    checks: checksWith({
      unit: [
        made ?? (format ? 'cargo fmt --all --check' : undefined),
        made === undefined && clippy ? `cargo clippy${flags} --all-targets -- -D warnings` : undefined,
        madeBy(files, 'test') ?? `cargo test${flags}`,
      ],
      ...madeChecks(files),
    }),
    services,
    unknown: [
      'Cargo.toml at the root has no binary (a library, or a workspace of packages): say what is built and started',
    ],
  };
};

/** Directories of the workspace's packages that were read, where it has members. */
function membersOf(files: Files, manifest: Readonly<Record<string, unknown>>): string[] {
  const { members } = below(manifest, 'workspace');
  if (listOf(members).length === 0) return [];
  return [...files.keys()].flatMap((path) => {
    const [, directory] = /^((?:[\w.-]+\/){1,2})Cargo\.toml$/.exec(path) ?? [];
    return directory === undefined || /^(examples?|fuzz|xtask|tests|benches)\//.test(directory)
      ? []
      : [directory];
  });
}

function binariesOf(files: Files, manifest: Readonly<Record<string, unknown>>, directory: string): string[] {
  const { name, 'default-run': usual } = below(manifest, 'package');
  if (typeof usual === 'string' && isPlain(usual)) return [usual];
  const declared = listOf(manifest['bin']).map((bin) => tableOf(bin)['name']);
  const found = [...files.keys()].flatMap((path) => {
    if (!path.startsWith(directory)) return [];
    const inside = path.slice(directory.length);
    if (inside === 'src/main.rs') return [name];
    const [, binary] = /^src\/bin\/([^/]+?)(?:\.rs|\/main\.rs)$/.exec(inside) ?? [];
    return binary === undefined ? [] : [binary];
  });
  const names = declared.length > 0 ? declared : found;
  return [...new Set(names.filter((each) => typeof each === 'string'))].filter(isPlain).toSorted();
}
