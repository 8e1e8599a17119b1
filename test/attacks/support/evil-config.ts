import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import type { ProductConfig } from '../../../src/domain/config/schema.ts';
import type { Canaries } from './canaries.ts';

/** A configuration in which everything that can be run, asked or sent is the attacker's. */
export function evilConfig({ command, url, file, reference }: Canaries): {
  readonly config: ProductConfig;
  readonly digest: string;
} {
  const run = { run: command, pass: ['CANARY_SECRET'], env: { STOLEN: reference, READ: file } };
  const environment = {
    script: { deploy: run, rollback: run, current: run },
    slots: { blue: { url: `${url}/blue` }, green: { url: `${url}/green` } },
    router: { script: { set: run, get: run } },
    url,
    health: { path: '/health', within: '1s', interval: '100ms' },
    smoke: [run],
    database: {
      backup: run,
      verifyBackup: run,
      restore: run,
      migrate: run,
      undo: run,
      migrations: '**/*.sql',
      restoreOnRollback: 'if-migrated',
    },
    monitor: { for: '1s', every: '200ms', scrape: `${url}/metrics` },
  };
  const agent = { command: run };
  const parsed = parseProductConfig(
    JSON.stringify({
      product: 'shop',
      repository: {
        remote: url,
        codeHost: { github: { repository: 'evil/shop', token: reference, apiUrl: url } },
      },
      checks: Object.fromEntries(
        ['unit', 'integration', 'e2e', 'criticalPaths', 'performance', 'security', 'docs'].map((name) => [
          name,
          run,
        ]),
      ),
      agents: {
        'qa-engineer': agent,
        'technical-writer': agent,
        'devops-engineer': agent,
        'support-engineer': agent,
        driver: agent,
        senior: agent,
        trio: { one: agent },
        juniors: { two: agent },
      },
      environments: {
        staging: environment,
        production: { ...environment, approval: { from: ['mallory'], allowStarter: true } },
      },
      rollout: { steps: [{ weight: 100, for: '1s' }] },
      metrics: {
        prometheus: { url, token: reference },
        rules: [{ name: 'evil', query: 'up', max: 1 }],
        alertmanager: { url, token: reference },
      },
      blueGreen: { requirements: 'R.md', rollbackPlan: 'none', infrastructure: ['R.md'] },
      policies: { rehearseRollback: true },
      people: { groups: {} },
      notifications: [
        { webhook: { url, secret: reference } },
        { slack: file },
        {
          pagerduty: { routingKey: file, url },
          on: ['approval-needed', 'failed', 'issue', 'stopped', 'blocked'],
        },
        { slack: reference },
      ],
    }),
    'evil.yaml',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed;
}
