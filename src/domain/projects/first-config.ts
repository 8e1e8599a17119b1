import { stringify } from 'yaml';
import { checkNames } from '../config/check-schema.ts';
import type { Stack } from './compose.ts';
import type { Found } from './find.ts';
import type { ProposedCheck, Service } from './project.ts';

/** What `sluice init` found out about a product. */
export interface Findings {
  readonly product: string;
  readonly remote: string | undefined;
  /** `owner/name`, where the remote is on GitHub. */
  readonly github: string | undefined;
  readonly main: string;
  readonly approver: string;
  /** From the repository's root to the product's directory: `services/shop/`; empty at the root. */
  readonly prefix: string;
  /** Where users come in. */
  readonly ports: { readonly staging: number; readonly production: number };
  readonly found: Found;
  /** Paths of health that the source names. */
  readonly health: readonly string[];
  /** Whether anything in the source reads `PORT`; undefined where nobody looked. */
  readonly readsPort: boolean | undefined;
}

/** Stands where a person has to say how the product is started; the doctor refuses it. */
export const startPlaceholder = 'REPLACE_ME';

/** What a person has to decide before the first release, in whole sentences: said by `sluice init`, and written into the file. */
export function decisionsOf({ found, health, readsPort }: Findings): string[] {
  const { services, image, projects, stack } = found;
  const [service] = services;
  const own = service?.health;
  return [
    ...found.decide,
    ...(services.length === 0 && stack
      ? stack.decide
      : services.length === 0
        ? [`start: nothing was found that plainly starts the product; say it instead of ${startPlaceholder}`]
        : []),
    ...(services.length > 1
      ? [
          `start: say which of these is the product instead of ${startPlaceholder}: ${services.map(described).join('; or ')}`,
        ]
      : []),
    ...(services.length === 1 && readsPort === false && service?.takesPort !== true
      ? ['start: the service must listen on $PORT, and nothing in the source reads it']
      : []),
    ...(services.length === 1 && service?.decide !== undefined ? [service.decide] : []),
    ...(image ? [`start: the image of ${image.from} could be deployed instead: ${described(image)}`] : []),
    ...(own === undefined && health.length !== 1
      ? [
          health.length === 0
            ? 'health: no path of health was found in the source; it must answer 200 when the service is well'
            : `health: the source names ${health.join(', ')}; say which of them tells that the service is well`,
        ]
      : []),
    ...(projects.some(({ checks }) => checks.smoke !== undefined)
      ? [
          'checks: criticalPaths runs before anything is deployed; what asks a running version belongs to smoke of the environments, and finds it at $SLUICE_URL',
        ]
      : []),
    ...(projects.some(({ checks }) => checks.unit !== undefined)
      ? []
      : ['checks: no tests were found; checks: { unit: … } has the shell line that runs them']),
  ];
}

const described = ({ from, install, start }: Service): string =>
  `${install === undefined ? '' : `install: ${install}, `}start: ${start} (${from})`;

/** A first configuration: what a release needs, and a comment where a person must look. */
export function firstConfig(findings: Findings): string {
  const { product, remote, github, main, approver, found, health, prefix, ports } = findings;
  const line = (shell: string): string => scalar(fromRoot(prefix, shell));
  const only = found.services.length === 1 ? found.services[0] : undefined;
  const healthPath = only?.health ?? (health.length === 1 ? health[0] : undefined) ?? '/health';
  const environment = (name: string, port: number, more: readonly string[]): string[] => [
    `  ${name}:`,
    ...(found.services.length === 0 && found.stack
      ? [...stackLines(found.stack, port, line), `    health: ${scalar(healthPath)}`]
      : processLines(port)),
    ...more,
  ];
  const processLines = (port: number): string[] => [
    '    process:',
    ...(only?.install === undefined ? [] : [`      install: ${line(only.install)}`]),
    `      start: ${only ? line(only.start) : startPlaceholder}${only?.takesPort ? '' : ` # ${only ? '' : 'what starts it; '}must listen on $PORT`}`,
    `      port: ${port}`,
    `    health: ${scalar(healthPath)}`,
  ];
  const from = found.projects.map((project) => `${project.kind} (${project.from})`);
  const lines = [
    `# How ${product} gets into production. Every key: docs/configuration.md of Sluice, or sluice schema config`,
    ...(from.length > 0 ? [`# Read from: ${from.map(oneLine).join(', ')}`] : []),
    ...decisionsOf(findings).map((each) => `# Decide: ${oneLine(each)}`),
    `product: ${product}`,
    'repository:',
    `  path: ${scalar(prefix === '' ? '.' : prefix.replace(/[^/]+\/?/g, '../').replace(/\/$/, ''))}`,
    ...(remote ? [`  remote: ${scalar(remote)}`] : []),
    ...(main === 'main' ? [] : [`  main: ${scalar(main)}`]),
    ...(github
      ? [`  # codeHost: { github: { repository: ${oneLine(github)}, token: env:GITHUB_TOKEN } }`]
      : []),
    ...checksOf(found, line),
    'environments:',
    ...environment('staging', ports.staging, []),
    ...environment('production', ports.production, [
      '    approval:',
      `      from: [${scalar(approver)}]`,
      '      allowStarter: true # two people are safer: take this out',
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function stackLines(stack: Stack, port: number, line: (shell: string) => string): string[] {
  return [
    `    url: http://127.0.0.1:${stack.port ?? port}`,
    '    script:',
    `      deploy: ${line(stack.deploy(port))}`,
    `      rollback: ${stack.rollback ? line(stack.rollback(port)) : startPlaceholder}`,
  ];
}

/** What the file calls a check, where that is not its name. */
const keys: Partial<Readonly<Record<ProposedCheck, string>>> = { smoke: 'criticalPaths' };

/** Several kinds of project in one repository are checked one after the other. */
function checksOf({ projects }: Found, line: (shell: string) => string): string[] {
  const checks = checkNames.flatMap((check) => {
    const lines = [...new Set(projects.flatMap(({ checks: own }) => own[check] ?? []))];
    return lines.length > 0 ? [`  ${keys[check] ?? check}: ${line(lines.join(' && '))}`] : [];
  });
  return checks.length > 0 ? ['checks:', ...checks] : [];
}

/** Commands begin at the repository's root. */
const fromRoot = (prefix: string, shell: string): string =>
  prefix === '' ? shell : `cd ${quoted(prefix.replace(/\/$/, ''))} && ${shell}`;

const quoted = (word: string): string =>
  /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

const scalar = (text: string): string => stringify(text, { lineWidth: 0 }).trim();

/** What stands in a comment must not end it. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
