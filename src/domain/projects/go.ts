import { linesOf } from '../changes/manifests/go.ts';
import { madeBy, madeChecks } from './make.ts';
import type { Files, Kind, Service } from './project.ts';
import { automationRuns, checksWith, firstOf, isPlain } from './project.ts';

/** A Go module at the root: `go.mod`, and the packages `main` at the root and below `cmd/`. */
export const go: Kind = (files) => {
  const work = modulesOf(files.get('go.work'));
  const text = files.get('go.mod') ?? (work.length > 0 ? '' : undefined);
  if (text === undefined) return undefined;
  const from = files.has('go.mod') ? 'go.mod' : 'go.work';
  // At the root of a workspace, `./...` is its module alone, or nothing.
  const all =
    work.length > 0 ? work.map((each) => (each === '.' ? './...' : `./${each}/...`)).join(' ') : './...';
  const module = /^\s*module\s+"?([^\s"]+)"?/m.exec(text)?.[1] ?? '';
  const name =
    module
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? '';
  const lints =
    firstOf(files, '.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json') !== undefined ||
    automationRuns(files, /golangci-lint/);
  const services = mains(files, work).map((directory) => service(directory, name));
  return {
    kind: 'Go',
    from,
    ...(name === '' ? {} : { name }),
    checks: checksWith({
      unit: [
        madeBy(files, 'lint') ?? (lints ? 'golangci-lint run' : `go vet ${all}`),
        madeBy(files, 'test') ?? `go test ${all}`,
      ],
      ...madeChecks(files),
    }),
    services,
    unknown: ['no package main was found at the root or below cmd/: say what is built and started'],
  };
};

/** Directories with a package `main` that is built: `.`, `./cmd/shop`. */
/** Directories of the modules of a workspace: `use ./api`, or `use ( … )`. */
function modulesOf(work = ''): string[] {
  return linesOf(work, 'use')
    .map(([path = '']) => path.replace(/^\.\/(?=.)/, '').replace(/\/$/, ''))
    .filter((path) => /^[\w.-][\w./-]*$/.test(path) && !path.startsWith('..'));
}

/** Programs in there are none of the product's. */
const aside = /^(examples?|testdata|tools?|hack|scripts?|docs|tests?|internal)(\/|$)/;

function mains(files: Files, modules: readonly string[]): string[] {
  const found = new Set<string>();
  for (const [path, text] of files) {
    if (!path.endsWith('.go') || path.endsWith('_test.go')) continue;
    const directory = path.split('/').slice(0, -1).join('/');
    const [first = ''] = directory.split('/');
    // A module of its own is built by itself, unless a workspace has it.
    if (aside.test(directory) || (files.has(`${first}/go.mod`) && !modules.includes(first))) continue;
    if (/^\/\/go:build\s+(ignore|tools?)\b|^\/\/ \+build\s+(ignore|tools?)\b/m.test(text)) continue;
    if (/^package\s+main\b/m.test(text) && /^func\s+main\s*\(\s*\)/m.test(text))
      found.add(directory === '' ? '.' : `./${directory}`);
  }
  return [...found].filter((directory) => /^[\w./-]+$/.test(directory)).toSorted();
}

function service(directory: string, module: string): Service {
  const own = directory === '.' || directory === './cmd' ? module : (directory.split('/').at(-1) ?? '');
  const binary = `bin/${isPlain(own) ? own : 'app'}`;
  return {
    from: directory === '.' ? 'package main at the root' : directory.slice(2),
    install: `go build -o ${binary} ${directory}`,
    start: `./${binary}`,
  };
}
