import { flagsOf } from './flags.ts';
import type { Flow } from './flow.ts';

/** What the parts of ids and flags may be made of. */
const wordForm = /^[a-z][a-z0-9-]*$/;

/**
 * What is wrong with descriptions of flows beyond what the compiler sees, one sentence each: the build fails with them.
 * @param all by workflow types
 */
export function registryProblems(all: Readonly<Record<string, Flow>>): string[] {
  const seen = new Map<string, string>();
  const titles = new Map<string, string>();
  return Object.entries(all).flatMap(([name, flow]) => {
    const other = seen.get(flow.word);
    seen.set(flow.word, name);
    const problems = [
      ...problemsOf(flow),
      ...(other === undefined ? [] : [`${other} is called "${flow.word}" too`]),
      ...Object.entries(flow.phases).flatMap(([phase, title]) => {
        const before = titles.get(phase) ?? title;
        titles.set(phase, before);
        return before === title
          ? []
          : [
              `its phase ${phase} is "${title}", and "${before}" in another flow: people read one of them for both`,
            ];
      }),
    ];
    return problems.map((problem) => `the flow ${name}: ${problem}`);
  });
}

function problemsOf(flow: Flow): string[] {
  const { type, word, title, when, phases, stages, historyType } = flow;
  const run = flow.runId({ product: 'shop', version: '1.2.3', environment: 'production' });
  const texts = { title, when, historyType, ...phases };
  const flags = flagsOf(flow.fields).map((each) => each.name);
  return [
    ...(wordForm.test(word) ? [] : [`its word "${word}" is not made of small letters, digits and hyphens`]),
    ...(run.startsWith(`${word}/shop/`) ? [] : [`its runs are called "${run}", and not ${word}/<product>/…`]),
    ...Object.entries(texts).flatMap(([what, text]) => (text.trim() === '' ? [`${what} says nothing`] : [])),
    ...(Object.keys(phases).length > 0 ? [] : ['it has no phases']),
    ...Object.entries(stages).flatMap(([stage, { when: at, controls }]) =>
      [at, ...Object.values(controls).map(({ meaning }) => meaning)].some((text) => text.trim() === '')
        ? [`its stage ${stage} does not say what each control means`]
        : [],
    ),
    ...Object.entries(flow.fields).flatMap(([field, { says }]) =>
      says.trim() === '' ? [`its field ${field} says nothing`] : [],
    ),
    ...flags.flatMap((flag, at) =>
      flags.indexOf(flag) === at ? [] : [`two of its fields have the option --${flag}`],
    ),
    ...(flow.check({}).ok ? ['it starts without a product'] : []),
    ...(type === 'inquiry' || type === 'notification' || type === 'environmentLock'
      ? [`${type} is a workflow of Sluice's own`]
      : []),
  ];
}
