import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { findFirefox } from '../../src/cli/setup/system.mjs';
import { expect, Problems, test as base, watchDevices } from '../fixtures';

export { expect };

/** As people set them where WebGPU is not on by itself: on Linux, and on adapters that are software. */
const prefs = { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true, 'dom.webgpu.workers.enabled': true };

interface Firefox {
  browser: Browser;
  /** Where downloads go. */
  downloads: string;
}

/**
 * The browser tests' `test` with a page of Firefox, `tab`, whose storage is its own; `site` and `problems` are as in Chromium.
 * Playwright drives only a Firefox that it has patched, so the installed one is driven by puppeteer through WebDriver BiDi.
 */
export const test = base.extend<{ tab: Page }, { firefox: Firefox }>({
  firefox: [
    async ({}, use) => {
      const downloads = mkdtempSync(join(tmpdir(), 'fullrank-firefox-'));
      const browser = await puppeteer.launch({
        browser: 'firefox',
        executablePath: findFirefox()!,
        extraPrefsFirefox: { ...prefs, 'browser.download.folderList': 2, 'browser.download.dir': downloads, 'browser.download.useDownloadDir': true },
        // As in the tests in Node (vite.config.ts).
        env: { ...process.env, GALLIVM_PERF: 'nopt' },
        timeout: 300_000,
        protocolTimeout: 600_000,
      });
      await use({ browser, downloads });
      await browser.close();
      rmSync(downloads, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 300_000 },
  ],

  tab: async ({ firefox, problems }, use) => {
    const context = await firefox.browser.createBrowserContext();
    const tab = await context.newPage();
    tab.on('pageerror', (error) => problems.add(`uncaught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
    tab.on('console', (message) => {
      if (message.type() === 'error') problems.add(`console.error: ${message.text()} (${message.location().url})`);
    });
    await tab.evaluateOnNewDocument(watchDevices);
    await use(tab);
    await context.close();
  },

  problems: async ({}, use) => {
    const problems = new Problems();
    await use(problems);
    expect(problems.unexpected(), 'errors in the page or its workers').toEqual([]);
  },
});
