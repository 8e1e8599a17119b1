import { XMLParser } from 'fast-xml-parser';
import { below, parsed, type Table } from '../changes/manifests/kind.ts';
import type { Files, Kind, Service } from './project.ts';
import { isPlain, unreadable } from './project.ts';

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
  const service = jarOf(text, pom, name, mvn);
  return {
    kind: 'Java (Maven)',
    from: 'pom.xml',
    name,
    checks: { unit: [`${mvn} verify`] },
    services: service ? [service] : [],
    unknown: service
      ? []
      : [
          pom['modules'] === undefined
            ? 'pom.xml does not say that it makes a jar that runs by itself: say what is started'
            : 'pom.xml has modules: say which of them is built and started',
        ],
  };
};

/** A jar that `java -jar` takes: of Spring Boot, Quarkus, or with a main class in its manifest. */
function jarOf(text: string, pom: Table, name: string, mvn: string): Service | undefined {
  const { finalName } = below(pom, 'build');
  if (pom['modules'] !== undefined || (pom['packaging'] ?? 'jar') !== 'jar') return undefined;
  const install = `${mvn} package -DskipTests`;
  const jar = typeof finalName === 'string' && isPlain(finalName) ? finalName : `${name}-*`;
  const from = 'pom.xml';
  if (text.includes('<artifactId>spring-boot-maven-plugin<'))
    return { from, install, ...spring(`target/${jar}.jar`, text) };
  if (text.includes('<artifactId>quarkus-maven-plugin<'))
    return { from, install, ...quarkus('target/quarkus-app/quarkus-run.jar', text) };
  if (/<mainClass>[^<]+<\/mainClass>/.test(text) && /<artifactId>maven-(shade|jar)-plugin</.test(text))
    return { from, install, start: `java -jar target/${jar}.jar` };
  return undefined;
}

/** Gradle: `build.gradle` or `build.gradle.kts`, with the wrapper where the project brings it. */
export const gradle: Kind = (files) => {
  const from = ['build.gradle.kts', 'build.gradle'].find((path) => files.has(path));
  if (from === undefined) return undefined;
  const text = files.get(from) ?? '';
  const settings = files.get('settings.gradle.kts') ?? files.get('settings.gradle') ?? '';
  const [, name] = /rootProject\.name\s*=\s*["']([^"']+)["']/.exec(settings) ?? [];
  // A daemon would outlive the check that started it.
  const gradlew = files.has('gradlew') ? './gradlew --no-daemon' : 'gradle --no-daemon';
  const service = distributionOf(text, from, name, gradlew);
  return {
    kind: 'Java (Gradle)',
    from,
    ...(name === undefined ? {} : { name }),
    checks: { unit: [`${gradlew} check`] },
    services: service ? [service] : [],
    unknown: service ? [] : [`${from} does not say by itself what is started: say what is built and started`],
  };
};

function distributionOf(
  text: string,
  from: string,
  name: string | undefined,
  gradlew: string,
): Service | undefined {
  const plugin = (id: string): boolean =>
    new RegExp(
      `^[^/\\n]*(\\bid\\b\\s*\\(?\\s*|plugin:\\s*)["']${id.replaceAll('.', '\\.')}["'](?!.*apply\\s*\\(?\\s*false)`,
      'm',
    ).test(text);
  if (plugin('org.springframework.boot'))
    return { from, install: `${gradlew} bootJar`, ...spring('build/libs/*.jar', text) };
  if (plugin('io.quarkus'))
    return {
      from,
      install: `${gradlew} quarkusBuild`,
      ...quarkus('build/quarkus-app/quarkus-run.jar', text),
    };
  const application = plugin('application') || /^\s*(`application`|application)\s*$/m.test(text);
  // Without a name, it is that of the directory, which is another one in the copy that is built.
  return application && name !== undefined && isPlain(name)
    ? { from, install: `${gradlew} installDist`, start: `build/install/${name}/bin/${name}` }
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
