import { dirname } from 'node:path';
import type { ProductConfig } from '../../../domain/config/schema.ts';
import type { Check } from './check.ts';
import { checkCodeHost } from './code-host.ts';
import { checkCommands } from './commands.ts';
import { checkDatabases } from './databases.ts';
import type { Evidence } from './evidence.ts';
import { checkEvidence } from './evidence.ts';
import { checkFlows } from './flows.ts';
import { checkNotifications } from './notifications.ts';
import { checkPeople } from './people.ts';
import { checkPorts } from './ports.ts';
import { checkRepository, type Remotes } from './repository.ts';
import type { Secrets } from './secrets.ts';

/** What the doctor asks. */
export interface Outside {
  readonly secrets: Secrets;
  readonly remotes: Remotes;
  readonly evidence: Evidence;
}

/** Everything that a product's configuration points at. */
export async function checkProduct(
  file: string,
  config: ProductConfig,
  { secrets, remotes, evidence }: Outside,
): Promise<Check[]> {
  const root = dirname(file);
  const checks = await Promise.all([
    checkRepository(root, config, remotes),
    checkCodeHost(config, secrets),
    checkCommands(root, config),
    checkDatabases(root, config, secrets),
    checkPorts(config),
    checkEvidence(config, evidence),
    checkNotifications(config, secrets),
  ]);
  return [
    { level: 'ok', what: 'configuration', says: file, about: 'configuration' },
    ...checks.flat(),
    ...checkPeople(config),
    ...checkFlows(config),
  ];
}
