import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { expect, vi } from 'vitest';
import { findChromium } from '../../support/chromium.ts';

const artifacts = join(import.meta.dirname, '../../../test-artifacts/ui');

/** A run's page in the Temporal UI, with what a person does there. */
export interface RunPage {
  /** What the run says about itself, as it is shown; its own page inside of the UI's. */
  readonly details: FrameLocator;
  /** Opens the tab where the details are. */
  readDetails(): Promise<void>;
  /** Asks for the details again until they show this. */
  detailsShow(text: string | RegExp): Promise<void>;
  /** Through "Send a Signal": chooses the signal and types the JSON. */
  sendSignal(name: string, json: string, options?: { readonly encoding?: 'json/protobuf' }): Promise<void>;
  /** Of the workflow, as the UI says it: `Running`, `Completed`. */
  showsState(state: string): Promise<void>;
  /** Kept under `test-artifacts/ui`. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

/** @param patience milliseconds for each thing to appear: machines can be slow */
export async function openRun(uiUrl: string, workflowId: string, patience = 40_000): Promise<RunPage> {
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    // Chromium's sandbox is not for root. Shared memory is small in containers.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage'],
    timeout: patience,
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  page.setDefaultTimeout(patience);
  await page.goto(`${uiUrl}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`);
  const tab = (name: RegExp) => page.getByRole('tab', { name }).or(page.getByRole('link', { name })).first();
  const details = page.frameLocator('iframe[title="output"]');
  const readDetails = async (): Promise<void> => {
    await tab(/^User Metadata/).click();
    await details.locator('main').waitFor();
  };
  return {
    details,
    readDetails,
    detailsShow: async (text) => {
      await readDetails();
      await vi.waitFor(
        async () => {
          // "Press the R for freshness".
          await page.keyboard.press('r');
          await details.getByText(text).first().waitFor({ timeout: 2_000 });
        },
        { timeout: patience, interval: 200 },
      );
    },
    sendSignal: async (name, json, { encoding } = {}) => {
      // Not beside the details: the key R asks for them again there, even within a text.
      await tab(/^History/).click();
      await fillSignalForm(page, name, json, encoding);
    },
    showsState: async (state) => {
      await page.getByText(state, { exact: true }).first().waitFor();
    },
    screenshot: async (name) => {
      mkdirSync(artifacts, { recursive: true });
      await page.screenshot({ path: join(artifacts, `${name}.png`) });
    },
    close: () => browser.close(),
  };
}

async function fillSignalForm(page: Page, name: string, json: string, encoding?: string): Promise<void> {
  await page.getByRole('button', { name: 'More Actions' }).click();
  await page.getByRole('menuitem', { name: 'Send a Signal' }).click();
  const form = page.getByRole('dialog', { name: 'Send a Signal' });
  await form.getByRole('button', { name: 'Select a signal' }).click();
  await form.getByRole('option', { name: new RegExp(`^${name}\\b`) }).click();
  if (encoding) await form.getByText(encoding, { exact: true }).click();
  const editor = form.locator('[contenteditable="true"]');
  await editor.click();
  await page.keyboard.type(json);
  // Leaving the editor lays the JSON out in lines, which moves the buttons.
  await page.keyboard.press('Tab');
  await vi.waitFor(async () => expect(JSON.parse(await editor.innerText())).toEqual(JSON.parse(json)), {
    timeout: 10_000,
  });
  await form.getByRole('button', { name: 'Submit' }).click();
  await page.getByText('Workflow signaled').waitFor();
  await form.waitFor({ state: 'hidden' });
}
