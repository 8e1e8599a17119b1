import type { DeploymentHistoryRow } from '../../../domain/records/records.ts';
import type { Paint } from './paint.ts';
import { type Column, renderMarkdownTable, renderTable } from './table.ts';

/** The columns of processes/deployment.md, "Deployment History", in its order. */
const documented: readonly Column<DeploymentHistoryRow>[] = [
  { title: 'Date', text: ({ at }) => at.slice(0, 10) },
  { title: 'Version', text: ({ version }) => (/^\d/.test(version) ? `v${version}` : version) },
  { title: 'Type', text: ({ type }) => type },
  { title: 'Status', text: ({ status }) => status },
  { title: 'Rollback', text: ({ rollback }) => rollback },
  { title: 'Notes', text: ({ notes }) => notes, flexible: true },
];

/** For a terminal: product and environment are said, too, where there are several. */
export function renderHistory(rows: readonly DeploymentHistoryRow[], width: number, paint: Paint): string {
  const several = (of: (row: DeploymentHistoryRow) => string): boolean => new Set(rows.map(of)).size > 1;
  const [date, ...others] = documented.map((column) =>
    column.title === 'Status'
      ? { ...column, style: (text: string, row: DeploymentHistoryRow) => statusStyle(row, paint)(text) }
      : column,
  );
  return renderTable(
    rows,
    [
      ...(date ? [date] : []),
      ...(several(({ product }) => product)
        ? [{ title: 'Product', text: ({ product }: DeploymentHistoryRow) => product }]
        : []),
      ...(several(({ environment }) => environment)
        ? [{ title: 'Environment', text: ({ environment }: DeploymentHistoryRow) => environment }]
        : []),
      ...others,
    ],
    width,
    paint,
  );
}

export function renderHistoryMarkdown(rows: readonly DeploymentHistoryRow[]): string {
  return renderMarkdownTable(rows, documented);
}

function statusStyle({ status }: DeploymentHistoryRow, paint: Paint): (text: string) => string {
  return /^success/i.test(status) ? paint.good : /rolled back/i.test(status) ? paint.attention : paint.bad;
}
