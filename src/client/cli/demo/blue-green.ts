import type { Io } from '../io.ts';
import { attended } from './attend.ts';
import { customersOf } from './customers.ts';
import { endDemo } from './ending.ts';
import { addRequirements, branchWith, configureAgents } from './shop-with-agents.ts';
import type { DemoOptions, Stage } from './stage.ts';
import { heading, onStage } from './stage.ts';

/**
 * `sluice demo blue-green`: versions are put beside the one that serves, mended and reviewed there by agents, and promoted by people. One
 * is broken and gets mended; one is a danger and never gets there.
 */
export function blueGreenDemo(io: Io, options: DemoOptions): Promise<number> {
  return onStage(
    io,
    options,
    async ({ checkout, config }) => {
      await addRequirements(checkout);
      await configureAgents(config);
    },
    play,
  );
}

async function play(stage: Stage): Promise<number> {
  const { io, sluice } = stage;
  const { checkout } = stage.shop;
  const customers = customersOf(stage);
  const deploy = async (ref: string) => {
    const { run } = await sluice.start('blueGreen', { product: 'shop', ref, by: 'carol' });
    io.say('');
    return attended(stage, run, customers.come);
  };

  heading(io, 'The first version: deployed, tested, reviewed by agents, promoted by people');
  const first = await deploy('main');

  heading(io, 'A version that ends as soon as it starts: the driver mends it beside blue');
  const second = await deploy(await branchWith(checkout, 'wrong-module'));

  heading(io, 'A version with a door for strangers: the review sends it back');
  const third = await deploy(await branchWith(checkout, 'insecure'));

  const traffic = await customers.leave();
  return endDemo(stage, {
    results: { first, second, third },
    traffic,
    failures: '',
    next: 'docs/blue-green.md says more.',
    ok:
      first.outcome === 'succeeded' &&
      second.outcome === 'succeeded' &&
      third.outcome === 'returned-to-development' &&
      traffic.failed === 0,
  });
}
