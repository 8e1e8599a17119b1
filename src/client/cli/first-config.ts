import { stringify } from 'yaml';

/** What `sluice init` found out about a product. */
export interface Findings {
  readonly product: string;
  readonly remote: string | undefined;
  /** `owner/name`, where the remote is on GitHub. */
  readonly github: string | undefined;
  readonly main: string;
  /** Names of package.json's scripts. */
  readonly scripts: readonly string[];
  /** The line that starts the product; undefined where nothing was found that does. */
  readonly start: string | undefined;
  readonly install: string | undefined;
  readonly approver: string;
}

/** Stands where a person has to say how the product is started; the doctor refuses it. */
export const startPlaceholder = 'REPLACE_ME';

/** The checks that scripts of these names are likely to be. */
const likely = {
  unit: ['test:unit', 'test'],
  integration: ['test:integration'],
  e2e: ['test:e2e', 'e2e'],
  security: ['audit', 'security'],
  docs: ['docs'],
};

/** A first configuration: what a release needs, and a comment where a person must look. */
export function firstConfig(findings: Findings): string {
  const { product, remote, github, main, scripts, start, install, approver } = findings;
  const scalar = (text: string): string => stringify(text, { lineWidth: 0 }).trim();
  const checks = Object.entries(likely).flatMap(([check, names]) => {
    const script = names.find((name) => scripts.includes(name));
    return script ? [`  ${check}: ${script === 'test' ? 'npm test' : `npm run ${script}`}`] : [];
  });
  const startLine =
    start === undefined
      ? `${startPlaceholder} # what starts it, such as python app.py; must listen on $PORT`
      : `${scalar(start)} # must listen on $PORT`;
  const environment = (name: string, port: number, more: readonly string[]): string[] => [
    `  ${name}:`,
    '    process:',
    ...(install ? [`      install: ${install}`] : []),
    `      start: ${startLine}`,
    `      port: ${port}`,
    ...more,
  ];
  const lines = [
    `# How ${product} gets into production. Every key: docs/configuration.md`,
    `product: ${product}`,
    'repository:',
    '  path: .',
    ...(remote ? [`  remote: ${scalar(remote)}`] : []),
    ...(main === 'main' ? [] : [`  main: ${scalar(main)}`]),
    ...(github ? [`  # codeHost: { github: { repository: ${github}, token: env:GITHUB_TOKEN } }`] : []),
    ...(checks.length > 0 ? ['checks:', ...checks] : []),
    'environments:',
    ...environment('staging', 4100, ['    health: /health']),
    ...environment('production', 4200, [
      '    health: /health',
      '    approval:',
      `      from: [${scalar(approver)}]`,
      '      allowStarter: true # two people are safer: take this out',
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
