import type { CheckConfig } from '../../../src/domain/config/schema.ts';
import type { CheckResult, EffectContext } from '../../../src/activities/ports/index.ts';
import { createTestRunner } from '../../../src/adapters/test-runner/index.ts';
import { createContext, createRunner } from '../commands/support.ts';
import type { World } from '../commands/support.ts';

const target = {
  product: 'shop',
  environment: 'staging',
  version: '1.4.0',
  commit: 'c0ffee',
  previousVersion: undefined,
};

/** Runs a check in the world's directory with the real command runner. */
export function runCheck(
  world: World,
  check: Partial<CheckConfig> & { run: string },
  context: Partial<EffectContext> = {},
): Promise<CheckResult> {
  const full: CheckConfig = {
    report: { format: 'plain' },
    timeout: 60_000,
    retries: 0,
    pass: [],
    env: {},
    ...check,
  };
  const runner = createTestRunner({
    commands: createRunner(world),
    redact: (text) => text.replaceAll('hush-hush', '[redacted]'),
  });
  return runner.run(
    { check: full, name: 'unit', directory: world.directory, target },
    createContext(context),
  );
}
