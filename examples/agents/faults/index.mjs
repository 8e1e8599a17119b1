#!/usr/bin/env node
/**
 * Plants a fault in a checkout of the shop, as a commit, to see what the agents make of it:
 *   node index.mjs FAULT CHECKOUT
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { edit } from '../../shop/history/edit.js';
import { commitAll, git } from '../../shop/history/git.js';
import { reviewFaults } from './review.mjs';
import { startFaults } from './start.mjs';
import { testFaults } from './tests.mjs';

export const faults = {
  ...seenBy('deployment', startFaults),
  ...seenBy('tests', testFaults),
  ...seenBy('review', reviewFaults),
};

/** Returns the commit. The checkout has to be the shop as it is in examples/shop. */
export async function plant(name, checkout) {
  if (!Object.hasOwn(faults, name)) {
    throw new Error(`There is no fault "${name}": there are ${Object.keys(faults).join(', ')}.`);
  }
  const { author, subject, edits, add = {} } = faults[name];
  for (const [path, text] of Object.entries(add)) write(checkout, path, text);
  for (const [path, pairs] of Object.entries(edits)) {
    write(checkout, path, edit(path, readFileSync(join(checkout, path), 'utf8'), pairs));
  }
  const head = Number(await git(checkout, ['log', '-1', '--format=%ct']));
  await commitAll(checkout, { author, subject, date: new Date((head + 60) * 1_000).toISOString() });
  return git(checkout, ['rev-parse', 'HEAD']);
}

function seenBy(whom, group) {
  return Object.fromEntries(Object.entries(group).map(([name, fault]) => [name, { ...fault, seenBy: whom }]));
}

function write(root, path, text) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

if (import.meta.main) {
  const [name, checkout] = process.argv.slice(2);
  if (!name || !checkout) {
    console.error(
      `Say what and where: node index.mjs FAULT CHECKOUT\nFaults: ${Object.keys(faults).join(', ')}`,
    );
    process.exitCode = 2;
  } else console.log(await plant(name, checkout));
}
