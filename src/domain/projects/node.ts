import { below, parsed, type Table } from '../changes/manifests/kind.ts';
import type { Files, Kind, Project, ProposedCheck, Service } from './project.ts';
import { checksWith, firstOf, unreadable } from './project.ts';

/** How a package manager is called. */
interface Manager {
  readonly locked: boolean;
  readonly install: string;
  /** Without what only development needs. */
  readonly lean: string;
  readonly run: (script: string) => string;
}

/** `package.json` at the root, with the package manager that its lock file tells. */
export const node: Kind = (files) => {
  const text = files.get('package.json');
  if (text === undefined) return undefined;
  const manifest = parsed(text, JSON.parse);
  if (!manifest) return unreadable('Node', 'package.json');
  const { name } = manifest;
  const manager = managerOf(files, manifest);
  const scripts = scriptsOf(manifest);
  const service = serviceOf(files, manifest, scripts, manager);
  const watched = wanted.unit.find((script) => /\s--watch(All)?\b/.test(scripts.get(script) ?? ''));
  return {
    kind: 'Node',
    from: 'package.json',
    ...(typeof name === 'string' ? { name: name.replace(/^@[^/]*\//, '') } : {}),
    checks: checksOf(manifest, scripts, manager, service !== undefined),
    services: service ? [service] : [],
    decide: watched ? [`the script ${watched} watches files and never ends: it is no check as it is`] : [],
    unknown: isForDevelopment(scripts.get('start'))
      ? [`the script start (${scripts.get('start') ?? ''}) is a server for development`]
      : [],
  };
};

const wanted = {
  unit: ['test:unit', 'test'],
  integration: ['test:integration'],
  e2e: ['test:e2e', 'e2e'],
  smoke: ['test:smoke', 'smoke'],
  performance: ['test:performance', 'performance'],
  security: ['audit', 'security'],
  docs: ['docs:check', 'check:docs', 'docs:build', 'build:docs'],
} as const satisfies Record<ProposedCheck, readonly string[]>;

/** What is looked at together with the unit tests; of a package without tests or a service, such as one for documentation, it is none of the product's. */
const beforehand = [
  ['format:check', 'check:format'],
  ['lint'],
  ['typecheck', 'type-check', 'check:types'],
  ['build'],
] as const;

function checksOf(
  manifest: Table,
  scripts: ReadonlyMap<string, string>,
  { install, locked, run }: Manager,
  served: boolean,
): Project['checks'] {
  const first = hasPackages(manifest, locked, 'dependencies', 'devDependencies') ? [install] : [];
  const line = (names: readonly string[]): string | undefined => {
    const script = names.find(
      (each) => scripts.has(each) && !/\s--watch(All)?\b/.test(scripts.get(each) ?? ''),
    );
    return script === undefined ? undefined : run(script);
  };
  const lines = Object.entries(wanted).map(([check, names]) => {
    const own = line(names);
    const before = check === 'unit' && (own !== undefined || served) ? beforehand.map(line) : [];
    const all = [...before, own].filter((each) => each !== undefined);
    return [check, all.length > 0 ? [...first, ...all] : []] as const;
  });
  return checksWith(Object.fromEntries(lines));
}

/** A start script, else a file that is there: a guess at a missing one would only fail in staging. */
function serviceOf(
  files: Files,
  manifest: Table,
  scripts: ReadonlyMap<string, string>,
  { install, lean, locked, run }: Manager,
): Service | undefined {
  const { main } = manifest;
  const file = firstOf(
    files,
    ...(typeof main === 'string' && /^[\w./-]+$/.test(main) ? [main.replace(/^\.\//, '')] : []),
    ...['server.js', 'server.mjs', 'index.js', 'app.js'],
  );
  const script = scripts.has('start') && !isForDevelopment(scripts.get('start'));
  const start = script ? run('start') : file === undefined ? undefined : `node ${file}`;
  if (start === undefined) return undefined;
  const builds = scripts.has('build');
  const makes = [
    ...(hasPackages(manifest, locked, 'dependencies', ...(builds ? ['devDependencies'] : []))
      ? [builds ? install : lean]
      : []),
    ...(builds ? [run('build')] : []),
  ];
  return {
    from: script ? 'package.json, the script start' : (file ?? 'package.json'),
    start,
    ...(makes.length > 0 ? { install: makes.join(' && ') } : {}),
  };
}

const isForDevelopment = (line: string | undefined): boolean =>
  line !== undefined &&
  /\b(nodemon|docusaurus start|storybook|webpack(-dev-server| serve)|react-scripts start|ng serve|next dev|vitepress dev|vite(?= *(&|$| dev| serve| --)))\b/.test(
    line,
  );

/** A lock file without packages here may have some of workspaces. */
const hasPackages = (manifest: Table, locked: boolean, ...sections: readonly string[]): boolean =>
  locked || sections.some((section) => Object.keys(below(manifest, section)).length > 0);

/** Scripts by name; what npm init writes fails always, and is none. */
function scriptsOf(manifest: Table): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(below(manifest, 'scripts')).flatMap(([name, line]) =>
      typeof line === 'string' && !line.includes('no test specified') ? [[name, line] as const] : [],
    ),
  );
}

function managerOf(files: Files, { packageManager }: Table): Manager {
  const named = typeof packageManager === 'string' ? packageManager.split('@')[0] : undefined;
  const lock = firstOf(
    files,
    'pnpm-lock.yaml',
    'yarn.lock',
    'bun.lock',
    'bun.lockb',
    'package-lock.json',
    'npm-shrinkwrap.json',
  );
  const tool = lock === undefined ? named : (/^(pnpm|yarn|bun)/.exec(lock)?.[0] ?? 'npm');
  const locked = lock !== undefined;
  const called = (program: string) => (script: string) =>
    `${program} ${script === 'test' || script === 'start' ? '' : 'run '}${script}`;
  switch (tool) {
    case 'pnpm': {
      const install = `pnpm install${locked ? ' --frozen-lockfile' : ''}`;
      return { locked, install, lean: `${install} --prod`, run: called('pnpm') };
    }
    case 'yarn': {
      const frozen = files.has('.yarnrc.yml') ? ' --immutable' : ' --frozen-lockfile';
      const install = `yarn install${locked ? frozen : ''}`;
      return {
        locked,
        install,
        lean: files.has('.yarnrc.yml') ? install : `${install} --production`,
        run: (script) => `yarn run ${script}`,
      };
    }
    case 'bun': {
      const install = `bun install${locked ? ' --frozen-lockfile' : ''}`;
      return { locked, install, lean: `${install} --production`, run: (script) => `bun run ${script}` };
    }
    default: {
      const install = locked ? 'npm ci' : 'npm install';
      return { locked, install, lean: `${install} --omit=dev`, run: called('npm') };
    }
  }
}
