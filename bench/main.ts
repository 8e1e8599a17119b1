import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { noPaint } from '../src/client/cli/render/paint.ts';
import { renderTable } from '../src/client/cli/render/table.ts';
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
  return renderTable(
    all,
    [
      { title: 'row', text: ({ row }) => (row === 0 ? '' : String(row)) },
      { title: 'what', text: ({ what }) => what },
      { title: 'bar', text: ({ bar }) => bar },
      { title: 'measured', text: ({ measured }) => measured },
      { title: 'held', text: ({ ok: held }) => (held ? 'ok' : 'NOT ok') },
      { title: 'from', text: ({ from }) => from },
    ],
    Infinity,
    noPaint,
  );
}
