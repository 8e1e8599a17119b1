import { XMLParser } from 'fast-xml-parser';
import { below, parsed, type Table } from '../changes/manifests/kind.ts';
import type { Files, Kind, Service } from './project.ts';
import { firstOf, isPlain, unreadable } from './project.ts';

const xml = new XMLParser({ ignoreAttributes: true, parseTagValue: false });

/** Maven: `pom.xml`, with the wrapper where the project brings it. */
export const maven: Kind = (files) => {
  const text = files.get('pom.xml');
  if (text === undefined) return undefined;
  const whole = parsed(text, (each) => xml.parse(each, true) as unknown);
  const pom = below(whole ?? {}, 'project');
  const { artifactId: name } = pom;
  if (typeof name !== 'string' || !isPlain(name)) return unreadable('Java (Maven)', 'pom.xml');
  const mvn = files.has('mvnw') ? './mvnw -B' : 'mvn -B';
  const modules = modulesOf(pom);
  const services = modules
    ? modules.flatMap((module) => jarOfModule(files, module, mvn) ?? [])
    : (jarOf(text, pom, name, mvn) ?? []);
  return {
    kind: 'Java (Maven)',
    from: 'pom.xml',
    name,
    checks: { unit: [`${mvn} verify`] },
    services: Array.isArray(services) ? services : [services],
    unknown: [
      modules
        ? 'pom.xml has modules: say which of them is built and started'
        : 'pom.xml does not say that it makes a jar that runs by itself: say what is started',
    ],
  };
};

/** Directories of the modules; undefined where there are none. The parser makes a list only of several. */
function modulesOf(pom: Table): string[] | undefined {
  if (pom['modules'] === undefined) return undefined;
  const { module } = below(pom, 'modules');
  return (Array.isArray(module) ? (module as unknown[]) : [module]).filter(
    (each) => typeof each === 'string' && isPlain(each),
  ) as string[];
}

function jarOfModule(files: Files, module: string, mvn: string): Service | undefined {
  const text = files.get(`${module}/pom.xml`);
  const pom = below(parsed(text, (each) => xml.parse(each, true) as unknown) ?? {}, 'project');
  const { artifactId: name } = pom;
  return text === undefined || typeof name !== 'string' || !isPlain(name)
    ? undefined
    : jarOf(text, pom, name, mvn, `${module}/`);
}

/** A jar that `java -jar` takes: of Spring Boot, Quarkus, or with a main class in its manifest. */
function jarOf(text: string, pom: Table, name: string, mvn: string, place = ''): Service | undefined {
  const { finalName } = below(pom, 'build');
  if (pom['modules'] !== undefined || (pom['packaging'] ?? 'jar') !== 'jar') return undefined;
  const install = `${mvn} package -DskipTests`;
  const jar = typeof finalName === 'string' && isPlain(finalName) ? finalName : `${name}-*`;
  const from = `${place}pom.xml`;
  if (text.includes('<artifactId>spring-boot-maven-plugin<'))
    return { from, install, ...spring(`${place}target/${jar}.jar`, text) };
  if (text.includes('<artifactId>quarkus-maven-plugin<'))
    return { from, install, ...quarkus(`${place}target/quarkus-app/quarkus-run.jar`, text) };
  if (/<mainClass>[^<]+<\/mainClass>/.test(text) && /<artifactId>maven-(shade|jar)-plugin</.test(text))
    return { from, install, start: `java -jar ${place}target/${jar}.jar` };
  return undefined;
}

/** Gradle: `build.gradle` or `build.gradle.kts`, with the wrapper where the project brings it. */
export const gradle: Kind = (files) => {
  const from = buildFile(files, '') ?? firstOf(files, 'settings.gradle.kts', 'settings.gradle');
  if (from === undefined) return undefined;
  const settings = files.get('settings.gradle.kts') ?? files.get('settings.gradle') ?? '';
  const [, name] = /rootProject\.name\s*=\s*["']([^"']+)["']/.exec(settings) ?? [];
  // A daemon would outlive the check that started it.
  const gradlew = files.has('gradlew') ? './gradlew --no-daemon' : 'gradle --no-daemon';
  const services = ['', ...includedIn(settings)].flatMap((project) => {
    const build = buildFile(files, project);
    if (build === undefined) return [];
    return (
      distributionOf(files.get(build) ?? '', build, project, project === '' ? name : project, gradlew) ?? []
    );
  });
  return {
    kind: 'Java (Gradle)',
    from,
    ...(name === undefined ? {} : { name }),
    checks: { unit: [`${gradlew} check`] },
    services,
    unknown: [`${from} does not say by itself what is started: say what is built and started`],
  };
};

const buildFile = (files: Files, project: string): string | undefined =>
  firstOf(
    files,
    ...['build.gradle.kts', 'build.gradle'].map((name) => (project === '' ? name : `${project}/${name}`)),
  );

/** The projects that the settings include: `include(":app", "lib")`. Those of projects are left to people. */
const includedIn = (settings: string): string[] =>
  [...settings.matchAll(/^\s*include\s*\(?\s*((?:["'][^"'\n]*["']\s*,?\s*)+)/gm)]
    .flatMap(([, list = '']) => [...list.matchAll(/["']:?([^"']*)["']/g)].map(([, name = '']) => name))
    .filter(isPlain);

function distributionOf(
  text: string,
  from: string,
  project: string,
  name: string | undefined,
  gradlew: string,
): Service | undefined {
  const plugin = (id: string): boolean =>
    new RegExp(
      `^[^/\\n]*(\\bid\\b\\s*\\(?\\s*|plugin:\\s*)["']${id.replaceAll('.', '\\.')}["'](?!.*apply\\s*\\(?\\s*false)`,
      'm',
    ).test(text);
  const [task, place] = project === '' ? ['', ''] : [`:${project}:`, `${project}/`];
  if (plugin('org.springframework.boot'))
    return { from, install: `${gradlew} ${task}bootJar`, ...spring(`${place}build/libs/*.jar`, text) };
  if (plugin('io.quarkus'))
    return {
      from,
      install: `${gradlew} ${task}quarkusBuild`,
      ...quarkus(`${place}build/quarkus-app/quarkus-run.jar`, text),
    };
  const application = plugin('application') || /^\s*(`application`|application)\s*$/m.test(text);
  // Without a name, it is that of the directory, which is another one in the copy that is built.
  return application && name !== undefined && isPlain(name)
    ? { from, install: `${gradlew} ${task}installDist`, start: `${place}build/install/${name}/bin/${name}` }
    : undefined;
}

const spring = (jar: string, text: string) => ({
  start: `java -jar ${jar} --server.port=$PORT`,
  takesPort: true,
  ...(text.includes('spring-boot-starter-actuator') ? { health: '/actuator/health' } : {}),
});

const quarkus = (jar: string, text: string) => ({
  start: `java -Dquarkus.http.port=$PORT -jar ${jar}`,
  takesPort: true,
  ...(text.includes('quarkus-smallrye-health') ? { health: '/q/health' } : {}),
});

/** Whichever of them there is; a repository that moves from one to the other has both. */
export const java: Kind = (files: Files) => maven(files) ?? gradle(files);
