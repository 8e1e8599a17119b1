import type { Activities } from '../../../src/activities/index.ts';
import { historyLine } from '../../../src/domain/run/history-line.ts';
import type { SimulatedWorld } from './world.ts';

type Own = 'loadProduct' | 'inquire';

/** What is known of the product. */
export function simulatedFlows(world: SimulatedWorld): Pick<Activities, Own> {
  return {
    loadProduct: (product) =>
      Promise.resolve(
        product === world.product
          ? {
              ok: true,
              line: world.line as string,
              config: world.config,
              digest: world.configDigest,
              file: 'sluice.yaml',
            }
          : { ok: false, line: historyLine, problems: [`there is no product "${product}"`] },
      ),
    inquire: (question) =>
      question.kind === 'products'
        ? Promise.resolve({
            kind: 'products',
            products: [
              {
                product: world.product,
                title: world.product,
                environments: Object.keys(world.config.environments),
                source: 'sluice.yaml',
                problems: [],
              },
            ],
          })
        : Promise.reject(new Error(`a simulated world can't answer "${question.kind}"`)),
  };
}
