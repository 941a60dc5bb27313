import { devices } from '@playwright/test';
import { gzipSync } from 'node:zlib';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { letGo, withHolding } from './hold';
import { ended, goTo, openStudio, startButton } from './studioHelp';
import { usualTask } from './tasks';

// What a stranger is offered.
test.use({ fresh: true });

/** Milliseconds from the start of navigation until recorded lines are drawn, noted by the page itself. */
const noteDrawn = () => {
  const watch = new MutationObserver(() => {
    if (document.querySelectorAll('figure svg path[d^="M"]').length < 2) return;
    (globalThis as { drawnAt?: number }).drawnAt = performance.now();
    watch.disconnect();
  });
  document.addEventListener('DOMContentLoaded', () => watch.observe(document, { childList: true, subtree: true }));
};

test('a recorded comparison is drawn before model, pictures and worker have come, as fast as pages go here; one button is primary', async ({ page, browser }) => {
  const asked: { url: string }[] = [];
  page.on('request', (request) => asked.push({ url: request.url() }));
  let come = () => {};
  const wanted = new Promise<void>((done) => (come = done));
  await page.route(/worker|models\/|data\//, async (route) => {
    await wanted;
    await route.continue().catch(() => {}); // its page may be gone
  });
  await page.addInitScript(noteDrawn);
  // Other work on the machine only ever makes it longer.
  let drawn = Infinity;
  for (let i = 0; i < 4; i++) {
    await page.goto('/');
    await expect(page.getByRole('figure', { name: 'Validation accuracy' }).getByText('RandLoRA')).toBeVisible();
    drawn = Math.min(drawn, await page.evaluate(() => (globalThis as { drawnAt?: number }).drawnAt ?? Infinity));
  }
  const usual = await usualTask(browser);
  console.log(`drawn after ${drawn.toFixed(0)} ms, a usual task takes ${usual.toFixed(0)} ms`);
  // A second where a usual task takes a twentieth of one.
  expect(drawn / usual).toBeLessThan(20);
  come();
  expect(asked.filter(({ url }) => /models\/.*safetensors/.test(url))).toEqual([]);
  await expect(page.getByText(/^Recorded runs on Hand signs with DeiT-Tiny, \d seeds$/)).toBeVisible();
  await expect(page.getByText(/over \d seeds/)).toBeVisible();
  await expect(startButton(page)).toBeEnabled();
  // Once it has faded from disabled to enabled.
  await expect.poll(() => page.evaluate(() => [...document.querySelectorAll('button')].filter((button) => getComputedStyle(button).backgroundColor === getComputedStyle(document.body).color).length)).toBe(1);
});

test('before any click little is asked for: weights when something is trained, pictures when they come into sight', async ({ browser, baseURL }) => {
  for (const device of [{ viewport: { width: 1440, height: 150 } }, devices['Pixel 7']]) {
    const context = await browser.newContext({ ...device, baseURL });
    // Parts that are fetched ahead are counted by no one who waits for the page.
    await context.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
    const page = await context.newPage();
    const asked: { path: string; bytes: number }[] = [];
    // What ends with the page has no size any more.
    context.on('requestfinished', (request) => void request.sizes().then(({ responseBodySize }) => asked.push({ path: new URL(request.url()).pathname, bytes: responseBodySize }), () => {}));
    await page.goto('/');
    await expect(page.getByRole('button', { name: /Fine-tune now|Train anyway/ })).toBeEnabled();
    await page.waitForLoadState('networkidle');
    const paths = () => asked.map(({ path }) => path);
    console.log(`${asked.length} requests, ${(asked.reduce((sum, { bytes }) => sum + bytes, 0) / 1000).toFixed(0)} kB`);
    expect(paths().filter((path) => /^\/(models|data)\//.test(path)).sort()).toEqual([
      ...['fashion-mnist', 'sign-digits'].map((set) => `/data/${set}/dataset.json`),
      ...['clip-nano', 'deit-tiny-patch16-224', 'vit-nano'].flatMap((model) => [`/models/${model}/config.json`, `/models/${model}/preprocessor_config.json`]),
    ]);
    expect(asked.length).toBeLessThan(32);
    expect(asked.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(450_000);
    await goTo(page, 'Train');
    await page.getByRole('checkbox', { name: 'Use 7', exact: true }).scrollIntoViewIfNeeded();
    await expect.poll(paths).toContain('/data/sign-digits/pictures.zip');
    expect(paths().filter((path) => /^\/models\/.*safetensors/.test(path))).toEqual([]);
    await context.close();
  }
});

test('the script that the page itself loads first is under 300 KiB, compressed', async ({ page }) => {
  // Parts that are fetched ahead are not what the page waits for.
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  // Nor is the worker's script, and what that imports, which the page is drawn without.
  await page.route(/\/worker-[^/]*\.js$/, (route) => route.abort());
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (/\.js$/.test(new URL(response.url()).pathname) && response.request().resourceType() === 'script') scripts.push(response.body());
  });
  await page.goto('/');
  await expect(startButton(page)).toBeVisible();
  await page.waitForLoadState('networkidle');
  const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).length);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300 * 1024);
});

