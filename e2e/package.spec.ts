import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { serve } from '../src/cli/setup/serve.mjs';
import { defined } from '../src/numbers/defined';
import { bytesContent, startHub, type HubContent } from '../src/testing/hubServer.node';
import { installPackage, readmeExample, type Installed } from '../src/testing/installed';
import { expect, test, watchDevices } from './fixtures';
import { withoutAdapter } from './withoutAdapter';

const root = resolve(import.meta.dirname, '..');

/** The files of a folder as a repository of a hub has them. */
const repo = (path: string): Record<string, HubContent> => Object.fromEntries(readdirSync(join(root, path)).map((file) => [file, bytesContent(new Uint8Array(readFileSync(join(root, path, file))))]));

// Its pages have servers of their own; nothing has to be built for them.
test.use({ site: 'engine' });

let installed: Installed;
test.beforeAll(() => {
  test.setTimeout(3_600_000);
  installed = installPackage();
});
test.afterAll(() => installed?.remove());

test('the package trains in a page, bundled by Vite and plain, and its worker answers', async ({ page, problems }) => {
  problems.allow(/favicon\.ico/);
  const hub = await startHub({ 'tiny/vit': repo('public/models/vit-nano'), 'tiny/clothes': repo('public/data/fashion-mnist') });
  const { folder } = installed;
  writeFileSync(join(folder, 'apart.html'), '<!doctype html><html lang="en"><title>worker</title><script type="module" src="./apart.js"></script><pre></pre></html>');
  writeFileSync(join(folder, 'apart.js'), "import { connect } from 'fullrank/worker';\nconst { worker } = connect();\nconst { ok, message } = await worker.device();\nconst name = (await worker.models('images')).map(({ id }) => id).join();\nconst count = (await worker.datasets('images')).length;\ndocument.querySelector('pre').append(JSON.stringify({ ok, message, name, count }));\n");
  await build({ root: folder, configFile: false, logLevel: 'error', base: './', worker: { format: 'es' }, build: { target: 'es2023', rolldownOptions: { input: { index: join(folder, 'index.html'), apart: join(folder, 'apart.html') } } } });
  const [bundled, plain] = await Promise.all([serve(join(folder, 'dist'), { port: 0, workerPrelude: watchDevices }), serve(folder, { port: 0, workerPrelude: watchDevices })]);
  const query = `?model=tiny/vit&data=tiny/clothes&endpoint=${encodeURIComponent(hub.endpoint)}`;
  const lines = () => page.locator('pre').innerText();

  await page.goto(`${bundled.url}index.html${query}`);
  await expect(page.locator('pre')).toContainText('"merged":[', { timeout: 500_000 });
  const printed = (await lines()).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const losses = printed.flatMap(({ loss }) => (typeof loss === 'number' ? [loss] : []));
  expect(losses).toHaveLength(10);
  expect(Math.min(...losses.slice(5))).toBeLessThan(defined(losses[0]));
  expect(printed.find(({ total_bytes }) => total_bytes)).toMatchObject({ steps: 10 });
  expect(printed.at(-1)).toMatchObject({ count: 50, merged: expect.arrayContaining(['config.json', 'model.safetensors']) });

  await page.goto(`${bundled.url}apart.html`);
  await expect(page.locator('pre')).toHaveText('{"ok":true,"message":"","name":"vit-nano,clip-nano","count":1}', { timeout: 60_000 });

  // Without a bundler the same file runs; its first steps say so.
  await page.goto(`${plain.url}index.html${query}`);
  await expect(page.locator('pre')).toContainText('"step":2', { timeout: 500_000 });
  await Promise.all([bundled.close(), plain.close(), hub.close()]);
});

test('the example of the README runs in a page without WebGPU, bundled by Vite and plain', async () => {
  const { alone } = installed;
  const importMap = '<script type="importmap">{ "imports": { "fullrank": "./node_modules/fullrank/lib/js/index.js" } }</script>';
  writeFileSync(join(alone, 'index.html'), `<!doctype html><html lang="en"><title>example</title><link rel="icon" href="data:," />${importMap}<script type="module" src="./example.js"></script></html>`);
  // As many steps as it has are taken in Node, where it runs as it stands (src/cli/package.test.ts).
  const short = readmeExample().replace('max_steps: 40', 'max_steps: 10');
  expect(short).not.toBe(readmeExample());
  writeFileSync(join(alone, 'example.js'), short);
  await build({ root: alone, configFile: false, logLevel: 'error', base: './', worker: { format: 'es' }, build: { target: 'es2023' } });
  const [bundled, plain] = await Promise.all([serve(join(alone, 'dist'), { port: 0 }), serve(alone, { port: 0 })]);
  const { page, errors, close } = await withoutAdapter();
  const said: unknown[] = [];
  const warned: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'warning') warned.push(message.text());
    else if (message.type() === 'log') {
      // The page is left, or closed, while the example still trains: what it says then can be read no more.
      message.args()[0]?.jsonValue().then((value: unknown) => said.push(value), () => undefined);
    }
  });
  const losses = () => said.flatMap((one) => (typeof one === 'object' && one !== null && 'loss' in one ? [one.loss as number] : []));
  const evaluated = () => said.some((one) => typeof one === 'object' && one !== null && 'confusion' in one);

  await page.goto(`${bundled.url}index.html`);
  await expect.poll(() => evaluated() || errors.length > 0, { timeout: 500_000 }).toBe(true);
  expect(errors).toEqual([]);
  expect(Math.min(...losses().slice(-5))).toBeLessThan(defined(losses()[0]));
  expect(warned.filter((text) => text.startsWith('fullrank: '))).toEqual([expect.stringContaining('The processor computes instead')]);

  said.length = 0;
  await page.goto(`${plain.url}index.html`);
  await expect.poll(() => losses().length, { timeout: 500_000 }).toBeGreaterThan(1);
  await Promise.all([close(), bundled.close(), plain.close()]);
});
