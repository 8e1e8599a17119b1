import { goMain, goModule, type Little } from './repositories.ts';

const nothing = 'REPLACE_ME';

/** Those that say little, or nothing good. */
export const repositoriesInTrouble: Readonly<Record<string, Little>> = {
  'projects in directories below': {
    files: { 'api/go.mod': goModule, 'web/package.json': '{}', 'node_modules/a/package.json': '{}' },
    checks: {},
    start: nothing,
    decide: [
      'not looked into: api/go.mod, web/package.json',
      'nothing was found',
      'no path of health',
      'no tests',
    ],
  },
  'nothing at all': {
    files: {},
    checks: {},
    start: nothing,
    decide: ['nothing was found', 'no path of health', 'no tests were found'],
  },
  'a broken package.json': {
    files: { 'package.json': '{"name": "shop", ' },
    checks: {},
    start: nothing,
    decide: ["package.json can't be read", 'nothing was found', 'no path of health', 'no tests were found'],
  },
  'broken manifests of every kind, beside a module that is well': {
    files: {
      'package.json': '[]',
      'pyproject.toml': '[project\n',
      'Cargo.toml': '= 1',
      'pom.xml': '<project><artifactId>a b; rm -rf ~</artifactId>',
      'go.mod': goModule,
      'main.go': goMain,
    },
    product: 'hello',
    checks: { unit: 'go vet ./... && go test ./...' },
    install: 'go build -o bin/hello .',
    start: './bin/hello',
    health: '/healthz',
    decide: [
      "Cargo.toml can't be read",
      "pom.xml can't be read",
      "pyproject.toml can't be read",
      "package.json can't be read",
    ],
  },
  'names that would end a comment or a shell word': {
    files: {
      'go.mod': 'module example.com/$(reboot)\n',
      'cmd/$(reboot)/main.go': goMain,
      'main.go': goMain,
      Procfile: 'web: ./run "a # b"\n',
    },
    product: 'reboot',
    checks: { unit: 'go vet ./... && go test ./...' },
    install: 'go build -o bin/app .',
    start: './run "a # b"',
    health: '/healthz',
  },
};
