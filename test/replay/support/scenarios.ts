import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from './scenario.ts';

const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('-scenarios.ts'));
const found = await Promise.all(
  files.sort().map(async (file) => (await import(join(import.meta.dirname, file))) as Record<string, object>),
);
const tables = found.flatMap((file) =>
  Object.entries(file).flatMap(([name, table]) => (name.endsWith('Scenarios') ? [table] : [])),
);

/** What every version is recorded with: the scenarios of all files `…-scenarios.ts` beside this one. A new way through a flow is a new scenario. */
export const scenarios = Object.assign({}, ...tables) as Readonly<Record<string, Scenario>>;
