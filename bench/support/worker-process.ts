import { NativeConnection, Worker } from '@temporalio/worker';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { logTo } from '../../src/workers/log/worker-log.ts';
import { startWorker } from '../../src/workers/worker.ts';
import { payloadConverterPath, workflowBundle } from '../../src/workers/workflow-code.ts';
import { instantActivities } from './instant.ts';
import { namespace } from './server.ts';

/**
 * A worker in a process of its own: node worker-process.ts ADDRESS sluice|defaults LOGFILE.
 * It says `ready` when its workflows are bundled, works once it is told `work`, and reports the runs that have gone on.
 */
const [address = '', settings = 'sluice', log = ''] = process.argv.slice(2);
const say = (message: WorkerSays): void => {
  process.send?.(message);
};

export type WorkerSays =
  { readonly kind: 'ready' | 'working' } | { readonly kind: 'went-on'; readonly run: string };

logTo(log);
const activities = instantActivities({
  holdAtProduction: true,
  onProduction: (run) => say({ kind: 'went-on', run }),
});
const bundle = await workflowBundle();
const connection = await NativeConnection.connect({ address });
process.once('disconnect', () => process.exit(0));
process.once('message', () => {
  work().then(
    () => say({ kind: 'working' }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
say({ kind: 'ready' });

/** With Sluice's settings, or with those that the SDK has by itself. */
async function work(): Promise<void> {
  if (settings === 'sluice') {
    await startWorker({ connection, namespace, activities });
    return;
  }
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: bundle,
    activities,
    dataConverter: { payloadConverterPath },
  });
  void worker.run();
}
