import type { ProductSummary } from '../../domain/flows/inquiry.ts';
import { productTitle } from '../../domain/flows/preview.ts';
import type { LedgerLine } from '../../domain/records/records.ts';
import type { Deps } from '../deps.ts';

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
