import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EffectContext } from '../../../src/activities/ports/index.ts';
import { createCommandRunner } from '../../../src/adapters/commands/index.ts';
import { createDriver } from '../../../src/adapters/drivers/index.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import { openSqliteLedger } from '../../../src/adapters/ledger-sqlite/sqlite-ledger.ts';
import { createSecretResolver } from '../../../src/adapters/secrets.ts';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import { flows } from '../../../src/domain/flows/registry.ts';
import { quietLog } from '../../support/log.ts';
import type { TinyProduct } from './product.ts';
import type { World } from './world.ts';

/**
 * Puts a version into production as a release leaves it: merged and tagged, served, the one before it retired, and a line in the
 * deployment history. By the real driver and ledger, and without the half minute that a release takes: for tests of what comes after.
 */
export async function seedVersion(world: World, tiny: TinyProduct, version: string): Promise<void> {
  const parsed = parseProductConfig(readFileSync(tiny.config, 'utf8'), tiny.config);
  const environment = parsed.ok ? parsed.config.environments['production'] : undefined;
  if (!environment) throw new Error(`${tiny.name} has no production`);
  const run = flows.release.runId({ product: tiny.name, version });
  const commit = tiny.release(version);
  const directory = join(world.data, 'environments');
  const secrets = createSecretResolver({ env: process.env, baseDirectory: world.root });
  const git = createGitRepository({ directory: world.within('seed', 'git') });
  const commands = createCommandRunner({
    directory: world.within('seed', 'commands'),
    secrets,
    soleHost: true,
  });
  const driver = createDriver(environment, { directory, git, commands, secrets, log: quietLog });
  const request = {
    source: { product: tiny.name, remote: tiny.remote, main: 'main' },
    target: {
      product: tiny.name,
      environment: 'production',
      version,
      commit,
      previousVersion: undefined,
    },
    environment,
  };
  for (const effect of ['deploy', 'activate', 'retire'] as const) {
    const { ok, summary } = await driver[effect](request, contextOf(run, effect));
    if (!ok) throw new Error(`${tiny.name}: ${effect} of ${version}: ${summary}`);
  }
  const ledger = openSqliteLedger(join(world.data, 'ledger.db'));
  await ledger.recordDeployment({
    key: `${run}/seeded`,
    run,
    product: tiny.name,
    environment: 'production',
    at: new Date().toISOString(),
    version,
    type: 'Release',
    status: 'Success',
    rollback: 'N/A',
    notes: 'seeded',
  });
  ledger.close();
}

function contextOf(run: string, effect: string): EffectContext {
  return {
    run,
    step: `production.${effect}`,
    key: `${run}/seeded/${effect}`,
    attempt: 1,
    previous: undefined,
    signal: new AbortController().signal,
    heartbeat: () => undefined,
    log: quietLog,
  };
}
