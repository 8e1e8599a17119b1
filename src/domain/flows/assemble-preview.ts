import type { ProductConfig } from '../config/schema.ts';
import type { FactKind, FactsOf } from './facts.ts';
import type { Flow } from './flow.ts';
import type { Asked } from './fields.ts';
import type { PreviewAnswer } from './preview.ts';
import { namedApprovers } from './preview.ts';

/** What a run of a flow would be: what the flow says of it, and what all flows say alike. */
export function previewOf<K extends FactKind>(
  flow: Flow,
  config: ProductConfig,
  input: Asked,
  facts: FactsOf<K>,
): PreviewAnswer {
  const previewed = flow.preview(config, input, facts);
  if (!previewed.ok) return previewed;
  const { ok: _, about, ...said } = previewed;
  const { product } = config;
  const { title, version, commit, environment } = said;
  return {
    ok: true,
    preview: {
      ...said,
      input: { ...said.input },
      flow: flow.type,
      product,
      run: flow.runId({ product, version, environment }),
      missing: [...new Set([...flow.needs(config, input), ...said.missing])],
      approvers: said.approvers ?? (environment === undefined ? [] : namedApprovers(config, environment)),
      about: {
        staticSummary: `${flow.title} of ${title}`,
        memo: {
          product,
          ...(version === undefined ? {} : { version }),
          ...(commit === undefined ? {} : { commit }),
        },
        ...about,
      },
      question: flow.question(input.by === undefined ? '' : ` as ${input.by}`),
    },
  };
}
