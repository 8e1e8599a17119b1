import { stringify } from 'yaml';
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
  const { services, image, projects } = found;
  const [service] = services;
  const own = service?.health;
  return [
    ...found.decide,
    ...(services.length === 0
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
    ...(image ? [`start: the image of ${image.from} could be deployed instead: ${described(image)}`] : []),
    ...(own === undefined && health.length !== 1
      ? [
          health.length === 0
            ? 'health: no path of health was found in the source; it must answer 200 when the service is well'
            : `health: the source names ${health.join(', ')}; say which of them tells that the service is well`,
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
  const { product, remote, github, main, approver, found, health } = findings;
  const only = found.services.length === 1 ? found.services[0] : undefined;
  const healthPath = only?.health ?? (health.length === 1 ? health[0] : undefined) ?? '/health';
  const environment = (name: string, port: number, more: readonly string[]): string[] => [
    `  ${name}:`,
    '    process:',
    ...(only?.install === undefined ? [] : [`      install: ${scalar(only.install)}`]),
    `      start: ${scalar(only?.start ?? startPlaceholder)}${only?.takesPort ? '' : ` # ${only ? '' : 'what starts it; '}must listen on $PORT`}`,
    `      port: ${port}`,
    `    health: ${scalar(healthPath)}`,
    ...more,
  ];
  const from = found.projects.map((project) => `${project.kind} (${project.from})`);
  const lines = [
    `# How ${product} gets into production. Every key: docs/configuration.md of Sluice, or sluice schema config`,
    ...(from.length > 0 ? [`# Read from: ${from.map(oneLine).join(', ')}`] : []),
    ...decisionsOf(findings).map((each) => `# Decide: ${oneLine(each)}`),
    `product: ${product}`,
    'repository:',
    '  path: .',
    ...(remote ? [`  remote: ${scalar(remote)}`] : []),
    ...(main === 'main' ? [] : [`  main: ${scalar(main)}`]),
    ...(github
      ? [`  # codeHost: { github: { repository: ${oneLine(github)}, token: env:GITHUB_TOKEN } }`]
      : []),
    ...checksOf(found),
    'environments:',
    ...environment('staging', 4100, []),
    ...environment('production', 4200, [
      '    approval:',
      `      from: [${scalar(approver)}]`,
      '      allowStarter: true # two people are safer: take this out',
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Several kinds of project in one repository are checked one after the other. */
function checksOf({ projects }: Found): string[] {
  const names: readonly ProposedCheck[] = ['unit', 'integration', 'e2e', 'security', 'docs'];
  const checks = names.flatMap((check) => {
    const lines = [...new Set(projects.flatMap(({ checks: own }) => own[check] ?? []))];
    return lines.length > 0 ? [`  ${check}: ${scalar(lines.join(' && '))}`] : [];
  });
  return checks.length > 0 ? ['checks:', ...checks] : [];
}

const scalar = (text: string): string => stringify(text, { lineWidth: 0 }).trim();

/** What stands in a comment must not end it. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
