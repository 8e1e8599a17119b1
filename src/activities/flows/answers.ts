import { ApplicationFailure } from '@temporalio/common';
import type { ProductSummary } from '../../domain/flows/inquiry.ts';
import { productTitle } from '../../domain/flows/preview.ts';
import type { LedgerLine } from '../../domain/records/records.ts';
import { readChanges } from '../changes/read-changes.ts';
import type { Deps } from '../deps.ts';
import { CatalogProblem, SourceProblem } from '../ports/index.ts';

/** Bytes of JSON. Temporal takes 2 MB in an answer; one line alone is far below that. */
const pageSize = 1_000_000;

interface Page {
  readonly lines: readonly LedgerLine[];
  readonly next?: number;
}

/** What fits into one answer, and where to go on; at least one line. */
export function page(lines: readonly LedgerLine[], from: number): Page {
  let size = 0;
  const end = lines.findIndex((line, index) => {
    if (index < from) return false;
    size += Buffer.byteLength(JSON.stringify(line));
    return size > pageSize && index > from;
  });
  return end === -1 ? { lines: lines.slice(from) } : { lines: lines.slice(from, end), next: end };
}

/** A page of the record of a run; what lies before and after it is not read. */
export async function account({ ledger }: Pick<Deps, 'ledger'>, run: string, from: number): Promise<Page> {
  const { lines, next } = page(await ledger.entries(run, { from, size: pageSize }), 0);
  return { lines, ...(next === undefined ? {} : { next: from + next }) };
}

/** So many headers are named. */
const named = 100;

/**
 * What main has and a commit does not, as a release would list it.
 * @throws ApplicationFailure `InvalidInput` where the commit is none that is known
 */
export async function beyond(
  deps: Pick<Deps, 'catalog' | 'source'>,
  { product, commit }: { readonly product: string; readonly commit: string },
): Promise<{ readonly changes: readonly string[]; readonly total: number }> {
  if (!/^[0-9a-f]{40,64}$/.test(commit))
    throw ApplicationFailure.nonRetryable(`"commit" must be a full hash`, 'InvalidInput');
  try {
    const { config, source } = await deps.catalog.load(product);
    const head = await deps.source.head(source);
    const { commits } = await readChanges(deps.source, source, { since: commit, until: head.sha }, config);
    return { changes: commits.slice(0, named).map(({ header }) => header), total: commits.length };
  } catch (error) {
    if (error instanceof CatalogProblem || (error instanceof SourceProblem && error.kind === 'unknown-ref'))
      throw ApplicationFailure.nonRetryable(error.message, 'InvalidInput');
    throw error;
  }
}

/** All products of the catalog, also those with problems. */
export async function products(deps: Pick<Deps, 'catalog'>): Promise<readonly ProductSummary[]> {
  const entries = await deps.catalog.products();
  return Promise.all(
    entries.map(async ({ product, file, problems }) => {
      if (problems.length > 0) return { product, title: product, environments: [], source: file, problems };
      const { config } = await deps.catalog.load(product);
      return {
        product,
        title: productTitle(config),
        environments: Object.keys(config.environments),
        source: file,
        problems,
      };
    }),
  );
}
