import type { DifferenceKind } from '../../../domain/backtest/difference.ts';
import { differenceKinds } from '../../../domain/backtest/difference.ts';
import type { BacktestCount, BacktestResult, BacktestRow } from '../../../domain/backtest/result.ts';
import { inline } from '../../../domain/text/markdown.ts';
import type { Paint } from './paint.ts';
import { oneLine, pad, wrap } from './text.ts';

/** What a backtest of versions shows. */
export interface BacktestView extends BacktestResult {
  readonly product: string;
  readonly tagPrefix: string;
  readonly warnings: readonly string[];
  readonly rows: readonly BacktestRow[];
}

/** Differences that a terminal shows. */
const shown = 40;

export function renderBacktest(
  found: BacktestView,
  all: boolean | undefined,
  width: number,
  paint: Paint,
): string {
  const columns = Math.min(width, 120);
  const list = listed(found, all);
  const rows = list.slice(0, all ? undefined : shown).flatMap((row) => terminalRow(row, columns, paint));
  const more = all ? 0 : list.length - shown;
  return [
    ...summary(found).flatMap((line) => wrap(line, columns)),
    ...found.warnings.flatMap((line) =>
      wrap(oneLine(line), columns - 2).map((each) => paint.attention(`  ${each}`)),
    ),
    ...reasons(found).map(([words, count]) => `  ${paint.faint(String(count).padStart(5))}  ${words}`),
    ...(rows.length > 0 ? ['', ...rows] : []),
    ...(more > 0
      ? [paint.faint(`… and ${more} older ones: --all shows every release, --json is for programs`)]
      : []),
  ].join('\n');
}

export function renderBacktestMarkdown(found: BacktestView, all: boolean | undefined): string {
  const list = listed(found, all);
  const why = reasons(found).map(([words, count]) => `- ${count} × ${words}`);
  const cell = (text: string) => inline(text, 600);
  return [
    summary(found)
      .map((line) => inline(line, 600))
      .join(' '),
    ...(why.length > 0 ? ['', ...why] : []),
    ...(found.warnings.length > 0 ? ['', ...found.warnings.map((line) => `> ${inline(line, 600)}`)] : []),
    ...(list.length > 0
      ? [
          '',
          '| tag | published | Sluice | reason |',
          '| --- | --- | --- | --- |',
          ...list.map(
            ({ tag, published, sluice, reason }) =>
              `| ${cell(tag)} | ${cell(published)} | ${cell(sluice ?? 'nothing to release')} | ${cell(reason ?? 'the same')} |`,
          ),
        ]
      : []),
  ].join('\n');
}

function summary({ releases, prereleases, agree, byPackage, tagPrefix, ...found }: BacktestView): string[] {
  const tags = tagPrefix === '' ? '' : ` (tags ${tagPrefix}…)`;
  if (releases + prereleases.releases === 0)
    return [
      `No release of ${found.product} is tagged as a version${tags}: there is nothing to look back on.`,
    ];
  const told = byPackage === 0 ? '' : `, ${byPackage} of them because package.json had it`;
  return [
    `Sluice would have called ${share({ releases, agree })} of ${found.product}${tags} what ${releases === 1 ? 'it was' : 'they were'} called${told}.`,
    ...(prereleases.releases > 0 ? [`Of the pre-releases: ${share(prereleases)}.`] : []),
  ];
}

function share({ releases, agree }: Pick<BacktestCount, 'releases' | 'agree'>): string {
  if (releases === 0) return 'none of 0 releases';
  const percent = Math.floor((1_000 * agree) / releases) / 10;
  return `${agree} of ${releases} ${releases === 1 ? 'release' : 'releases'} (${percent} %)`;
}

/** The differences, stable ones first; or everything. The newest first. */
function listed(
  { differ, prereleases, rows }: BacktestView,
  all: boolean | undefined,
): readonly BacktestRow[] {
  return all ? [...rows].reverse() : [...differ, ...prereleases.differ];
}

function reasons({ reasons: counts }: BacktestView): (readonly [string, number])[] {
  return (Object.entries(counts) as [DifferenceKind, number][])
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => [differenceKinds[kind], count] as const);
}

function terminalRow(row: BacktestRow, width: number, paint: Paint): string[] {
  const sign = row.reason === undefined ? paint.good('✔') : paint.attention('≠');
  const own = row.sluice ?? 'nothing to release';
  const head = `${sign} ${paint.strong(pad(oneLine(row.tag), 14))}`;
  if (row.reason === undefined) return [head.trimEnd()];
  return [
    `${head} ${paint.faint('Sluice:')} ${own}`,
    ...wrap(oneLine(row.reason), width - 4).map((line) => `    ${line}`),
  ];
}
