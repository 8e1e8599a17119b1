import type { Report } from '../../domain/report/model.ts';
import {
  checklistTable,
  decisionTable,
  eventTable,
  gateTable,
  refusedTable,
  stepTable,
  weightTable,
} from '../../domain/report/tables.ts';
import { facts, headline, outcomeText, rollbackFacts, toneOf, utc } from '../../domain/report/words.ts';
import { html, trusted, type Markup } from './markup.ts';
import { metricPicture, timelinePicture } from './pictures.ts';
import { bulleted, definitions, linked, section, table, words } from './sections.ts';
import { style } from './style.ts';

/** The report as one HTML file: nothing is loaded from anywhere, and nothing in it is executed. */
export async function renderReportPage(report: Report): Promise<string> {
  const { rollback, weights, charts, refused, refusedCount } = report;
  const pictures: Markup[] = [];
  for (const chart of charts) pictures.push(await metricPicture(chart, report));
  const title = headline(report);
  const unlisted = refusedCount - refused.length;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}: ${outcomeText(report)}</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <header>
          <h1>
            ${words(title)} <span class="outcome ${toneOf(report)}">${words(outcomeText(report))}</span>
          </h1>
          <p>${words(report.reason)}</p>
          ${definitions(facts(report))}
        </header>
        <main>
          ${rollback ? section('Rollback', definitions(rollbackFacts(rollback))) : undefined}
          ${section('What spoke against it', bulleted(report.blockers))}
          ${section('Concerns', bulleted(report.concerns))}
          ${section('Timeline', await timelinePicture(report))}
          ${weights.length + pictures.length > 0 ? section('Rollout', table(weightTable(report), 'Weights'), ...pictures) : undefined}
          ${section('Decisions', table(decisionTable(report), 'Decisions'))}
          ${section('Approvals and questions', table(gateTable(report), 'Approvals and questions'))}
          ${section(
            'Refused',
            unlisted > 0 ? html`<p>${unlisted} more were refused than are listed here.</p>` : undefined,
            table(refusedTable(report), 'Refused messages'),
          )}
          ${section('What else happened', table(eventTable(report), 'What else happened'))}
          ${section('Checklist', table(checklistTable(report), 'Checklist'))}
          ${section('Steps', table(stepTable(report), 'Steps'))} ${section('Links', linked(report.links))}
        </main>
        <footer>
          ${report.source === 'run' ? 'From the run and its record' : 'From the permanent record alone'},
          ${utc(report.made)} UTC.
        </footer>
      </body>
    </html> `.markup;
}
