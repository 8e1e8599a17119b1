import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { GreenWorld } from '../blue-green/support.ts';
import { greenWorld } from '../blue-green/support.ts';

let world: GreenWorld;
beforeEach(async () => {
  world = await greenWorld();
});
afterEach(() => world.end());

/** The notes of a product whose technical writer is a program: a shell line that finds the task in `task.json`. */
async function notesBy(line: string): Promise<{ notes: string; concerns: readonly string[] }> {
  const environment = { process: { start: 'true', port: 4100 } };
  const approval = { from: ['managers'] };
  await writeFile(world.program, `cat >task.json; ${line}\n`);
  await world.configure(
    { staging: environment, production: { process: { start: 'true', port: 4200 }, approval } },
    { agents: { 'technical-writer': { command: { run: `sh '${world.program}'`, timeout: '20s' } } } },
  );
  const { value } = await world.attempt((activities) =>
    activities.prepareRelease(world.ref('prepare.notes'), {
      product: 'shop',
      version: '1.0.0',
      base: world.commit,
      previousTag: null,
      date: '2026-03-01T00:00:00Z',
    }),
  ).outcome;
  if (!value) throw new Error('there are no notes');
  return value;
}
const rewritten = (edit: string): string =>
  `node -e '
    const { inputs } = JSON.parse(require("fs").readFileSync("task.json", "utf8"));
    const text = ${edit};
    console.log(JSON.stringify({ status: "done", summary: "did it", text }));
  '`;

it('[RW-4] a program improves the prose of the notes, also on a worker where no agent has worked before', async () => {
  const { notes, concerns } = await notesBy(rewritten('inputs.notes + "\\n"'));
  expect(concerns).toEqual([]);
  expect(notes).toContain('a service');
  expect(notes.endsWith('\n\n')).toBe(true);
});

it('[RW-4] notes whose facts a program changed are not taken, and people are told', async () => {
  const { notes, concerns } = await notesBy(rewritten('inputs.notes.replaceAll("1.0.0", "2.0.0")'));
  expect(notes).toContain('1.0.0');
  expect(notes).not.toContain('2.0.0');
  expect(concerns).toEqual([expect.stringContaining('changed facts') as string]);
});
