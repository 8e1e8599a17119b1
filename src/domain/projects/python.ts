import { parse } from 'smol-toml';
import { below, parsed, type Table } from '../changes/manifests/kind.ts';
import { madeBy, madeChecks } from './make.ts';
import type { Files, Kind, Service } from './project.ts';
import { asksFor, programsOf, serversOf } from './python-servers.ts';
import { automationRuns, checksWith, firstOf, isPlain, unreadable } from './project.ts';

const manifests = [
  'pyproject.toml',
  'setup.cfg',
  'setup.py',
  'requirements.txt',
  'Pipfile',
  'tox.ini',
  'manage.py',
];

/** A Python project at the root: its manifest, or programs that need none. */
export const python: Kind = (files) => {
  const from = firstOf(files, ...manifests) ?? programsOf(files)[0];
  if (from === undefined) return undefined;
  const text = files.get('pyproject.toml');
  const project = text === undefined ? {} : parsed(text, parse);
  if (!project) return unreadable('Python', 'pyproject.toml');
  const name = below(project, 'project')['name'] ?? below(project, 'tool', 'poetry')['name'];
  const place = placeOf(files, project);
  const services = servicesOf(files, project, place);
  return {
    kind: 'Python',
    from,
    ...(typeof name === 'string' ? { name } : {}),
    checks: checksWith({ unit: testsOf(files, project, place), ...madeChecks(files) }),
    services,
    unknown: ['nothing in this Python project plainly starts a server: say what does'],
  };
};

/** Where packages are installed, and how a program of theirs is called. */
interface Place {
  readonly install: string | undefined;
  /** For the checks: with what tests need. */
  readonly installAll: string | undefined;
  readonly run: (line: string) => string;
}

function placeOf(files: Files, project: Table): Place {
  const by = (prefix: string) => (line: string) => `${prefix} ${line}`;
  if (files.has('uv.lock'))
    return {
      install: 'uv sync --locked --no-dev',
      installAll: 'uv sync --locked',
      run: by('uv run --no-sync'),
    };
  if (files.has('poetry.lock') || 'poetry' in below(project, 'tool'))
    return { install: 'poetry install --only main', installAll: 'poetry install', run: by('poetry run') };
  if (files.has('Pipfile.lock'))
    return { install: 'pipenv sync', installAll: 'pipenv sync --dev', run: by('pipenv run') };
  const made = (...what: readonly string[]): string =>
    `python3 -m venv .venv && .venv/bin/pip install ${what.join(' ')}`;
  const needed = files.has('requirements.txt')
    ? ['-r requirements.txt']
    : isPackage(files, project)
      ? ['.']
      : [];
  const more = [...files.keys()].filter((path) =>
    /^requirements[-_](dev|test|tests|development)\.txt$/.test(path),
  );
  const extra = ['test', 'tests', 'dev'].find(
    (each) => each in below(project, 'project', 'optional-dependencies'),
  );
  const group = ['dev', 'test', 'tests'].find((each) => each in below(project, 'dependency-groups'));
  const all = [
    ...needed.map((each) => (each === '.' && extra ? `'.[${extra}]'` : each)),
    ...more.map((path) => `-r ${path}`),
    ...(group === undefined ? [] : [`--group ${group}`]),
  ];
  // Programs of a virtual environment are found by their place, so nothing has to be activated.
  return needed.length === 0 && all.length === 0
    ? { install: undefined, installAll: undefined, run: (line) => line }
    : {
        install: needed.length > 0 ? made(...needed) : undefined,
        // pip has known groups since 25.1, and a new environment has the one that came with Python.
        installAll:
          group === undefined
            ? made(...all)
            : `${made("'pip>=25.1'")} && .venv/bin/pip install ${all.join(' ')}`,
        run: (line) => line.replace(/^python3? /, 'python ').replace(/^/, '.venv/bin/'),
      };
}

const isPackage = (files: Files, project: Table): boolean =>
  files.has('setup.py') || 'project' in project || 'build-system' in project;

