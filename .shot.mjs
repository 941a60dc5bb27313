// A browser with a profile that opens a project first, then takes pictures: node .shot.mjs OUTDIR PROJECT|- VIEW...
// VIEW = name:width:height:theme:query
import { chromium } from '@playwright/test';
import { chromiumArgs, findChromium } from './src/cli/setup/system.mjs';
import { serve } from './src/cli/setup/serve.mjs';
const [out, project, ...views] = process.argv.slice(2);
const server = await serve('./dist', { port: 0 });
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArgs() });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
page.on('console', (m) => m.type() === 'error' && console.log('console:', m.text()));
page.on('pageerror', (e) => console.log('pageerror:', e.message));
await page.goto(server.url);
if (project !== '-') {
  await page.waitForTimeout(4000);
  await page.getByRole('button', { name: 'Project', exact: true }).click();
  await page.getByLabel('Choose a project file').setInputFiles(project);
  await page.getByRole('button', { name: 'Open it' }).click({ timeout: 60000 });
  await page.waitForTimeout(6000);
}
for (const view of views) {
  const [name, width, height, theme, query = ''] = view.split(':');
  await page.setViewportSize({ width: Number(width), height: Number(height) });
  await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light', contrast: theme === 'contrast' ? 'more' : 'no-preference' });
  if (query) await page.goto(server.url + query);
  await page.waitForTimeout(2500);
  // Whatever is drawn when it comes near.
  const h = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let y = 0; y < h; y += 700) { await page.evaluate((y) => scrollTo(0, y), y); await page.waitForTimeout(150); }
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${out}/${name}.png`, fullPage: true });
  console.log(name, width, h);
}
await browser.close();
await server.close();
