import { unzipSync } from 'fflate';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElementHandle } from 'puppeteer-core';
import sharp from 'sharp';
import { expect, missing, openStudio, press, seen, test } from './firefox';
import { onFileHost } from '../fixtures';
import { hostPage } from '../ownPage';
import { ended } from '../studioHelp';

test.skip(missing !== '', missing);

test.use({ device: 'webgpu' });

test('the device test passes, and the page says what this browser lacks', async ({ tab, baseURL }) => {
  await openStudio(tab, baseURL!, 'train');
  // Firefox names no adapter.
  await seen(tab, '*', /^Only a software renderer was found: /);
  await press(tab, /WebGPU device/, 'summary');
  await press(tab, /^Test this device$/);
  await seen(tab, 'button', /^Test again$/);
  await seen(tab, '*', /^All results are right\.$/);
});

test('open, train, reload, try on pictures, export', async ({ tab, firefox, baseURL }) => {
  await openStudio(tab, baseURL!, 'train');
  await press(tab, /^Fine-tune now/);
  await press(tab, /^Compare$/);
  const done = () => seen(tab, 'tr', /LoRA[\s\S]*done/);
  await done();
  // A run is written a moment after it is shown.
  await tab.reload();
  await done();

  await press(tab, /^Try$/);
  await press(tab, /^Test pictures of /);
  await press(tab, /^Classify/);
  await seen(tab, 'button', /^Download CSV$/);

  await press(tab, /^Compare$/);
  await press(tab, /^Export/, 'tr button');
  await press(tab, /^Export$/, 'dialog button');
  // A file has its name before it has its bytes.
  const downloaded = (name: RegExp, files: string[]) =>
    expect(() => {
      const file = readdirSync(firefox.downloads).find((file) => name.test(file));
      const zip = unzipSync(readFileSync(join(firefox.downloads, file!)));
      expect(Object.keys(zip).map((path) => path.split('/')[1])).toEqual(expect.arrayContaining(files));
    }).toPass({ timeout: ended });
  await downloaded(/-lora-r\d+\.zip$/, ['adapter_config.json', 'adapter_model.safetensors']);

  // As ONNX, which onnxruntime-web runs here before it is saved.
  await press(tab, /^Export/, 'tr button');
  await press(tab, /^ONNX$/, 'dialog label');
  await press(tab, /^Export$/, 'dialog button');
  await seen(tab, 'dialog *', /^Check passed\. 8 of 8 pictures agree\./);
  await downloaded(/onnx.*\.zip$/, ['onnx']);

  // As a page, which answers here too.
  await press(tab, /^Export/, 'tr button');
  await press(tab, /^Web page$/, 'dialog label');
  await press(tab, /^Export$/, 'dialog button');
  await seen(tab, 'dialog *', /^Check passed\. 8 of 8 pictures agree\./);
  await downloaded(/-page\.zip$/, ['page.json']);
  const host = await hostPage(readFileSync(join(firefox.downloads, readdirSync(firefox.downloads).find((file) => /-page\.zip$/.test(file))!)));
  try {
    await tab.goto(`${host.url}some/where/`);
    await seen(tab, '*', /^Ready, on the processor/);
    const picture = join(firefox.downloads, 'own.png');
    await sharp({ create: { width: 40, height: 30, channels: 3, background: { r: 60, g: 180, b: 90 } } }).png().toFile(picture);
    await ((await tab.$('input[type=file]')) as ElementHandle<HTMLInputElement>).uploadFile(picture);
    await seen(tab, 'li', /%[\s\S]*own\.png/);
  } finally {
    await host.close();
  }
});

test.describe('on a host of mere files', () => {
  test.use({ baseURL: onFileHost });

  test('the service worker isolates the page here too, and the processor trains in it', async ({ tab, baseURL, problems }) => {
    // What the page was still fetching ahead when it is loaded again.
    problems.allow(/A ServiceWorker intercepted the request/);
    await openStudio(tab, baseURL!, 'train');
    await tab.evaluate(async () => void (await navigator.serviceWorker.ready));
    await expect.poll(() => tab.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    await tab.evaluate(() => localStorage.setItem('fullrank.device', 'wasm'));
    await tab.reload();
    expect(await tab.evaluate(() => crossOriginIsolated)).toBe(true);
    await press(tab, /^Fine-tune now/);
    await press(tab, /^Compare$/);
    await seen(tab, 'tr', /LoRA[\s\S]*done/);
  });
});
