import { withBlueGreen } from '../../workflows/support/blue-green-product.ts';
import type { Flow } from '../../workflows/support/flows.ts';
import { answer } from '../../support/simulated/blue-green.ts';
import { fails } from '../../support/simulated/outcomes.ts';
import { quickly } from './rollout-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { ends } from './scenario.ts';

async function approve(flow: Flow, gate: 'green' | 'production'): Promise<void> {
  await flow.gate(gate);
  await flow.say('approve', { by: 'alice', gate });
}

const critical = answer({
  verdict: 'reject',
  findings: [{ severity: 'critical', title: 'a secret in the code', detail: '' }],
});

/** Of blue/green deployments. */
export const blueGreenScenarios: Readonly<Record<string, Scenario>> = {
  async 'green takes over'(on) {
    const flow = await on.startBlueGreen(on.world(withBlueGreen()));
    await approve(flow, 'green');
    await approve(flow, 'production');
    await ends(flow, 'succeeded');
    return { 'blue-green': flow.handle };
  },

  async 'green is mended, reviewed, mended again, and takes over by steps'(on) {
    const world = on.world(withBlueGreen(`  canary: true\n${quickly.replace(', confirm: true', '')}`));
    world.at('green.verify', fails('HTTP 404'));
    world.at(
      'review.trio.correctness',
      answer({ verdict: 'reject', findings: [{ severity: 'high', title: 'a skipped test', detail: '' }] }),
    );
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    await approve(flow, 'production');
    await ends(flow, 'succeeded');
    return { 'blue-green-mended': flow.handle };
  },

  async 'nobody can mend green'(on) {
    const world = on.world(withBlueGreen());
    world.at('green.verify', ...Array.from({ length: 20 }, () => fails('HTTP 404')));
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    await flow.gate('fix-loop');
    await flow.say('answer', { by: 'alice', choice: 'return-to-development' });
    await ends(flow, 'returned-to-development');
    return { 'blue-green-stuck': flow.handle };
  },

  async 'reviewers find major flaws'(on) {
    const world = on.world(withBlueGreen());
    world.at('review.trio.security', critical);
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    await ends(flow, 'returned-to-development');
    return { 'blue-green-returned': flow.handle };
  },

  async 'green is not accepted'(on) {
    const flow = await on.startBlueGreen(on.world(withBlueGreen()));
    await approve(flow, 'green');
    await flow.gate('production');
    await flow.say('reject', { by: 'alice', gate: 'production', comment: 'not on a Friday' });
    await ends(flow, 'rejected');
    return { 'blue-green-rejected': flow.handle };
  },

  async 'green took over and was not well'(on) {
    const world = on.world(withBlueGreen());
    world.at('green.health', fails('503'));
    const flow = await on.startBlueGreen(world);
    await approve(flow, 'green');
    await approve(flow, 'production');
    await ends(flow, 'rolled-back');
    return { 'blue-green-rolled-back': flow.handle };
  },
};
