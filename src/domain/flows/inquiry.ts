import type { DeploymentHistoryRow, LedgerLine } from '../records/records.ts';
import type { CheckedInput } from './check-input.ts';
import { checkInput } from './check-input.ts';
import type { Fields } from './fields.ts';
import { amount, choice, text } from './fields.ts';
import type { PreviewAnswer } from './preview.ts';
import type { FlowName } from './registry.ts';
import { flowNamed, flowNames, flows } from './registry.ts';

/** A question to the workers that changes nothing; the workflow `inquiry` carries it to whoever holds the catalog and the ledger. */
export type Inquiry =
  | { readonly kind: 'products' }
  /** What a run would be. The flow is its workflow type, or its word. */
  | { readonly kind: 'preview'; readonly flow: FlowName; readonly input: unknown }
  | {
      readonly kind: 'history';
      readonly product?: string;
      readonly environment?: string;
      readonly limit: number;
    }
  /** What main has and a commit does not. */
  | { readonly kind: 'beyond'; readonly product: string; readonly commit: string }
  /** The record of a run from that line on, as much of it as fits into an answer. */
  | { readonly kind: 'account'; readonly run: string; readonly from?: number };

export type Answer<K extends Inquiry['kind']> = Extract<InquiryAnswer, { readonly kind: K }>;

export type InquiryAnswer =
  | { readonly kind: 'products'; readonly products: readonly ProductSummary[] }
  | ({ readonly kind: 'preview' } & PreviewAnswer)
  | { readonly kind: 'history'; readonly rows: readonly DeploymentHistoryRow[] }
  /** Headers, newest first, at most 100, and how many there are. */
  | { readonly kind: 'beyond'; readonly changes: readonly string[]; readonly total: number }
  /** `next` is the line to go on with, where there are more. */
  | { readonly kind: 'account'; readonly lines: readonly LedgerLine[]; readonly next?: number };

export interface ProductSummary {
  readonly product: string;
  readonly title: string;
  readonly environments: readonly string[];
  /** Where its configuration comes from. */
  readonly source: string;
  /** Problems of its configuration; a product with problems can't be released. */
  readonly problems: readonly string[];
}

const kinds = [
  'products',
  'preview',
  'history',
  'beyond',
  'account',
] as const satisfies readonly Inquiry['kind'][];

const kind = choice('what is asked', kinds, { required: true });
/** Of each kind; the input of a preview is for its flow to judge. */
const fieldsOf: Readonly<Record<Inquiry['kind'], Fields>> = {
  products: { kind },
  preview: { kind, flow: text('which flow', { required: true }) },
  history: {
    kind,
    product: text('of one product'),
    environment: text('of one environment'),
    limit: amount('how many rows at most', { least: 1, most: 10_000, whole: true }, { required: true }),
  },
  beyond: {
    kind,
    product: text('of which product', { required: true }),
    commit: text('beyond which commit, by its full hash', { required: true, longest: 64 }),
  },
  account: {
    kind,
    run: text('which run', { required: true, longest: 1_000 }),
    from: amount('the first line that is wanted', { least: 0, most: 1_000_000_000, whole: true }),
  },
};

/** Checks a question, which may come from anywhere: total, every problem at once. */
export function checkInquiry(question: unknown): CheckedInput<Inquiry> {
  const asked = kindOf(question);
  if (asked === undefined)
    return {
      ok: false,
      problems: [`the question must be one JSON object, and its "kind" one of ${kinds.join(', ')}`],
    };
  if (asked !== 'preview') return checkInput(fieldsOf[asked], question) as CheckedInput<Inquiry>;
  const { input, ...rest } = question as { readonly input?: unknown };
  const checked = checkInput(fieldsOf.preview, rest);
  if (!checked.ok) return checked;
  const word = checked.value['flow'];
  const flow = typeof word === 'string' ? flowNamed(word) : undefined;
  if (flow === undefined)
    return {
      ok: false,
      problems: [`"flow" must be one of ${flowNames.map((name) => flows[name].word).join(', ')}`],
    };
  return { ok: true, value: { kind: 'preview', flow, input } };
}

function kindOf(question: unknown): Inquiry['kind'] | undefined {
  if (typeof question !== 'object' || question === null || !Object.hasOwn(question, 'kind')) return undefined;
  const { kind: asked } = question as { readonly kind: unknown };
  return kinds.find((each) => each === asked);
}
