import { defineConfig } from '@playwright/test';
import { resolve } from 'node:path';
import { chromiumArgs, findChromium } from '../src/cli/setup/system.mjs';

const root = resolve(import.meta.dirname, '..');
const executablePath = findChromium();
if (!executablePath) throw new Error('No Chromium: install it, or set $CHROMIUM to its path.');

export default defineConfig({
  testDir: import.meta.dirname,
  testMatch: /\.spec\.ts$/,
  // Runs with default settings to the very end, which take hours: `npm run journeys`.
  testIgnore: process.env.FULLRANK_WHOLE ? [] : /\/whole\//,
  outputDir: `${root}/test-results`,
  // Drawn from what the page brings with it: the same on every machine.
  snapshotPathTemplate: '{testDir}/print/{arg}{ext}',
  // Two files at a time: a software adapter uses every core in its dispatches, but pages, compilers and waiting do not.
  workers: 2,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  // A time is no assertion: these end what hangs, and other work beside makes software adapters several times slower.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? `${root}/.cache/playwright.json` }]],
  use: {
    browserName: 'chromium',
    // A click that finds nothing to click says so, with its line, long before its whole test would end without one.
    actionTimeout: 120_000,
    navigationTimeout: 120_000,
    // What it answers no test could route; its own test lets it work.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    trace: process.env.FULLRANK_TRACE ? 'retain-on-failure' : 'off',
    launchOptions: {
      executablePath,
      args: chromiumArgs(),
    },
  },
});
