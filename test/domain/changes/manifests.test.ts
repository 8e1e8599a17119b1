import { describe, expect, it } from 'vitest';
import { dependencyChanges } from '../../../src/domain/changes/dependencies.ts';
import { cargo } from '../../../src/domain/changes/manifests/cargo.ts';
import { go } from '../../../src/domain/changes/manifests/go.ts';
import type { ManifestKind, RootFiles } from '../../../src/domain/changes/manifests/kind.ts';
import { manifestKinds } from '../../../src/domain/changes/manifests/kinds.ts';
import { npm } from '../../../src/domain/changes/manifests/npm.ts';
import { python } from '../../../src/domain/changes/manifests/python.ts';

const read = (kind: ManifestKind, text: string, root: RootFiles = {}) => {
  const found = kind.read(text, root);
  return found && Object.fromEntries(found);
};

describe('[RW-4] what users get, by the manifest', () => {
  it('what differs is new, gone, or another version', () => {
    const before = new Map(Object.entries({ a: '1', b: '2', c: '3' }));
    expect(dependencyChanges(before, new Map(Object.entries({ a: '1', b: '3', e: '1' })))).toEqual([
      { name: 'b', from: '2', to: '3' },
      { name: 'c', from: '3', to: undefined },
      { name: 'e', from: undefined, to: '1' },
    ]);
  });

  it.each<[string, ManifestKind, string, Record<string, string>, RootFiles?]>([
    [
      'npm: not what development needs',
      npm,
      '{"dependencies":{"a":"1","n":1},"optionalDependencies":{"o":"2"},"peerDependencies":{"p":">=3"},"devDependencies":{"d":"1"}}',
      { a: '1', o: '2', p: '>=3' },
    ],
    [
      'pnpm: a catalog holds the version',
      npm,
      '{"dependencies":{"a":"catalog:","b":"catalog:old","c":"catalog:nowhere","d":"1"}}',
      { a: '^1.2.0', b: '0.9.0', c: 'catalog:nowhere', d: '1' },
      { 'pnpm-workspace.yaml': 'catalog:\n  a: ^1.2.0\ncatalogs:\n  old:\n    b: 0.9.0\n' },
    ],
    [
      'Go: direct and indirect, in blocks and alone, replaced and commented',
      go,
      `module example.org/shop // the shop

go 1.24
require example.org/one v1.0.0
require (
\texample.org/two/v2 v2.1.0 // indirect
\t"example.org/three" v0.0.0-20260101000000-abcdef123456
\t// example.org/four v1.0.0
)
exclude example.org/five v1.0.0
replace example.org/one => ../one
replace (
  example.org/three v9.9.9 => example.org/fork v1.0.0
  example.org/two/v2 v2.1.0 => example.org/fork/v2 v2.1.1
)
`,
      {
        'example.org/one': '../one',
        'example.org/two/v2': 'example.org/fork/v2 v2.1.1',
        'example.org/three': 'v0.0.0-20260101000000-abcdef123456',
      },
    ],
    [
      'Python: dependencies and extras, but no groups and nothing that only builds',
      python,
      `[build-system]
requires = ["hatchling>=1"]
[project]
name = "shop"
dependencies = ["Foo_Bar[all] >= 1.2 ; python_version > '3.8'", "plain", "at @ https://example.org/at.whl"]
[project.optional-dependencies]
pg = ["psycopg==3.2"]
[dependency-groups]
dev = ["pytest"]
`,
      {
        'foo-bar': "[all] >= 1.2 ; python_version > '3.8'",
        plain: '*',
        at: '@ https://example.org/at.whl',
        psycopg: '==3.2',
      },
    ],
    [
      'Poetry: versions, tables and several constraints, but not Python itself nor groups',
      python,
      `[tool.poetry.dependencies]
python = "^3.12"
requests = "^2.32"
own = { git = "https://example.org/own.git", tag = "v1" }
extra = { version = "1.0", extras = ["x"] }
two = [{ version = "1", python = "<3.10" }, { version = "2", python = ">=3.10" }]
[tool.poetry.group.dev.dependencies]
pytest = "^8"
`,
      { requests: '^2.32', own: 'https://example.org/own.git v1', extra: '1.0', two: '1 | 2' },
    ],
    [
      'Cargo: also of targets and from the workspace, but not for builds and tests',
      cargo,
      `[package]
name = "shop"
[dependencies]
serde = "1.0"
tokio = { version = "1.40", features = ["full"] }
shared = { workspace = true, features = ["x"] }
renamed = { package = "real-name", version = "2" }
git = { git = "https://example.org/g.git", rev = "abc" }
[target.'cfg(unix)'.dependencies]
nix = "0.29"
[dev-dependencies]
proptest = "1"
[build-dependencies]
cc = "1"
`,
      {
        serde: '1.0',
        tokio: '1.40',
        shared: '3.1',
        'real-name': '2',
        git: 'https://example.org/g.git abc',
        nix: '0.29',
      },
      { 'Cargo.toml': '[workspace]\nmembers = ["a"]\n[workspace.dependencies]\nshared = "3.1"\n' },
    ],
  ])('%s', (_, kind, text, dependencies, root) => {
    expect(read(kind, text, root)).toEqual(dependencies);
    expect(read(kind, `\uFEFF${text}`, root)).toEqual(dependencies);
    expect(read(kind, text.replaceAll('\n', '\r\n'), root)).toEqual(dependencies);
  });

  it.each<[string, ManifestKind, RootFiles, readonly string[], readonly string[]]>([
    [
      'npm',
      npm,
      { 'package.json': '{"workspaces":["packages/*","./apps/web/","!packages/old"]}' },
      ['packages/*/package.json', 'apps/web/package.json'],
      ['packages/old/package.json'],
    ],
    [
      'yarn',
      npm,
      { 'package.json': '{"workspaces":{"packages":["libs/**"]}}' },
      ['libs/**/package.json'],
      [],
    ],
    [
      'pnpm',
      npm,
      { 'package.json': '{}', 'pnpm-workspace.yaml': "packages:\n  - 'packages/*'\n  - '!**/test/**'\n" },
      ['packages/*/package.json'],
      ['**/test/**/package.json'],
    ],
    [
      'Go',
      go,
      { 'go.work': 'go 1.24\n\nuse (\n\t.\n\t./api\n)\nuse ./web\n' },
      ['api/go.mod', 'web/go.mod'],
      [],
    ],
    [
      'uv',
      python,
      { 'pyproject.toml': '[tool.uv.workspace]\nmembers = ["libs/*"]\nexclude = ["libs/x"]\n' },
      ['libs/*/pyproject.toml'],
      ['libs/x/pyproject.toml'],
    ],
    [
      'Cargo',
      cargo,
      { 'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/x"]\n' },
      ['crates/*/Cargo.toml'],
      ['crates/x/Cargo.toml'],
    ],
  ])('%s names its packages', (_, kind, root, include, exclude) => {
    expect(kind.members(root)).toEqual({ include, exclude });
  });

  it.each(manifestKinds)('$file: a broken one tells nothing, and never that all is gone', (kind) => {
    for (const broken of [
      '{',
      '[[[',
      'a = ',
      '\0',
      '[]',
      'null',
      '"x"',
      ': : :',
      '{"dependencies":[1]}',
      'require (',
    ])
      expect([undefined, {}]).toContainEqual(read(kind, broken, { [kind.file]: broken }));
    for (const broken of ['{', '\0', '{"a":']) {
      expect(kind.members({ [kind.file]: broken, 'pnpm-workspace.yaml': broken, 'go.work': broken })).toEqual(
        { include: [], exclude: [] },
      );
      expect(kind.nameOf(broken)).toBeUndefined();
    }
    for (const broken of ['{', 'a = '])
      if (kind.file !== 'go.mod') expect(read(kind, broken)).toBeUndefined();
  });

  it('their names are those by which others depend on them', () => {
    expect(npm.nameOf('{"name":"@acme/shop"}')).toBe('@acme/shop');
    expect(go.nameOf('module example.org/shop/v2\n')).toBe('example.org/shop/v2');
    expect(python.nameOf('[project]\nname = "Acme_Shop"\n')).toBe('acme-shop');
    expect(python.nameOf('[tool.poetry]\nname = "shop"\n')).toBe('shop');
    expect(cargo.nameOf('[package]\nname = "shop"\n')).toBe('shop');
  });
});
