import { blueGreenFlow } from '../../domain/blue-green/flow.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { compareWithExpected } from '../../domain/release/expected.ts';
import { resolvePeople } from '../../domain/gates/gate.ts';
import type { Inquiry, InquiryAnswer, ReleasePreview } from '../../domain/flows/inquiry.ts';
import { historyLine } from '../../domain/run/history-line.ts';
import type { LedgerLine } from '../../domain/records/records.ts';
import { releaseFlow } from '../../domain/release/flow.ts';
import { lookAtInputs } from '../blue-green/inputs.ts';
import type { Deps } from '../deps.ts';
import { CatalogProblem, SourceProblem } from '../ports/index.ts';
import { productTitle } from '../../domain/flows/preview.ts';
import { readReleaseFacts } from '../release/facts.ts';

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

    async inquire(inquiry: Inquiry): Promise<InquiryAnswer> {
      switch (inquiry.kind) {
        case 'products':
          return { kind: 'products', products: await products(deps) };
        case 'preview':
          return preview(deps, inquiry.input);
        case 'blue-green':
          return previewBlueGreen(deps, inquiry.input);
        case 'history':
          return {
            kind: 'history',
            rows: await deps.ledger.deployments({
              limit: inquiry.limit,
              ...(inquiry.product ? { product: inquiry.product } : {}),
              ...(inquiry.environment ? { environment: inquiry.environment } : {}),
            }),
          };
        case 'account':
          return { kind: 'account', ...page(await deps.ledger.entries(inquiry.run), inquiry.from ?? 0) };
      }
    },
  };
}

/** Bytes of JSON. Temporal takes 2 MB in an answer; one line alone is far below that. */
const pageSize = 1_000_000;

/** What fits into one answer, and where to go on; at least one line. */
export function page(
  lines: readonly LedgerLine[],
  from: number,
): { readonly lines: readonly LedgerLine[]; readonly next?: number } {
  let size = 0;
  const end = lines.findIndex((line, index) => {
    if (index < from) return false;
    size += Buffer.byteLength(JSON.stringify(line));
    return size > pageSize && index > from;
  });
  return end === -1 ? { lines: lines.slice(from) } : { lines: lines.slice(from, end), next: end };
}

async function products(deps: Deps): Promise<Extract<InquiryAnswer, { kind: 'products' }>['products']> {
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

async function preview(deps: Deps, input: unknown): Promise<InquiryAnswer> {
  const refuse = (problems: readonly string[]): InquiryAnswer => ({ kind: 'preview', ok: false, problems });
  const checked = releaseFlow.check(input);
  if (!checked.ok) return refuse(checked.problems);
  try {
    const { config, source } = await deps.catalog.load(checked.value.product);
    const facts = await readReleaseFacts(deps.source, source, checked.value);
    if (!facts.version.ok) return refuse(facts.version.problems.map((problem) => problem.message));
    const { version, previous, bump, reasons, warnings } = facts.version;
    const confirmed = compareWithExpected(checked.value.expected, { version, commit: facts.head.sha });
    if (confirmed.blockers.length > 0) return refuse(confirmed.blockers);
    const unreleased = await deps.source.unreleasedWork(source);
    const result: ReleasePreview = {
      product: config.product,
      title: productTitle(config),
      version,
      previousVersion: previous ?? null,
      commit: facts.head.sha,
      bump,
      reasons,
      warnings: [...warnings, ...confirmed.concerns, ...unreleasedWarnings(unreleased)],
      changes: facts.commits.slice(0, 100).map((commit) => commit.header),
      environments: Object.fromEntries(
        Object.entries(config.environments).map(([name, { url }]) => [name, url]),
      ),
      approvers: resolvePeople(config.environments['production']?.approval?.from ?? [], config.people.groups),
    };
    return { kind: 'preview', ok: true, preview: result };
  } catch (error) {
    if (error instanceof CatalogProblem) return refuse(error.problems);
    if (error instanceof SourceProblem) return refuse([error.message]);
    throw error;
  }
}

async function previewBlueGreen(deps: Deps, input: unknown): Promise<InquiryAnswer> {
  const refuse = (problems: readonly string[]): InquiryAnswer => ({
    kind: 'blue-green',
    ok: false,
    problems,
  });
  const checked = blueGreenFlow.check(input);
  if (!checked.ok) return refuse(checked.problems);
  try {
    const { config } = await deps.catalog.load(checked.value.product);
    const { commit, version, missing } = await lookAtInputs(deps, checked.value);
    const environment = config.blueGreen?.environment ?? 'production';
    const { url = '', approval } = config.environments[environment] ?? {};
    return {
      kind: 'blue-green',
      ok: true,
      preview: {
        product: config.product,
        title: productTitle(config),
        environment,
        url,
        commit,
        version,
        missing,
        approvers: resolvePeople(approval?.from ?? [], config.people.groups),
      },
    };
  } catch (error) {
    if (error instanceof CatalogProblem) return refuse(error.problems);
    if (error instanceof SourceProblem) return refuse([error.message]);
    throw error;
  }
}

/** Work that is not on the remote's main branch is not part of a release; people forget that. */
export function unreleasedWarnings(work: {
  readonly dirtyFiles: readonly string[];
  readonly unpushedCommits: number;
}): string[] {
  const warnings: string[] = [];
  // The configuration is read from where it is, committed or not.
  const dirty = work.dirtyFiles.filter((file) => !/(^|\/)sluice\.ya?ml$/.test(file));
  if (dirty.length > 0) {
    const subject =
      dirty.length === 1 ? '1 file in your checkout is' : `${dirty.length} files in your checkout are`;
    const more = dirty.length > 5 ? ', …' : '';
    warnings.push(
      `${subject} not committed and will not be in the release: ${dirty.slice(0, 5).join(', ')}${more}`,
    );
  }
  if (work.unpushedCommits > 0)
    warnings.push(
      `${work.unpushedCommits === 1 ? '1 commit in your checkout is' : `${work.unpushedCommits} commits in your checkout are`} not pushed and will not be in the release`,
    );
  return warnings;
}
