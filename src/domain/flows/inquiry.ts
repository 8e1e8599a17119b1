import type { BlueGreenInput } from '../blue-green/input.ts';
import type { ReleaseInput } from '../release/input.ts';
import type { DeploymentHistoryRow, LedgerLine } from '../records/records.ts';

/** A question to the workers that changes nothing; the workflow `inquiry` carries it to whoever holds the catalog and the ledger. */
export type Inquiry =
  | { readonly kind: 'products' }
  | { readonly kind: 'preview'; readonly input: ReleaseInput }
  | { readonly kind: 'blue-green'; readonly input: BlueGreenInput }
  | {
      readonly kind: 'history';
      readonly product?: string;
      readonly environment?: string;
      readonly limit: number;
    }
  /** The record of a run from that line on, as much of it as fits into an answer. */
  | { readonly kind: 'account'; readonly run: string; readonly from?: number };

export type Answer<K extends Inquiry['kind']> = Extract<InquiryAnswer, { readonly kind: K }>;

export type InquiryAnswer =
  | { readonly kind: 'products'; readonly products: readonly ProductSummary[] }
  | { readonly kind: 'preview'; readonly ok: true; readonly preview: ReleasePreview }
  | { readonly kind: 'preview'; readonly ok: false; readonly problems: readonly string[] }
  | { readonly kind: 'blue-green'; readonly ok: true; readonly preview: BlueGreenPreview }
  | { readonly kind: 'blue-green'; readonly ok: false; readonly problems: readonly string[] }
  | { readonly kind: 'history'; readonly rows: readonly DeploymentHistoryRow[] }
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

/** What a release would be, before anything is written (RW-4). */
export interface ReleasePreview {
  readonly product: string;
  readonly title: string;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly commit: string;
  readonly bump: string;
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  /** Subjects of the commits it includes, newest first. */
  readonly changes: readonly string[];
  /** Addresses: `staging` → URL, … */
  readonly environments: Readonly<Record<string, string>>;
  readonly approvers: readonly string[];
}

/** What a blue/green deployment would be, before anything is begun (BG-1). */
export interface BlueGreenPreview {
  readonly product: string;
  readonly title: string;
  readonly environment: string;
  readonly url: string;
  readonly commit: string;
  /** Says which commit it is: `1.2.0-g3f2abc12`. */
  readonly version: string;
  /** Inputs that are not there, one sentence each: with any, the run would be blocked. */
  readonly missing: readonly string[];
  readonly approvers: readonly string[];
}
