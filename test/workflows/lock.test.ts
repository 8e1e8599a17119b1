import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockAcquireName, lockIdOf, lockReleaseName } from '../../src/domain/flows/workflow-ids.ts';
import type { Flows } from './support/flows.ts';
import { flows } from './support/flows.ts';
import type { SimulatedWorld } from '../support/simulated/world.ts';

let on: Flows;
beforeAll(async () => {
  on = await flows();
});
afterAll(() => on.close());

const id = (world: SimulatedWorld, n: number): string => `release/${world.product}/${n}`;

describe('[PL-8] one change at a time', () => {
  it('others wait in order, see their place, and get the environment when it is given back', async () => {
    const world = on.world();
    const first = await on.start(world, {}, id(world, 1));
    await first.gate('production');
    const second = await on.start(world, {}, id(world, 2));
    await second.until((status) => status.queue?.position === 1);
    const third = await on.start(world, {}, id(world, 3));
    const waiting = await third.until((status) => status.queue?.position === 2);
    expect(waiting).toMatchObject({
      waitingFor: 'lock',
      queue: { environment: 'staging', behind: id(world, 2) },
    });
    expect((await second.status()).queue).toEqual({
      environment: 'staging',
      position: 1,
      behind: id(world, 1),
    });
    expect(await third.tell('rollback', { by: 'alice' })).toMatchObject({ accepted: false });
    expect(world.tries('staging.deploy')).toEqual([1]);

    // Who gives up the queue gives up the place, and the ones behind move up.
    await second.say('abort', { by: 'bob' });
    expect(await second.result()).toMatchObject({ outcome: 'aborted' });
    await third.until((status) => status.queue?.position === 1 && status.queue.behind === id(world, 1));

    await first.say('reject', { by: 'alice' });
    await first.result();
    await third.gate('production');
    expect((await third.status()).queue).toBeUndefined();
    await third.say('approve', { by: 'alice' });
    expect(await third.result()).toMatchObject({ outcome: 'succeeded' });
    // Nobody is left: the locks end.
    for (const environment of ['staging', 'production']) {
      await on.client.workflow.getHandle(lockIdOf(world.product, environment)).result();
    }
  });

  it('a pause while it waits holds it once it has its turn', async () => {
    const world = on.world();
    const first = await on.start(world, {}, id(world, 1));
    await first.gate('production');
    const second = await on.start(world, {}, id(world, 2));
    await second.until((status) => status.queue !== undefined);
    await second.say('pause', { by: 'bob' });
    await first.say('reject', { by: 'alice' });
    await first.result();
    await second.until((status) => status.waitingFor === 'resume' && status.queue === undefined);
    expect(world.tries('staging.deploy')).toEqual([1]);
    await second.say('resume', { by: 'bob' });
    await second.gate('production');
    await second.say('reject', { by: 'alice' });
    await second.result();
  });

  it('a holder that was terminated keeps nobody out for longer than a look', async () => {
    const world = on.world();
    const first = await on.start(world, {}, id(world, 1));
    await first.gate('production');
    const second = await on.start(world, {}, id(world, 2));
    await second.until((status) => status.queue !== undefined);
    await first.handle.terminate('an accident');
    expect(world.tries('staging.deploy')).toEqual([1]);
    await on.server.sleep(61_000);
    await second.gate('production');
    await second.say('reject', { by: 'alice' });
    expect(await second.result()).toMatchObject({ outcome: 'rejected' });
  });

  it('[PL-7] nothing that is sent to a lock wedges it', async () => {
    const world = on.world();
    const first = await on.start(world, {}, id(world, 1));
    await first.gate('production');
    const lock = on.client.workflow.getHandle(lockIdOf(world.product, 'staging'));
    for (const junk of [undefined, null, 7, 'x', [], {}, { run: 1, runId: 2 }, { run: 'x' }]) {
      await lock.signal(lockReleaseName, junk);
      await expect(lock.executeUpdate(lockAcquireName, { args: [junk] })).rejects.toThrow();
    }
    await lock.signal(lockReleaseName, { run: 'nobody', runId: 'nothing' });
    expect(await lock.query('queue')).toMatchObject([{ run: id(world, 1) }]);
    await first.say('reject', { by: 'alice' });
    await first.result();
    await lock.result();
    const { events } = await lock.fetchHistory();
    expect(events?.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
  });
});
