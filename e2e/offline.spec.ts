import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from '../src/cli/setup/build.mjs';
import { serve } from '../src/cli/setup/serve.mjs';
import { expect, onFileHost, test } from './fixtures';
import { ended, goTo, openStudio, startButton } from './studioHelp';

test.use({ serviceWorkers: 'allow' });

test('after one visit the page opens, and its parts too, when its server is gone; only its own files are kept', async ({ page, problems }) => {
  problems.allow(/Failed to load resource/);
  const server = await serve(await ensureBuilt(), { port: 0 });
  await page.goto(server.url);
  const kept = () => page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat());
  await expect.poll(kept).toContain('/index.html');
  // What asks for more than this page's files goes past it.
  await page.evaluate(() => Promise.all(['/models/absent/config.json', '/sw.js?other'].map((path) => fetch(path))));
  const files = await kept();
  // The kernels for the processor are among them where it was tried against a software adapter.
  expect(files.filter((path) => !/^\/(index\.html|manifest\.webmanifest|(assets|data|docs|models|experiments|icons)\/[\w./-]+\.(js|css|html|svg|png|json|safetensors|bin|woff))$/.test(path))).toEqual([]);
  expect(files.filter((path) => /absent|\/sw\.js|\.wasm$|docs\/pictures/.test(path))).toEqual([]);
  await server.close();

  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(startButton(page)).toBeEnabled();
  await goTo(page, 'Lessons');
  await expect(page.getByRole('link', { name: 'What does rank mean?', exact: true })).toBeVisible();
  await page.goto(`${server.url}docs/`);
  await page.getByRole('link', { name: 'Troubleshooting' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Troubleshooting');
});

test.describe('on a host of mere files', () => {
  test.use({ baseURL: onFileHost });

  test('a page that its service worker serves is isolated, and trains on threads that share memory; going back to before that ends no training', async ({ page }) => {
    await openStudio(page, { train: { steps: 1_000_000, eval_every: 0 } });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await goTo(page, 'Compare');
    await goTo(page, 'Train');
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    await page.reload();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await startButton(page).click();
    const now = page.locator('[aria-current=step]');
    await expect(now).toContainText(/train ([3-9]|\d[\d,]+) \//, { timeout: ended });
    expect(await Promise.all(page.workers().map((worker) => worker.evaluate(() => crossOriginIsolated)))).toContain(true);
    // An entry of the document before: the page is loaded anew, and what trained goes on.
    await page.evaluate(() => ((globalThis as { sameDocument?: boolean }).sameDocument = true));
    await page.goBack();
    await expect(page.locator('[data-view=compare]')).toBeVisible();
    expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(false);
    await expect(now).toContainText(/train \d/, { timeout: ended });
    await page.keyboard.press('.');
    await expect(page.getByRole('heading', { name: /^\S+ stopped at step \d+/ })).toBeVisible({ timeout: ended });
  });
});

test('a studio that is served by itself is isolated from the first visit on', async ({ page }) => {
  await openStudio(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('there is a manifest with icons, below whatever address the page has', async ({ page }) => {
  await page.goto('/');
  const icons = await page.evaluate(async () => {
    const address = document.querySelector<HTMLLinkElement>('link[rel=manifest]')!.href;
    const manifest = (await (await fetch(address)).json()) as { start_url: string; icons: { src: string; sizes: string }[] };
    const sizes = await Promise.all(manifest.icons.map(async ({ src, sizes }) => {
      const bitmap = await createImageBitmap(await (await fetch(new URL(src, address))).blob());
      return sizes === `${bitmap.width}x${bitmap.height}`;
    }));
    return { start: new URL(manifest.start_url, address).pathname, sizes };
  });
  expect(icons).toEqual({ start: '/', sizes: [true, true, true] });
});

test('the build works below any address of a host', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'fullrank-below-'));
  cpSync(await ensureBuilt(), join(folder, 'a', 'b'), { recursive: true });
  const server = await serve(folder, { port: 0 });
  try {
    await page.goto(`${server.url}a/b/`);
    await expect(startButton(page)).toBeEnabled({ timeout: ended });
    await page.goto(await page.locator('footer').getByRole('link').evaluate((link: HTMLAnchorElement) => link.href));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(new URL(page.url()).pathname).toMatch(/^\/a\/b\/docs\//);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
});
