import type { Spec } from 'vega';
import { Error as errorsOnly, parse, View } from 'vega';

/** How wide a picture is drawn: once for a desk and for paper, once for a phone, where a smaller one could not be read. */
export const widths = { wide: 928, narrow: 340 } as const;

/** A specification as SVG, without a browser. Colours are the page's own CSS variables. */
export async function toSvg(spec: Spec): Promise<string> {
  const view = new View(parse(spec), { renderer: 'none', logLevel: errorsOnly });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** What all pictures have in common. */
export const look: NonNullable<Spec['config']> = {
  // The page says what a picture shows; the parts of it are no objects of their own. The types don't know this key.
  ...({ aria: false } as object),
  axis: {
    domainColor: 'var(--line)',
    tickColor: 'var(--line)',
    gridColor: 'var(--grid)',
    labelColor: 'var(--soft)',
    labelFontSize: 12,
    titleColor: 'var(--soft)',
    titleFontSize: 12,
    titleFontWeight: 'normal',
  },
};