/** tox or nox where there is one: they bring what they need. Else the tools that are configured, in the order of their cost. */
function testsOf(files: Files, project: Table, { installAll, run }: Place): (string | undefined)[] {
  const tools = below(project, 'tool');
  const setup = files.get('setup.cfg') ?? '';
  const ini = files.get('tox.ini') ?? '';
  const tox = /^\[(tox|testenv)/m.test(ini) || 'tox' in tools || /^\[tox[\]:]/m.test(setup);
  if (tox) return ['tox'];
  if (files.has('noxfile.py')) return ['nox'];
  const needs = (tool: string): boolean => asksFor(files, tool);
  const has = (tool: string, ...configured: readonly string[]): boolean =>
    tool in tools || firstOf(files, ...configured) !== undefined;
  const pytest =
    has('pytest', 'pytest.ini', 'conftest.py', 'tests/conftest.py') ||
    /^\[tool:pytest\]/m.test(setup) ||
    /^\[pytest\]/m.test(ini) ||
    needs('pytest');
  const inPlace = unittests(files);
  const own =
    inPlace === undefined
      ? undefined
      : `python3 -m unittest discover${inPlace === '.' ? '' : ` -s ${inPlace}`}`;
  const lines = [
    has('ruff', 'ruff.toml', '.ruff.toml') || automationRuns(files, /\bruff check\b/)
      ? 'ruff check .'
      : undefined,
    has('mypy', 'mypy.ini', '.mypy.ini') || /^\[mypy\]/m.test(setup) ? 'mypy .' : undefined,
    pytest ? 'pytest' : own,
  ].filter((line) => line !== undefined);
  if (lines.length === 0) return [madeBy(files, 'lint'), madeBy(files, 'test', 'check')];
  const installed = (line: string): boolean => line.startsWith('python3 ') || needs(line.split(' ')[0] ?? '');
  return [installAll, ...lines.map((line) => (installed(line) ? run(line) : line))];
}

/** Where tests are that Python's own runner finds: `.` or a directory; undefined where there are none. */
function unittests(files: Files): string | undefined {
  const path = [...files].find(
    ([each, text]) => /^((tests?)\/)?test[^/]*\.py$/.test(each) && /^\s*(import|from) unittest\b/m.test(text),
  )?.[0];
  if (path === undefined) return undefined;
  const [directory, file] = path.split('/');
  return file === undefined ? '.' : directory;
}

function servicesOf(files: Files, project: Table, { install, run }: Place): Service[] {
  const made = install === undefined ? {} : { install };
  const servers = serversOf(files, run, /( \.$|^uv |^poetry )/.test(install ?? ''));
  if (servers.length > 0) return servers.map((server) => ({ ...server, ...made }));
  const [program] = programsOf(files);
  if (program !== undefined) return [{ from: program, start: run(`python3 ${program}`), ...made }];
  const scripts = Object.keys({
    ...below(project, 'project', 'scripts'),
    ...below(project, 'tool', 'poetry', 'scripts'),
  }).filter(isPlain);
  return scripts.map((script) => ({
    from: `pyproject.toml, the script ${script}`,
    start: run(script),
    ...made,
  }));
}

/** The line `web` of a Procfile is what a platform would start; programs in it are those of the project's packages. */
export function startsWith(files: Files, line: string): Pick<Service, 'start' | 'install'> {
  const text = files.get('pyproject.toml');
  const { install, run } = placeOf(files, (text === undefined ? {} : parsed(text, parse)) ?? {});
  if (install === undefined) return { start: line };
  if (/^[\w.-]+(\s|$)/.test(line) && !/[;&|]/.test(line)) return { start: run(line), install };
  // Each of several commands may be a program of the packages.
  const start = /^(python3|uv) /.test(install)
    ? `export PATH="$PWD/.venv/bin:$PATH"; ${line}`
    : run(`sh -c '${line.replaceAll("'", "'\\''")}'`);
  return { start, install };
}

export const hasPython = (files: Files): boolean => firstOf(files, ...manifests) !== undefined;
