import { compose } from '../../../src/workers/compose.ts';
import { connectWorker, patiently } from '../../../src/workers/connect.ts';
import { startEmbedded } from '../../../src/workers/embedded.ts';
import { logToStderr } from '../../../src/workers/log/worker-log.ts';
import { startWorker } from '../../../src/workers/worker.ts';

/**
 * A worker as an operating-system process of its own, to be killed by tests. `worker ADDRESS DIRECTORY CONFIG…` works for a server
 * that is there; `embedded DIRECTORY CONFIG…` brings its own. One line of JSON on stdout says that it is ready.
 */
const [mode, ...rest] = process.argv.slice(2);
const running = await (mode === 'embedded' ? embedded(rest) : worker(rest));
process.stdout.write(`${JSON.stringify(running.about)}\n`);
process.once('SIGTERM', () => {
  void running.stop().then(() => process.exit(0));
});
await running.failed;

async function worker([address = '', directory = '', ...catalog]: string[]) {
  const log = await logToStderr();
  const connected = await patiently(
    () => connectWorker({ address }, 'default'),
    (reason) => {
      log.warn(`waiting for Temporal: ${reason}`);
    },
  );
  const composed = compose({
    catalog,
    directory,
    env: process.env,
    soleHost: true,
    client: () => connected.client,
    log,
  });
  const started = await startWorker({
    connection: connected.native,
    namespace: 'default',
    activities: composed.activities,
  });
  return {
    about: { address },
    failed: started.failed,
    stop: async () => {
      await started.stop();
      await connected.close();
      composed.close();
    },
  };
}

async function embedded([directory = '', ...configFiles]: string[]) {
  const started = await startEmbedded({
    configFiles,
    directory,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  return { about: { address: started.address }, failed: started.failed, stop: () => started.stop() };
}
