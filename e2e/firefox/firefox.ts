import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type ElementHandle, type Page } from 'puppeteer-core';
import { findFirefox, hasGpuDriver } from '../../src/cli/setup/system.mjs';
import { expect, Problems, test as base, watchDevices } from '../fixtures';
import { ended, quick, tiny } from '../studioHelp';

export { expect };

const executablePath = findFirefox();
/** Reason why nothing can be tested in Firefox here, or nothing. */
export const missing = !executablePath ? 'there is no Firefox here that can have WebGPU' : !hasGpuDriver() ? 'Firefox has no Vulkan driver here' : '';

/** As people set them where WebGPU is not on by itself: on Linux, and on adapters that are software. */
const prefs = { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true, 'dom.webgpu.workers.enabled': true };

interface Firefox {
  browser: Browser;
  /** Folder of the downloads. */
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
        executablePath: executablePath!,
        extraPrefsFirefox: { ...prefs, 'browser.download.folderList': 2, 'browser.download.dir': downloads, 'browser.download.useDownloadDir': true },
        // As in the tests in Node (vite.config.ts).
        env: { ...process.env, GALLIVM_PERF: 'nopt', LP_NATIVE_VECTOR_WIDTH: '128' },
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
    await tab.setViewport({ width: 1280, height: 800 });
    await use(tab);
    await context.close();
  },

  problems: async ({}, use) => {
    const problems = new Problems();
    await use(problems);
    expect(problems.unexpected(), 'errors in the page or its workers').toEqual([]);
  },
});

/** Waits until an element of this kind with this name or text is to be seen and can be used, and gives it. */
export async function seen(tab: Page, selector: string, words: RegExp, timeout = ended): Promise<ElementHandle<HTMLElement>> {
  const found = await tab
    .waitForFunction(
      (selector, words) =>
        [...document.querySelectorAll<HTMLElement>(selector)].find(
          (element) => element.checkVisibility() && !element.matches(':disabled') && new RegExp(words).test((element.getAttribute('aria-label') ?? element.textContent).trim()),
        ),
      { timeout, polling: 100 },
      selector,
      words.source,
    )
    .catch(async () => {
      const text = await tab.evaluate(() => document.body.innerText.replace(/\s+/g, ' ').slice(0, 1500));
      throw new Error(`no ${selector} with ${words} was to be seen, but ${text || 'an empty page'}`);
    });
  return found as ElementHandle<HTMLElement>;
}

/** Presses a button, a link or whatever the selector says. */
export const press = async (tab: Page, words: RegExp, selector = 'button, a, summary'): Promise<void> => (await seen(tab, selector, words)).click();

/** Opens a view of the studio with settings as if the person had made them earlier: a run of seconds. */
export async function openStudio(tab: Page, baseURL: string, view: string): Promise<void> {
  const settings = JSON.stringify({ ...quick, methods: ['lora'], train: tiny });
  await tab.evaluateOnNewDocument((kept) => {
    // Once a page is isolated this runs in what was there before it too, which has no address and no storage.
    if (location.origin.startsWith('http') && !localStorage.getItem('fullrank.settings')) localStorage.setItem('fullrank.settings', kept);
  }, settings);
  await tab.goto(`${baseURL}#/${view}`);
}
