import type { Page } from 'playwright-core';

/** What is measured within a page. As text, for the types of a browser are not those of the tests. */

export const scrollWidth = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth');

export const background = (page: Page): Promise<string> =>
  page.evaluate<string>('getComputedStyle(document.body).backgroundColor');

export const addresses = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('a')].map((link) => link.getAttribute('href'))`);

/** Pixels, of all letters in pictures that are shown, as they are shown. */
export const letterSizes = (page: Page): Promise<number[]> =>
  page.evaluate<number[]>(`[...document.querySelectorAll('svg text')]
    .filter((text) => text.checkVisibility())
    .map((text) => {
      const svg = text.ownerSVGElement;
      return parseFloat(text.getAttribute('font-size')) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    })`);

/** WCAG 2: of what a selector finds against the page, in the colours that the browser computes. */
export const contrasts = (page: Page, selector: string): Promise<number[]> =>
  page.evaluate<number[]>(`(() => {
    const luminance = (colour) => {
      const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => {
        const value = Number(part) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const page = luminance(getComputedStyle(document.body).backgroundColor);
    return [...document.querySelectorAll(${JSON.stringify(selector)})].map((element) => {
      const { color, fill } = getComputedStyle(element);
      const text = luminance(element instanceof SVGElement ? fill : color);
      return (Math.max(text, page) + 0.05) / (Math.min(text, page) + 0.05);
    });
  })()`);
