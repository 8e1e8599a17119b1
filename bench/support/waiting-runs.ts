import type { WorkflowHandle } from '@temporalio/client';
import { taskQueue } from '../../src/domain/flows/workflow-ids.ts';
import { inParallel, until } from './measure.ts';
import type { BenchServer } from './server.ts';

/** Starts so many releases and waits until every one waits for its approval, by what the server says of them. */
export async function startWaiting(
  { client }: BenchServer,
  group: string,
  count: number,
): Promise<WorkflowHandle[]> {
  const products = Array.from({ length: count }, (_, index) => `${group}-${index}`);
  const handles: WorkflowHandle[] = [];
  await inParallel(products, 20, async (product) => {
    const input = { product, by: 'carol' };
    handles.push(
      await client.workflow.start('release', {
        taskQueue,
        workflowId: `release/${product}/v1.0.0`,
        args: [input],
      }),
    );
  });
  const query = `WorkflowType = 'release' AND ExecutionStatus = 'Running' AND SluiceWaitingFor = 'approval'`;
  await until(
    `${count} runs wait`,
    1_200_000,
    async () => (await client.workflow.count(query)).count >= count,
    250,
  );
  return handles;
}

/** Approves all of them and gives the milliseconds until each has gone on to its first effect in production. */
export async function approveAll(
  handles: readonly WorkflowHandle[],
  wentOn: ReadonlySet<string>,
): Promise<number> {
  const started = performance.now();
  await inParallel(handles, 20, (handle) => handle.signal('approve', { by: 'alice' }));
  await until(`${handles.length} runs go on`, 1_200_000, () => wentOn.size >= handles.length, 5);
  return performance.now() - started;
}
