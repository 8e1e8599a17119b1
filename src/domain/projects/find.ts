import { compose, type Stack } from './compose.ts';
import { container } from './container.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { make, makeBeside } from './make.ts';
import { node } from './node.ts';
import type { Files, Kind, Project, Service } from './project.ts';
import { hasPython, python, startsWith } from './python.ts';
import { rust } from './rust.ts';

/** In the order in which they name the product: what is compiled first, what often only builds its documentation last. */
const languages: readonly Kind[] = [go, rust, java, python, node];

/** Which files are worth reading, as globs; symbolic links among them are followed inside the repository alone. */
export const filesOfInterest = [
  '{package.json,package-lock.json,npm-shrinkwrap.json,pnpm-lock.yaml,yarn.lock,bun.lock,bun.lockb,.yarnrc.yml}',
  '{server,index,app}.{js,mjs}',
  '{go.mod,go.work}',
  '.golangci.{yml,yaml,toml,json}',
  '{*.go,cmd/*.go,cmd/*/*.go,*/main.go,*/cmd/*/main.go}',
  '{Cargo.toml,Cargo.lock,clippy.toml,.clippy.toml,rustfmt.toml,.rustfmt.toml}',
  '{,*/,crates/*/}src/{main.rs,bin/*.rs,bin/*/main.rs}',
  'crates/*/Cargo.toml',
  '{pyproject.toml,setup.cfg,setup.py,Pipfile,Pipfile.lock,uv.lock,poetry.lock,tox.ini,noxfile.py,pytest.ini,conftest.py}',
  '{requirements*.txt,ruff.toml,.ruff.toml,mypy.ini,.mypy.ini,manage.py}',
  '{server,app,main,__main__,run,test*}.py',
  '{test,tests}/{test*,conftest}.py',
  '{*,src/*}/{__main__,__init__,wsgi,asgi,main,app,server,api}.py',
  '{pom.xml,mvnw,build.gradle,build.gradle.kts,settings.gradle,settings.gradle.kts,gradlew}',
  '{Dockerfile,Containerfile,compose.yaml,compose.yml,docker-compose.yaml,docker-compose.yml,Procfile,GNUmakefile,Makefile,makefile}',
  '{.github/workflows/*.{yml,yaml},.gitlab-ci.yml,.circleci/config.yml,.pre-commit-config.yaml}',
  '*/{package.json,go.mod,Cargo.toml,pyproject.toml,requirements.txt,pom.xml,build.gradle,build.gradle.kts,Dockerfile}',
] as const;

/** What a repository is made of: every kind of project that its root shows. */
export interface Found {
  readonly projects: readonly Project[];
  /** Every program that may be what users reach. Where there are several, a person has to say which. */
  readonly services: readonly Service[];
  /** A container, where the product can be started without one too. */
  readonly image: Service | undefined;
  /** What brings it up by a compose file, where nothing else starts it. */
  readonly stack: Stack | undefined;
  readonly decide: readonly string[];
}

export function findProjects(files: Files): Found {
  const inLanguages = languages.flatMap((kind) => kind(files) ?? []);
  const tested = inLanguages.some(({ checks }) => checks.unit !== undefined);
  const built = container(files);
  const stacked = built ? undefined : compose(files);
  const others = [built, stacked?.project, tested ? makeBeside(files, inLanguages) : make(files)].filter(
    (each) => each !== undefined,
  );
  const projects = [...inLanguages, ...others];
  const declared = procfile(files, inLanguages);
  const [image] = projects.flatMap(({ services }) => services.filter((each) => each.container));
  const plain = declared ? [declared] : inLanguages.flatMap(({ services }) => services);
  const services = plain.length > 0 || !image ? plain : [image];
  return {
    projects,
    services,
    stack: services.length > 0 ? undefined : stacked?.stack,
    image: services.some((each) => each.container) ? undefined : image,
    decide: [
      ...projects.flatMap(({ decide = [], unknown = [] }) => [
        ...decide,
        ...(services.length > 0 || stacked?.stack ? [] : unknown),
      ]),
      ...below(files, projects),
    ],
  };
}

/** A Procfile's line `web` is what a platform starts, with its port in `PORT`. */
function procfile(files: Files, projects: readonly Project[]): Service | undefined {
  const line = /^web:\s*(\S.*?)\s*$/m.exec(files.get('Procfile') ?? '')?.[1];
  if (line === undefined) return undefined;
  const from = 'Procfile';
  // gunicorn binds to it by itself.
  const takesPort = /\$\{?PORT\b/.test(line) || /\bgunicorn\b(?!.*\s(-b|--bind)\b)/.test(line);
  if (hasPython(files)) return { from, takesPort, ...startsWith(files, line) };
  const install = projects.flatMap(({ services }) => services.flatMap((each) => each.install ?? []))[0];
  return { from, takesPort, start: line, ...(install === undefined ? {} : { install }) };
}

/** Projects in directories below, where the root itself has none that starts. */
function below(files: Files, projects: readonly Project[]): string[] {
  if (projects.some(({ services }) => services.length > 0)) return [];
  const directories = [...files.keys()].filter((path) =>
    /^[^/]+\/(package\.json|go\.mod|Cargo\.toml|pyproject\.toml|requirements\.txt|pom\.xml|build\.gradle(\.kts)?|Dockerfile)$/.test(
      path,
    ),
  );
  return directories.length === 0
    ? []
    : [
        `there are projects in directories below, which were not looked into: ${directories.toSorted().slice(0, 8).join(', ')}`,
      ];
}

/** What the product is called: by the project that starts it, else by the first that has a name, else by its directory. */
export function productName({ projects }: Found, root: string): string {
  const named = projects.filter(({ name }) => name !== undefined);
  const { name } = named.find(({ services }) => services.length > 0) ?? named[0] ?? {};
  return plainName(name ?? '') || plainName(root.split('/').at(-1) ?? '') || 'product';
}

/** `Corner Shop` → `corner-shop`. */
const plainName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
