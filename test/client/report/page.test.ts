import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReportPage } from '../../../src/client/report/page.ts';
import { buildReport } from '../../../src/domain/report/report.ts';
import type { Account } from '../../domain/report/fixture.ts';
import { heldAndPromoted, hostile, nasty, plain, rolledBack } from '../../domain/report/fixture.ts';
import { findChromium } from '../../support/chromium.ts';
import * as inBrowser from './in-browser.ts';

const artifacts = join(import.meta.dirname, '../../../test-artifacts/report');
const accounts = { 'rolled-back': rolledBack(), held: heldAndPromoted(), plain: plain(), hostile: hostile() };
type Name = keyof typeof accounts;
const names = Object.keys(accounts) as Name[];

const rendered = ({ lines, now }: Account): Promise<string> =>
  renderReportPage(buildReport({ run: lines[0]?.run ?? '', lines, now }));

let browser: Browser;
beforeAll(async () => {
  mkdirSync(artifacts, { recursive: true });
  for (const name of names) writeFileSync(join(artifacts, `${name}.html`), await rendered(accounts[name]));
  browser = await chromium.launch({
    executablePath: await findChromium(),
    // Chromium's sandbox is not for root. Shared memory is small in containers.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'],
  });
});
afterAll(() => browser.close());

/** Opens a report, with all that it asks the world for and all that goes wrong in it. */
async function open(name: Name, width: number, colorScheme: 'light' | 'dark') {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const asked: string[] = [];
  const problems: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', (dialog) => problems.push(dialog.message()));
  const url = pathToFileURL(join(artifacts, `${name}.html`)).href;
  await page.goto(url);
  return { page, asked, problems, url };
}

describe('the report in a browser', () => {
  for (const width of [390, 1280])
    for (const scheme of ['light', 'dark'] as const)
      it.each(names)(
        `%s at ${width} px, ${scheme}: is legible, fits, and needs nothing from anywhere`,
        async (name) => {
          const { page, asked, problems, url } = await open(name, width, scheme);
          await page.screenshot({ path: join(artifacts, `${name}-${width}-${scheme}.png`), fullPage: true });
          expect(await inBrowser.scrollWidth(page)).toBeLessThanOrEqual(width);
          const texts = await inBrowser.contrasts(
            page,
            'p, dd, dt, th, td, li, h1, h2, h3, figcaption, .outcome, footer, svg text',
          );
          expect(texts.length).toBeGreaterThan(20);
          expect(Math.min(...texts)).toBeGreaterThanOrEqual(4.5);
          const sizes = await inBrowser.letterSizes(page);
          expect(Math.min(...sizes)).toBeGreaterThanOrEqual(11);
          expect([asked, problems]).toEqual([[url], []]);
          await page.close();
        },
      );

  it('draws each metric with its limits and weights named, once for the width that is there', async () => {
    const { page } = await open('rolled-back', 1280, 'light');
    const picture = page.getByRole('img', { name: /^error-rate: the new version had/ });
    expect(await picture.count()).toBe(1);
    for (const label of ['at most 5 %', 'version before + 5 %', 'canary 1 %', '10 %'])
      expect(await picture.getByText(label, { exact: true }).count(), label).toBeGreaterThan(0);
    expect(await picture.getByText('UTC, 2026-11-22').count()).toBe(1);
    expect(await page.getByRole('table', { name: 'error-rate by weight' }).getByRole('row').count()).toBe(3);
    await page.close();
  });

  it('leaves the line out where there was nothing to see', async () => {
    const { page } = await open('held', 1280, 'light');
    const picture = page.getByRole('img', { name: /^error-rate/ });
    expect(await picture.getByText('no data', { exact: true }).count()).toBe(1);
    expect(await picture.getByText('not watched', { exact: true }).count()).toBe(1);
    const path = await picture.locator('path[stroke="var(--canary)"]').getAttribute('d');
    // Three parts: before, between and after the two gaps.
    expect(path?.match(/M/g)).toHaveLength(3);
    await page.close();
  });

  it('keeps its tables tables on a phone', async () => {
    const { page } = await open('rolled-back', 390, 'light');
    const steps = page.getByRole('table', { name: 'Steps' });
    expect(await steps.getByRole('columnheader').allInnerTexts()).toContain('Result');
    expect(await steps.getByRole('row').filter({ hasText: 'Unit tests' }).getByRole('cell').count()).toBe(6);
    await page.close();
  });

  it('can be printed, whatever the colours of the screen are', async () => {
    const { page } = await open('rolled-back', 1280, 'dark');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await inBrowser.background(page)).toBe('rgb(255, 255, 255)');
    const pdf = await page.pdf({
      path: join(artifacts, 'rolled-back.pdf'),
      format: 'A4',
      printBackground: true,
    });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.close();
  });
});

describe('what others wrote', () => {
  it('is shown as they wrote it, and is never a part of the page', async () => {
    const { page } = await open('hostile', 1280, 'light');
    expect(await page.title()).toBe('Release of shop v1.4.0: rolled-back');
    expect(await page.locator('script, img, iframe, object, link, [onerror], [onclick]').count()).toBe(0);
    expect(await page.getByText(nasty.script, { exact: true }).count()).toBeGreaterThan(3);
    expect(await inBrowser.addresses(page)).toEqual(['https://example.com/issues/1?a=<b>&c="d"']);
    expect(await page.getByText('(8800 more characters)').count()).toBeGreaterThan(0);
    await page.close();
  });

  it('does not make the file large', async () => {
    for (const name of names) expect((await rendered(accounts[name])).length).toBeLessThan(500_000);
  });
});
