import type { ProductConfig } from '../../domain/config/schema.ts';
import type { OpenTask, Past } from '../../domain/records/past.ts';
import { broughtBy, takenBackOf, wasReleased } from '../../domain/records/past.ts';
import type { Deps } from '../deps.ts';

/** Rows of the history that are looked through. */
const rows = 1_000;

/** What the record has of a version and of those that were taken back before it, with the tasks that are still open. Never in the way. */
export async function pastOf(
  deps: Pick<Deps, 'ledger' | 'codeHost'>,
  config: ProductConfig,
  asked: {
    readonly environment: string;
    readonly version: string;
    /** What the environment runs. */
    readonly running: string | undefined;
  },
): Promise<Past> {
  const { environment, version, running } = asked;
  const history = await deps.ledger.deployments({ product: config.product, environment, limit: rows });
  const found = takenBackOf(history, asked);
  const takenBack = await Promise.all(
    found.map(async (each) => {
      const tasks = await openTasks(deps, config, each.run);
      return tasks === undefined ? each : { ...each, tasks };
    }),
  );
  const run = broughtBy(history, running);
  const noted = run === undefined ? [] : await openTasks(deps, config, run);
  return {
    takenBack,
    ...(noted === undefined ? {} : { noted }),
    released: wasReleased(history, version),
  };
}

/** undefined where the code host can't say. */
async function openTasks(
  deps: Pick<Deps, 'codeHost'>,
  config: ProductConfig,
  run: string,
): Promise<readonly OpenTask[] | undefined> {
  try {
    return await (await deps.codeHost(config)).openTasks(run);
  } catch {
    return undefined;
  }
}
