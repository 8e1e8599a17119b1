import { ApplicationFailure } from '@temporalio/common';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { Inquiry, InquiryAnswer } from '../../domain/flows/inquiry.ts';
import { checkInquiry } from '../../domain/flows/inquiry.ts';
import { historyLine } from '../../domain/run/history-line.ts';
import { beating, effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import type { EffectContext } from '../ports/index.ts';
import { CatalogProblem } from '../ports/index.ts';
import { account, beyond, products } from './answers.ts';
import { preview } from './preview.ts';

export type LoadedProduct =
  | {
      readonly ok: true;
      /** The workflow code that can go on with a run that was given this. */
      readonly line: string;
      readonly config: ProductConfig;
      readonly digest: string;
      readonly file: string;
    }
  | { readonly ok: false; readonly line: string; readonly problems: readonly string[] };

/** A question is no step of a run. */
const inquiring = { step: 'inquiry', try: 1, product: '', configuration: '' };

/** What a run or a caller may ask of the worker's catalog and ledger. Changes nothing. */
export function catalogActivities(deps: Deps) {
  return {
    /** The product's configuration as the worker trusts it, to be frozen into the run. */
    async loadProduct(product: string): Promise<LoadedProduct> {
      try {
        const { config, digest, file } = await deps.catalog.load(product);
        return { ok: true, line: historyLine, config, digest, file };
      } catch (error) {
        if (error instanceof CatalogProblem)
          return { ok: false, line: historyLine, problems: error.problems };
        throw error;
      }
    },

    /** A question that is none ends at once: asking it again would not make it one. */
    async inquire(question: Inquiry): Promise<InquiryAnswer> {
      const checked = checkInquiry(question);
      if (!checked.ok) throw ApplicationFailure.nonRetryable(checked.problems.join('; '), 'InvalidInput');
      return beating(effectContext(inquiring), (context) => answer(deps, checked.value, context));
    },
  };
}

async function answer(deps: Deps, inquiry: Inquiry, context: EffectContext): Promise<InquiryAnswer> {
  switch (inquiry.kind) {
    case 'products':
      return { kind: 'products', products: await products(deps) };
    case 'preview':
      return { kind: 'preview', ...(await preview(deps, inquiry.flow, inquiry.input, context)) };
    case 'history': {
      const { kind, ...filter } = inquiry;
      return { kind, rows: await deps.ledger.deployments(filter) };
    }
    case 'beyond':
      return { kind: 'beyond', ...(await beyond(deps, inquiry)) };
    case 'account':
      return { kind: 'account', ...(await account(deps, inquiry.run, inquiry.from ?? 0)) };
  }
}