test('one click: a phase before the worker has heard of it, counts of kernels, a trained adapter; recorded lines stay until then', async ({ page }) => {
  await withHolding(page, 'run');
  await openStudio(page, { train: { steps: 1, eval_every: 0, checkpoint_every: 0 } });
  await startButton(page).click();
  await expect(page.getByRole('button', { name: /^Pause/ })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: /^prepare/ })).toBeVisible();
  // All that the phase line says: a quick machine's phases are gone before they can be asked for.
  await page.evaluate(() => {
    const phases = ((window as { phases?: string[] }).phases = [] as string[]);
    new MutationObserver(() => phases.push(document.querySelector('[aria-current=step]')?.textContent ?? '')).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
  });
  await expect(page.getByRole('figure', { name: 'Training loss' }).getByText('RandLoRA')).toBeVisible();
  await letGo(page);
  await expect(page.getByText('1 run finished')).toBeVisible({ timeout: ended });
  expect(await page.evaluate(() => (window as { phases?: string[] }).phases!.filter((text) => /prepare \d+ \/ \d+ kernels/.test(text)).length)).toBeGreaterThan(0);
  await expect(page.getByRole('figure', { name: 'Training loss' }).getByText('RandLoRA')).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'recorded runs' }).check();
  await expect(page.getByRole('figure', { name: 'Training loss' }).getByText('RandLoRA')).toBeVisible();
});

test('on a telephone the recorded runs play, and training is one step further', async ({ browser, baseURL }) => {
  const page = await (await browser.newContext({ ...devices['Pixel 7'], baseURL, reducedMotion: 'reduce' })).newPage();
  await page.goto('/');
  const play = page.getByRole('button', { name: 'Play the recorded runs' });
  await expect(play).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train anyway' })).toBeEnabled();
  await play.click();
  const place = page.getByRole('slider', { name: 'Place in the recording' });
  // Paused by the page itself as soon as it has gone on, since it plays for seconds only.
  await place.evaluate(
    (slider) =>
      new Promise<void>((done) => {
        const timer = setInterval(() => {
          if (Number((slider as HTMLInputElement).value) <= 2) return;
          clearInterval(timer);
          [...document.querySelectorAll('button')].find((button) => button.textContent.includes('Pause'))!.click();
          done();
        });
      }),
  );
  await expect(page.getByRole('figure', { name: 'Validation accuracy' })).toBeInViewport();
  await expect(play).toBeVisible();
  const at = Number(await place.inputValue());
  expect(at).toBeLessThan(Number(await place.getAttribute('max')));
  await place.focus();
  await page.keyboard.press('End');
  await expect(place).toHaveAttribute('aria-valuetext', /^step (\d+) of \1$/);
  expect(await serious(page)).toEqual([]);
  await page.context().close();
});
