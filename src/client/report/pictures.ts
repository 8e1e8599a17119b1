import type { Spec } from 'vega';
import type { MetricChart, Report, Span } from '../../domain/report/model.ts';
import { chartTable } from '../../domain/report/tables.ts';
import { chartText } from '../../domain/report/words.ts';
import { metricChart } from './draw/metric-chart.ts';
import { toSvg, widths } from './draw/svg.ts';
import { timelineChart, timelineKey } from './draw/timeline-chart.ts';
import { html, trusted, type Markup } from './markup.ts';
import { table, words } from './sections.ts';

/** The timeline; the table of the steps says the same in words. */
export async function timelinePicture({ timeline }: Report): Promise<Markup | undefined> {
  if (timeline.bars.length === 0) return undefined;
  const told = `Timeline of ${timeline.bars.length} steps; the table of steps below has the same in words.`;
  return html`<figure>
    ${await picture((width) => timelineChart(timeline, width), told)}
    <figcaption>${timelineKey(timeline)}</figcaption>
  </figure>`;
}

/** A metric of the rollout with its picture, and its numbers in words and a table. */
export async function metricPicture(chart: MetricChart, { weights }: Report): Promise<Markup> {
  const span = spanOf(chart, weights);
  const text = chartText(chart);
  return html`<h3>${words(chart.rule)}${chart.dryRun ? ' (dry run: nothing follows from it)' : ''}</h3>
    ${chart.measured === '' ? undefined : html`<p class="soft">${words(chart.measured)}</p>`}
    <figure>
      ${key(chart)}${span ? await picture((width) => metricChart(chart, weights, span, width), text) : undefined}
      <figcaption>${words(text)}</figcaption>
    </figure>
    ${table(chartTable(chart), `${chart.rule} by weight`)}`;
}

function spanOf({ points }: MetricChart, weights: Report['weights']): Span | undefined {
  const times = [...points.map(({ at }) => at), ...weights.flatMap(({ from, to }) => [from, to])];
  return points.length === 0 ? undefined : { from: Math.min(...times), to: Math.max(...times) };
}

/** For both widths; the page shows the one that fits. To those who hear it, it is what is told. */
async function picture(spec: (width: number) => Spec, told: string): Promise<Markup> {
  const [wide, narrow] = [await toSvg(spec(widths.wide)), await toSvg(spec(widths.narrow))];
  return html`<div class="wide" role="img" aria-label="${told}">${trusted(wide)}</div>
    <div class="narrow" role="img" aria-label="${told}">${trusted(narrow)}</div>`;
}

function key({ points, limits, breaches, gaps }: MetricChart): Markup {
  const stroke = (colour: string, dash: string): Markup =>
    html`<svg width="28" height="10" aria-hidden="true">
      <path
        d="M0,5H28"
        stroke="var(--${colour})"
        stroke-width="2.25"
        stroke-dasharray="${dash}"
        fill="none"
      />
    </svg>`;
  const diamond = html`<svg width="12" height="12" aria-hidden="true">
    <path d="M6,1L11,6L6,11L1,6Z" fill="var(--limit)" />
  </svg>`;
  const gap = html`<svg width="20" height="12" aria-hidden="true">
    <path d="M1,1H19V11H1Z" fill="var(--page)" stroke="var(--soft)" stroke-dasharray="2 3" />
  </svg>`;
  const entries = [
    html`${stroke('canary', '')}new version`,
    ...(points.some(({ baseline }) => baseline !== null)
      ? [html`${stroke('baseline', '5 4')}version before`]
      : []),
    ...(limits.length > 0 ? [html`${stroke('limit', '')}limit`] : []),
    ...(breaches.length > 0 ? [html`${diamond} beyond a limit`] : []),
    ...(gaps.length > 0 ? [html`${gap}nothing seen`] : []),
  ];
  return html`<ul class="key">
    ${entries.map((entry) => html`<li>${entry}</li>`)}
  </ul>`;
}
