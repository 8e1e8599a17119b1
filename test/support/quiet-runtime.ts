import { DefaultLogger, Runtime } from '@temporalio/worker';

const installed = Symbol.for('sluice.tests.quiet-runtime');

/** Temporal's runtime, which a process has once, without a log: files of one process share it. */
export function quietRuntime(): void {
  const process = globalThis as { [installed]?: true };
  if (process[installed]) return;
  process[installed] = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: 'ERROR' } },
  });
}
