import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { breach } from './rows/breach.ts';
import { decision } from './rows/decision.ts';
import { monitoring } from './rows/monitoring.ts';
import { recovery } from './rows/recovery.ts';
import { switchOvers } from './rows/switch-overs.ts';
import { waiting } from './rows/waiting.ts';
import { wholeRelease } from './rows/whole-release.ts';
import type { Measure, Sizes } from './support/measure.ts';

/** npm run bench [-- --only 1,2] [--quick] [--json]: the numbers to hold, each against its bar. Exit code 1 where one is missed. */
const rows: Readonly<Record<string, (sizes: Sizes) => Promise<Measure[]>>> = {
  '1': wholeRelease,
  '2': decision,
  '3': breach,
  '4': monitoring,
  '5': waiting,
  '6': recovery,
  'switch-overs': switchOvers,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const wanted = values.only?.split(',').map((row) => row.trim()) ?? Object.keys(rows);
const unknown = wanted.filter((row) => !(row in rows));
if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(', ')}. Rows: ${Object.keys(rows).join(', ')}.`);
  process.exit(2);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const measures: Measure[] = [];
const started = Date.now();
for (const row of wanted) {
  console.error(`row ${row}, after ${Math.round((Date.now() - started) / 1_000)} s`);
  measures.push(...((await rows[row]?.({ quick: values.quick })) ?? []));
}
const ok = measures.every((measure) => measure.ok);
const report = {
  at: new Date(started).toISOString(),
  seconds: (Date.now() - started) / 1_000,
  quick: values.quick,
  ok,
  measures,
};
const file = path.join(import.meta.dirname, '../test-artifacts/bench.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
console.log(values.json ? JSON.stringify(report) : table(measures));
process.exit(ok ? 0 : 1);

function table(all: readonly Measure[]): string {
  const shown = new Table({
    head: ['row', 'what', 'bar', 'measured', '', 'from'],
    style: { head: [], border: [] },
  });
  for (const { row, what, bar, measured, ok: held, from } of all)
    shown.push([row || '', what, bar, measured, held ? 'ok' : 'NOT ok', from]);
  return shown.toString();
}
