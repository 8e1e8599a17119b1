import { backtestVersions } from '../../activities/backtest/backtest-versions.ts';
import { tagScheme } from '../../activities/versions/version-tags.ts';
import { readText } from '../../adapters/git/history.ts';
import { openPastHistory } from '../../adapters/git/past-history.ts';
import type { BacktestResult, BacktestRow } from '../../domain/backtest/result.ts';
import { backtestResult, backtestRow } from '../../domain/backtest/result.ts';
import { versionTags } from '../../domain/versions/tags.ts';
import type { LocalOptions } from './product.ts';
import { asAnsweredHere, asProblem, LocalProblem, openLocalProduct } from './product.ts';

export interface Backtest extends BacktestResult {
  readonly product: string;
  readonly repository: string;
  readonly tagPrefix: string;
  /** What a person should know of the answer. */
  readonly warnings: readonly string[];
  /** Every release, the oldest first. */
  readonly rows: readonly BacktestRow[];
}

/**
 * What Sluice would have called each past release of a repository on this machine.
 * @throws LocalProblem where it can't be told, with what to do about it
 */
export async function backtest(
  options: LocalOptions,
  onProgress?: (done: number, of: number) => void,
): Promise<Backtest> {
  const { repository, head, config } = await openLocalProduct(options);
  if (repository.shallow.size > 0)
    throw new LocalProblem([
      `${repository.directory} is a shallow clone: its past is not there. Run git fetch --unshallow --tags, then try again.`,
    ]);
  const history = await openPastHistory(repository);
  try {
    const manifest = await readText(repository, head, 'package.json').catch(() => undefined);
    const scheme = tagScheme(history.tags, config, manifest);
    if (!scheme.ok) throw new LocalProblem([asAnsweredHere(scheme.question)]);
    const judged = await backtestVersions(history, config, scheme.prefix, onProgress).catch(asProblem);
    const names = history.tags.map(({ name }) => name);
    const versions = new Set(versionTags(names, scheme.prefix).map(({ tag }) => tag));
    const others = names.filter((name) => !versions.has(name));
    return {
      product: config.product,
      repository: repository.directory,
      tagPrefix: scheme.prefix,
      ...backtestResult(judged),
      warnings: [...scheme.warnings, ...warningsOf(others, repository.rewritten)],
      rows: judged.map(backtestRow),
    };
  } finally {
    history.close();
  }
}

function warningsOf(others: readonly string[], rewritten: boolean): string[] {
  return [
    ...(others.length > 0
      ? [
          `${others.length === 1 ? '1 tag is no version' : `${others.length} tags are no versions`} of this product (${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''}), and left out.`,
        ]
      : []),
    ...(rewritten
      ? [
          'The history is rewritten in this clone alone (git replace or grafts): it is judged as others see it.',
        ]
      : []),
  ];
}
