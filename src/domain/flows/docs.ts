import { exampleOf } from './fields.ts';
import { flagsOf } from './flags.ts';
import type { Flow } from './flow.ts';
import type { Control, StageMeaning } from './stages.ts';

const controls = ['pause', 'resume', 'abort', 'rollback'] as const satisfies readonly Control[];

/** Begin and end of what is written by `node scripts/flow-docs.ts` on a flow's page; people write around it. */
export const docsBegin = '<!-- written by node scripts/flow-docs.ts: begin -->';
export const docsEnd = '<!-- end -->';

/** What a flow's page says of it, from its description: Markdown between the two marks. */
export function flowDocs(flow: Flow): string {
  const run = flow.runId({ product: 'shop', version: '1.4.0', environment: 'production' });
  return [
    docsBegin,
    `Use it when ${flow.when}.`,
    `As JSON, for the form in the Temporal UI and for other programs: workflow type \`${flow.type}\`, input \`${JSON.stringify(exampleOf(flow.fields))}\`. Its runs are called like \`${run}\`.`,
    options(flow),
    stages(flow),
    docsEnd,
  ].join('\n\n');
}

function options({ fields }: Flow): string {
  const rows = flagsOf(fields).map(({ usage, field, says, choices, required }) => {
    const words = choices ? `; one of ${choices.map((each) => `\`${each}\``).join(', ')}` : '';
    return `| \`${usage}\` | \`${field}\` | ${says}${words}${required ? ' (needed)' : ''} |`;
  });
  return ['| option | in the input | says |', '| --- | --- | --- |', ...rows].join('\n');
}

function stages(flow: Flow): string {
  const all: Readonly<Record<string, StageMeaning>> = flow.stages;
  const rows = Object.entries(all).map(([stage, { when, controls: means }]) => {
    const cells = controls.map((control) => {
      const { accepted, meaning } = means[control];
      return accepted ? meaning : `refused: ${meaning}`;
    });
    return `| ${stage} | ${when} | ${cells.join(' | ')} |`;
  });
  return [
    `| stage | when | ${controls.join(' | ')} |`,
    `| --- | --- | ${controls.map(() => '---').join(' | ')} |`,
    ...rows,
  ].join('\n');
}

/** A page with what is written there brought up to date; a new one where there is none. */
export function flowPage(flow: Flow, page: string | undefined): string {
  if (page === undefined) return `# ${flow.title}\n\n${flowDocs(flow)}\n`;
  const [from, to] = [page.indexOf(docsBegin), page.indexOf(docsEnd)];
  return from === -1 || to < from
    ? `${page.trimEnd()}\n\n${flowDocs(flow)}\n`
    : `${page.slice(0, from)}${flowDocs(flow)}${page.slice(to + docsEnd.length)}`;
}
