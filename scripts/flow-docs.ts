import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { flowPage } from '../src/domain/flows/docs.ts';
import { flowNames, flowOf } from '../src/domain/flows/registry.ts';

/** Writes what follows from the flows' descriptions onto their pages in docs/flows: run it after changing one. */
const directory = path.join(import.meta.dirname, '../docs/flows');
await mkdir(directory, { recursive: true });
for (const flow of flowNames.map(flowOf)) {
  const file = path.join(directory, `${flow.word}.md`);
  const page = await readFile(file, 'utf8').catch(() => undefined);
  const next = flowPage(flow, page);
  if (next !== page) {
    await writeFile(file, next);
    process.stderr.write(`${path.relative(process.cwd(), file)} is written\n`);
  }
}
