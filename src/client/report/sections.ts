import { excerpt } from '../../domain/report/excerpt.ts';
import type { Report } from '../../domain/report/model.ts';
import { used, type Table } from '../../domain/report/tables.ts';
import { html, type Markup } from './markup.ts';

/** Characters of one text that others wrote; the ledger has it all. */
const limit = 1_200;

/** Text of others, in its own direction, which does not reach beyond it. */
export const words = (text: string): Markup => html`<bdi>${excerpt(text, limit)}</bdi>`;

/** Roles are said because a narrow page shows the rows as blocks, which would be no table any more. */
export function table(whole: Table, caption: string): Markup | undefined {
  const { columns, rows } = used(whole);
  if (rows.length === 0) return undefined;
  // What is short stays on its line, so that what is long gets the room.
  const kind = (text: string): string => (text.length <= 20 ? 'short' : '');
  const cell = (text: string, index: number): Markup =>
    html`<td role="cell" class="${kind(text)}" data-label="${columns[index]}">
      <span dir="auto">${excerpt(text, limit)}</span>
    </td>`;
  return html`<table role="table" aria-label="${caption}">
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) =>
          html`<tr role="row">
            ${row.map(cell)}
          </tr> `,
      )}
    </tbody>
  </table>`;
}

export function definitions(entries: readonly (readonly [string, string])[]): Markup {
  return html`<dl>
    ${entries.map(
      ([label, text]) =>
        html`<dt>${label}</dt>
          <dd>${words(text)}</dd>`,
    )}
  </dl>`;
}

export function section(title: string, ...content: readonly (Markup | undefined)[]): Markup | undefined {
  const there = content.filter((part) => part !== undefined);
  return there.length === 0
    ? undefined
    : html`<section>
        <h2>${title}</h2>
        ${there}
      </section>`;
}

export function bulleted(lines: readonly string[]): Markup | undefined {
  return lines.length === 0
    ? undefined
    : html`<ul>
        ${lines.map((line) => html`<li>${words(line)}</li>`)}
      </ul>`;
}

/** Only addresses of the web are links: others could be code. */
export function linked(links: Report['links']): Markup | undefined {
  if (links.length === 0) return undefined;
  return html`<ul>
    ${links.map(({ title, url }) =>
      /^https?:\/\//i.test(url)
        ? html`<li><a href="${url}" rel="noreferrer">${words(title)}</a></li>`
        : html`<li>${words(`${title}: ${url}`)}</li>`,
    )}
  </ul>`;
}
