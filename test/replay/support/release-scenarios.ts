import { expect, vi } from 'vitest';
import { lockIdOf, lockReleaseName, taskQueue } from '../../../src/domain/flows/workflow-ids.ts';
import { fails } from '../../support/simulated/outcomes.ts';
import type { Scenario } from './scenario.ts';
import { begun, ends, lockOf } from './scenario.ts';

/** Of releases, and of the workflows beside them. */
export const releaseScenarios: Readonly<Record<string, Scenario>> = {
  async approved(on) {
    const { flow } = await begun(on);
    await flow.approve();
    const notified = on.client.workflow.getHandle(
      `notification/${flow.handle.workflowId}/${flow.handle.firstExecutionRunId}/1`,
    );
    await ends(flow, 'succeeded');
    await notified.result();
    return { 'release-approved': flow.handle, notification: notified };
  },

  async rejected(on) {
    const { flow } = await begun(on);
    await flow.gate('production');
    await flow.say('reject', { by: 'bob', comment: 'the notes are wrong' });
    await ends(flow, 'rejected');
    return { 'release-rejected': flow.handle };
  },

  async blocked(on) {
    const { flow } = await begun(on, (world) => world.at('readiness.unit', fails('2 of 40 failed')));
    await ends(flow, 'blocked');
    return { 'release-blocked': flow.handle };
  },

  async 'staging failed, then retried with a fix'(on) {
    const { world, flow } = await begun(on, (to) => to.at('staging.smoke', fails('the basket is empty')));
    await flow.gate('staging-failed');
    world.commit('fix: the basket');
    await flow.say('retry', { by: 'bob' });
    await flow.approve();
    await ends(flow, 'succeeded');
    return { 'release-staging-retried': flow.handle };
  },

  async 'rolled back'(on) {
    const { flow } = await begun(on, (world) => world.at('production.health', fails('503')));
    await flow.approve();
    await ends(flow, 'rolled-back');
    return { 'release-rolled-back': flow.handle };
  },

  async 'a medium issue left to a hotfix, with a DevOps engineer who looks'(on) {
    const devops = 'agents:\n  devops-engineer: { command: look }\n';
    const world = on.world((yaml) => `${yaml.trim()}\n${devops}`);
    const issue = { kind: 'latency', detail: 'p95 480 ms is over 2 × 120 ms' } as const;
    world.at('production.monitor', { ok: false, summary: issue.detail, value: { samples: [], issue } });
    const flow = await on.start(world);
    await flow.approve();
    await flow.gate('issue');
    await flow.say('answer', { by: 'bob', gate: 'issue', choice: 'hotfix' });
    await ends(flow, 'succeeded');
    return { 'release-issue-left': flow.handle };
  },

  async 'taken back by decision, with a DevOps engineer who looks'(on) {
    const devops = 'agents:\n  devops-engineer: { command: look }\n';
    const world = on.world((yaml) => `${yaml.trim()}\n${devops}`);
    const health = world.hold('production.health');
    const flow = await on.start(world);
    await flow.approve();
    await health.reached;
    await flow.say('abort', { by: 'alice', cause: 'decision', comment: 'not this week' });
    await ends(flow, 'rolled-back');
    return { 'release-taken-back-by-decision': flow.handle };
  },

  async 'aborted while a command runs'(on) {
    const world = on.world();
    const deploy = world.hold('staging.deploy');
    const flow = await on.start(world);
    await deploy.reached;
    await flow.say('abort', { by: 'alice', comment: 'the wrong day' });
    await ends(flow, 'aborted');
    return { 'release-aborted': flow.handle };
  },

  async 'cancelled by Temporal'(on) {
    const { flow } = await begun(on);
    await flow.gate('production');
    await flow.handle.cancel();
    await ends(flow, 'aborted');
    return { 'release-cancelled': flow.handle };
  },

  async 'paused and resumed'(on) {
    const world = on.world();
    const unit = world.hold('readiness.unit');
    const flow = await on.start(world);
    await unit.reached;
    await flow.say('pause', { by: 'bob' });
    unit.release();
    await flow.until((status) => status.waitingFor === 'resume' && status.reason === 'Unit tests');
    await flow.say('resume', { by: 'alice' });
    await flow.approve();
    await ends(flow, 'succeeded');
    return { 'release-paused': flow.handle };
  },

  async 'an issue reported while it is watched'(on) {
    const world = on.world();
    const monitor = world.hold('production.monitor');
    const flow = await on.start(world);
    await flow.approve();
    await monitor.reached;
    await flow.say('comment', { by: 'bob', severity: 'medium', comment: 'the search is slow' });
    await flow.gate('issue');
    await flow.say('answer', { by: 'bob', choice: 'hotfix' });
    monitor.release({ ok: true, summary: 'watched for 1m' });
    await ends(flow, 'succeeded');
    return { 'release-issue-reported': flow.handle };
  },

  async 'finalisation failed, then finished by retry'(on) {
    const { flow } = await begun(on, (world) => world.at('finalize.tag', fails('the remote hung up')));
    await flow.approve();
    await flow.gate('failed:finalize.tag');
    await flow.say('retry', { by: 'bob' });
    await ends(flow, 'succeeded');
    return { 'release-finalisation-retried': flow.handle };
  },

  async 'approval void, and asked again'(on) {
    const { world, flow } = await begun(on);
    const before = await flow.gate('production');
    world.branches.set(`release/${world.product}/v1.1.0`, 'd'.repeat(40));
    await flow.say('approve', { by: 'alice' });
    await flow.until((now) => now.gates.some((gate) => gate.digest && gate.digest !== before.digest));
    await flow.say('approve', { by: 'bob' });
    await ends(flow, 'succeeded');
    return { 'release-approval-void': flow.handle };
  },

  async 'queued behind another'(on) {
    const { world, flow: first } = await begun(on);
    await first.gate('production');
    const lock = await lockOf(on, world, 'staging');
    const second = await on.start(world, {}, `release/${world.product}/2`);
    await second.until((status) => status.queue !== undefined);
    await first.say('reject', { by: 'alice' });
    await ends(first, 'rejected');
    await second.approve();
    await ends(second, 'succeeded');
    await lock.result();
    return { 'release-queued': second.handle, 'environment-lock-queue': lock };
  },

  async 'production given back to the one that wants it'(on) {
    const { world, flow: first } = await begun(on);
    await first.gate('production');
    const lock = await lockOf(on, world, 'production');
    const second = await on.start(world, { version: '1.2.0' }, `release/${world.product}/2`);
    await second.until((status) => status.queue !== undefined);
    await on.client.workflow
      .getHandle(lockIdOf(world.product, 'staging'))
      .signal(lockReleaseName, { run: first.handle.workflowId, runId: first.handle.firstExecutionRunId });
    const monitor = world.hold('production.monitor');
    await second.approve();
    await monitor.reached;
    await first.say('approve', { by: 'bob' });
    await first.until((status) => status.queue?.environment === 'production');
    monitor.release();
    await ends(second, 'succeeded');
    await ends(first, 'succeeded');
    await lock.result();
    return { 'release-gave-back': first.handle, 'environment-lock-yield': lock };
  },

  async inquiry(on) {
    const world = on.world();
    const handle = await on.client.workflow.start('inquiry', {
      taskQueue,
      workflowId: `inquiry/release/${world.product}/1`,
      args: [{ kind: 'products' }],
    });
    await handle.result();
    return { inquiry: handle };
  },

  async 'still waiting at the gate'(on) {
    const { flow } = await begun(on);
    await flow.gate('production');
    // Until nothing more happens: people were told, and the run has heard of it.
    await vi.waitFor(async () => {
      const { events = [] } = await flow.handle.fetchHistory();
      expect(events?.some((event) => event.childWorkflowExecutionCompletedEventAttributes)).toBe(true);
      expect(events?.at(-1)?.workflowTaskCompletedEventAttributes).toBeTruthy();
    });
    return { 'release-waiting': flow.handle };
  },
};
