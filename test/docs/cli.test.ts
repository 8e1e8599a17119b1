import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { createIo } from '../../src/client/cli/io.ts';
import { createProgram } from '../../src/client/cli/program.ts';
import { flagsOf } from '../../src/domain/flows/flags.ts';
import { flowNames, flowOf } from '../../src/domain/flows/registry.ts';

const docs = path.join(import.meta.dirname, '../../docs');
let doc: string;
/** Of the flows, which have their options there (test/docs/flows.test.ts). */
let pages: string;
beforeAll(async () => {
  doc = await readFile(path.join(docs, 'cli.md'), 'utf8');
  const all = flowNames.map((name) => readFile(path.join(docs, `flows/${flowOf(name).word}.md`), 'utf8'));
  pages = (await Promise.all(all)).join('\n');
});

/** The program as it is when this is typed. */
const programFor = (...args: string[]) => createProgram(createIo(false), args, () => undefined);
const find = (program: Command, name: string): Command => {
  const found = program.commands.find((command) => command.name() === name);
  if (!found) throw new Error(`there is no command ${name}`);
  return found;
};
const helpOf = async (...args: string[]): Promise<string> =>
  find(await programFor(...args, '--help'), args[0] ?? '').helpInformation();

describe('docs/cli.md', () => {
  it('[PL-2] names every command and option', async () => {
    const missing: string[] = [];
    const visit = (command: Command): void => {
      if (!new RegExp(`\\b${command.name()}\\b`).test(doc)) missing.push(command.name());
      for (const { long } of command.options)
        if (long && long !== '--version' && !`${doc}${pages}`.includes(long))
          missing.push(`${command.name()} ${long}`);
      command.commands.forEach(visit);
    };
    visit(await programFor('complete'));
    expect(missing).toEqual([]);
  });

  it('has every schema', async () => {
    const [what] = find(await programFor('schema'), 'schema').registeredArguments;
    const row = (name: string): boolean => new RegExp(`^\\| [^|]*\`${name}\``, 'm').test(doc);
    expect(what?.argChoices?.filter((name) => !name.endsWith('input') && !row(name))).toEqual([]);
  });
});

describe('sluice help start <flow>', () => {
  const flows = flowNames.map(flowOf);

  it.each(flows)('$word: shows the options of this flow and of no other', async ({ word, fields, when }) => {
    const help = await helpOf('start', word);
    expect(help.replace(/\s+/g, ' ')).toContain(when);
    const own = Object.entries(fields).filter(([, { flag }]) => flag !== false);
    const shown = [...help.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)].map(([, name]) => name);
    expect(shown).toEqual(expect.arrayContaining(['input', 'preview', 'yes', 'wait', 'watch']));
    // json, input, preview, yes, wait, watch and help are every flow's.
    expect(shown.length - 7).toBe(own.length);
  });

  it('lists the flows where none is named', async () => {
    const help = await helpOf('start');
    for (const { word } of flows) expect(help).not.toMatch(new RegExp(`--${word}`));
    const program = await programFor('start', '--help');
    let all = '';
    find(program, 'start')
      .configureOutput({ writeOut: (text) => (all += text) })
      .outputHelp();
    for (const { word, when } of flows) expect(all.replace(/\s+/g, ' ')).toContain(`${word} ${when}`);
  });
});

describe('the options of flows', () => {
  it('are none that every start has for something else', async () => {
    const start = find(await programFor('start'), 'start');
    const names = start.options.map(({ long }) => long);
    expect(names).toEqual([...new Set(names)]);
    const general = ['json', 'input', 'preview', 'yes', 'wait', 'watch', 'address', 'namespace', 'profile'];
    for (const flow of flowNames.map(flowOf))
      for (const { name } of flagsOf(flow.fields)) expect(general).not.toContain(name);
  });
});
