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
  readonly install: string | undefined;
  readonly approver: string;
}

/** The checks that scripts of these names are likely to be. */
const likely = {
  unit: ['test:unit', 'test'],
  integration: ['test:integration'],
  e2e: ['test:e2e', 'e2e'],
  security: ['audit', 'security'],
  docs: ['docs'],
};

/** A first configuration: what a release needs, and a comment where a person must look. */
export function firstConfig({ product, remote, github, main, scripts, install, approver }: Findings): string {
  const scalar = (text: string): string => stringify(text, { lineWidth: 0 }).trim();
  const checks = Object.entries(likely).flatMap(([check, names]) => {
    const script = names.find((name) => scripts.includes(name));
    return script ? [`  ${check}: ${script === 'test' ? 'npm test' : `npm run ${script}`}`] : [];
  });
  const start = scalar(scripts.includes('start') ? 'npm start' : 'node server.js');
  const environment = (name: string, port: number, more: readonly string[]): string[] => [
    `  ${name}:`,
    '    process:',
    ...(install ? [`      install: ${install}`] : []),
    `      start: ${start} # must listen on $PORT`,
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
