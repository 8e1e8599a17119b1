import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { flowDocs } from '../../src/domain/flows/docs.ts';
import { flowNames, flowOf } from '../../src/domain/flows/registry.ts';

it.each(flowNames.map(flowOf))(
  'docs/flows/$word.md says when to use it, what it is asked, and what each control means, in the words of its description',
  async (flow) => {
    const page = await readFile(path.join(import.meta.dirname, `../../docs/flows/${flow.word}.md`), 'utf8');
    expect(page).toMatch(new RegExp(`^# ${flow.title}\n`));
    if (!page.includes(flowDocs(flow)))
      expect.fail(`docs/flows/${flow.word}.md is behind: node scripts/flow-docs.ts writes it`);
  },
);
