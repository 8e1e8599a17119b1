import type { ProductConfig } from '../../domain/config/schema.ts';
import { previewOf } from '../../domain/flows/assemble-preview.ts';
import type { FactKind, FactsOf } from '../../domain/flows/facts.ts';
import type { Asked } from '../../domain/flows/fields.ts';
import type { Flow } from '../../domain/flows/flow.ts';
import type { PreviewAnswer } from '../../domain/flows/preview.ts';
import type { FlowName } from '../../domain/flows/registry.ts';
import { flowOf } from '../../domain/flows/registry.ts';
import type { Deps } from '../deps.ts';
import type { EffectContext } from '../ports/index.ts';
import { CatalogProblem, DriverProblem, SourceProblem } from '../ports/index.ts';
import { gatherers } from './facts.ts';

/** What a run of any flow would be. Reads only; what stands in the way is said, and never thrown. */
export async function preview(
  deps: Deps,
  name: FlowName,
  input: unknown,
  context: EffectContext,
): Promise<PreviewAnswer> {
  const flow = flowOf(name);
  const checked = flow.check(input);
  if (!checked.ok) return checked;
  try {
    const entry = await deps.catalog.load(checked.value.product);
    const facts = await gather(deps, flow, checked.value, entry.config, context);
    return previewOf(flow, entry.config, checked.value, facts);
  } catch (error) {
    if (error instanceof CatalogProblem) return { ok: false, problems: error.problems };
    if (error instanceof SourceProblem || error instanceof DriverProblem)
      return { ok: false, problems: [error.message] };
    throw error;
  }
}

function gather<K extends FactKind>(
  deps: Deps,
  { facts }: Flow & { readonly facts: { readonly kind: K } },
  input: Asked,
  config: ProductConfig,
  context: EffectContext,
): Promise<FactsOf<K>> {
  return gatherers[facts.kind](deps, config, facts.of(config, input), context);
}
