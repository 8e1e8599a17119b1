import { afterAll, beforeAll, inject, it } from 'vitest';
import type { Flows } from '../workflows/support/flows.ts';
import { flows } from '../workflows/support/flows.ts';
import { writeHistory } from './support/history-file.ts';
import { scenarios } from './support/scenarios.ts';

/** Not one of the tests: `node scripts/record-histories.ts` runs it. Histories are those of the real server, with all that it writes into them. */
declare module 'vitest' {
  interface ProvidedContext {
    historiesOf: string;
  }
}

let on: Flows;
beforeAll(async () => {
  on = await flows({ server: 'real' });
});
afterAll(() => on.close());

it.each(Object.entries(scenarios))('%s', async (_name, carryOut) => {
  for (const [name, run] of Object.entries(await carryOut(on))) {
    const file = `${inject('historiesOf')}/${name}.json`;
    const written = writeHistory(file, await run.fetchHistory());
    console.log(written ? `${file} is recorded` : `${file} was there already, and stays`);
  }
});
