import { madeBy, madeChecks } from './make.ts';
import type { Files, Kind, Service } from './project.ts';
import { automationRuns, checksWith, firstOf, isPlain } from './project.ts';

/** A Go module at the root: `go.mod`, and the packages `main` at the root and below `cmd/`. */
export const go: Kind = (files) => {
  const text = files.get('go.mod');
  if (text === undefined) return undefined;
  const module = /^\s*module\s+"?([^\s"]+)"?/m.exec(text)?.[1] ?? '';
  const name =
    module
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? '';
  const lints =
    firstOf(files, '.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json') !== undefined ||
    automationRuns(files, /golangci-lint/);
  const services = mains(files).map((directory) => service(directory, name));
  return {
    kind: 'Go',
    from: 'go.mod',
    ...(name === '' ? {} : { name }),
    checks: checksWith({
      unit: [
        madeBy(files, 'lint') ?? (lints ? 'golangci-lint run' : 'go vet ./...'),
        madeBy(files, 'test') ?? 'go test ./...',
      ],
      ...madeChecks(files),
    }),
    services,
    unknown: ['no package main was found at the root or below cmd/: say what is built and started'],
  };
};

/** Directories with a package `main` that is built: `.`, `./cmd/shop`. */
function mains(files: Files): string[] {
  const found = new Set<string>();
  for (const [path, text] of files) {
    const [, directory = ''] = /^(?:(cmd(?:\/[^/]+)?)\/)?[^/]+\.go$/.exec(path) ?? [undefined, 'none'];
    if (directory === 'none' || path.endsWith('_test.go')) continue;
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
