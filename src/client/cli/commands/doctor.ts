import { dirname } from 'node:path';
import { locate } from '../../../adapters/git/location.ts';
import { redact } from '../../../adapters/git/runner.ts';
import { createSecretResolver } from '../../../adapters/secrets.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadEnvironmentChecks, type Check } from '../doctor/check.ts';
import { checkProduct } from '../doctor/product.ts';
import { checkTemporal } from '../doctor/temporal.ts';
import { readConfig } from '../config-files.ts';
import type { Io } from '../io.ts';
import type { SharedOptions } from '../program.ts';
import { oneLine, wrap } from '../render/text.ts';

/** `sluice doctor`: every connection, and how to mend what is broken. Changes nothing. */
export async function doctor(io: Io, files: string[], options: SharedOptions): Promise<number> {
  const configs = await Promise.all((files.length > 0 ? files : ['sluice.yaml']).map(readConfig));
  const groups: { title: string; checks: readonly Check[] }[] = [
    { title: 'This machine', checks: await loadEnvironmentChecks() },
  ];
  for (const read of configs) {
    groups.push(
      read.ok
        ? {
            title: read.config.product,
            checks: await checkProduct(read.file, read.config, secretsBeside(read.file), { locate, redact }),
          }
        : {
            title: read.file,
            checks: [
              {
                level: 'fail',
                what: 'configuration',
                says: read.problems.join('\n'),
                about: 'configuration',
              },
            ],
          },
    );
  }
  const temporal = await checkTemporal(options);
  groups.push({ title: 'Temporal', checks: temporal });
  const all = groups.flatMap(({ checks }) => checks);
  io.result(
    groups,
    groups
      .map(({ title, checks }) =>
        [io.paint.strong(title), ...checks.flatMap((check) => renderCheck(check, io))].join('\n'),
      )
      .join('\n\n'),
  );
  const failed = all.filter(({ level }) => level === 'fail');
  if (failed.some(({ about }) => about === 'configuration')) return exitCodes.invalid;
  return failed.length > 0 ? exitCodes.noConnection : exitCodes.done;
}

function secretsBeside(file: string): (reference: string) => Promise<string> {
  return createSecretResolver({ env: process.env, baseDirectory: dirname(file) }).resolve;
}

function renderCheck({ level, what, says, mend }: Check, { paint, width }: Io): string[] {
  const mark = { ok: paint.good('✔'), warn: paint.attention('!'), fail: paint.bad('✖') }[level];
  const lines = says.split('\n').flatMap((line) => wrap(oneLine(line), width - 4));
  const first = lines.length === 1 && what.length + (lines[0]?.length ?? 0) < width - 6;
  return [
    `  ${mark} ${what}${first && lines[0] ? `  ${paint.faint(lines[0])}` : ''}`,
    ...(first ? [] : lines.map((line) => `    ${line}`)),
    ...(mend && level !== 'ok'
      ? wrap(`→ ${oneLine(mend)}`, width - 4).map((line) => `    ${paint.busy(line)}`)
      : []),
  ];
}
