import path from 'node:path';
import type { ExampleShop } from '../../../../examples/shop/history.js';
import type { Sluice } from '../../sluice.ts';
import { connect } from '../../connect.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../options.ts';
import { setUpShop } from './example.ts';

export interface DemoOptions extends SharedOptions {
  readonly yes?: true;
  readonly keep?: true;
}

/** Where a demo takes place. */
export interface Scene {
  readonly io: Io;
  readonly sluice: Sluice;
  readonly options: DemoOptions;
  readonly address: string;
  readonly uiUrl: string | undefined;
}

/** And with all that stands on it. */
export interface Stage extends Scene {
  readonly shop: ExampleShop;
  /** Where customers come in. */
  readonly production: string;
  /** The worker's data directory. */
  readonly directory: string;
  /** Epoch milliseconds. */
  readonly started: number;
  onEnd(cleanUp: () => Promise<unknown>): void;
}

/**
 * Sets the stage: the example shop, Temporal and a worker; takes it down again whatever happens.
 * @param prepare what is done to the shop before the worker reads its configuration
 */
export async function onStage(
  io: Io,
  options: DemoOptions,
  prepare: (shop: ExampleShop) => Promise<void>,
  play: (stage: Stage) => Promise<number>,
): Promise<number> {
  const started = Date.now();
  const { startEmbedded, stopServices } = await import('../../../workers/embedded.ts');
  heading(io, 'Setting up the example shop and Temporal');
  const example = await setUpShop();
  const directory = path.join(example.directory, '.sluice');
  const cleanUps: (() => Promise<unknown>)[] = [];
  try {
    await prepare(example.shop);
    const embedded = await startEmbedded({
      configFiles: [example.shop.config],
      directory,
      onProgress: (line) => io.say(io.paint.faint(`  ${line}`)),
    });
    const { address, uiUrl } = embedded;
    cleanUps.push(
      () => embedded.stop(),
      () => stopServices(directory),
    );
    const sluice = await connect({ address });
    cleanUps.push(() => sluice.close());
    io.say(`  repository   ${example.shop.remote}`);
    io.say(`  temporal     ${address}`);
    if (uiUrl) io.say(`  UI           ${io.paint.busy(uiUrl)}`);
    return await play({
      io,
      sluice,
      options,
      address,
      uiUrl,
      shop: example.shop,
      production: example.production,
      directory,
      started,
      onEnd: (cleanUp) => void cleanUps.push(cleanUp),
    });
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    if (options.keep) io.say(io.paint.faint(`  Kept in ${example.directory}`));
    else {
      await example.remove();
      io.say(
        io.paint.faint(
          '  The files linked above were removed with the example; sluice demo --keep leaves them.',
        ),
      );
    }
  }
}

export function heading(io: Io, text: string): void {
  io.say('');
  io.say(io.paint.strong(`── ${text}`));
}
