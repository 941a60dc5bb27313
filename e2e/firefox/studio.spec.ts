import { unzipSync } from 'fflate';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, missing, openStudio, press, seen, test } from './firefox';
import { ended } from '../studioHelp';

test.skip(missing !== '', missing);

test('the device test passes, and the page says what this browser lacks', async ({ tab, baseURL }) => {
  await openStudio(tab, baseURL!, 'train');
  // Firefox names no adapter.
  await seen(tab, '*', /^Only a software adapter was found: /);
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
  await press(tab, /^Classify with /);
  await seen(tab, 'button', /^Download CSV$/);

  await press(tab, /^Compare$/);
  await press(tab, /^Export LoRA/);
  await press(tab, /^Export$/, 'dialog button');
  const zip = () => readdirSync(firefox.downloads).find((name) => /-lora\.zip$/.test(name));
  await expect.poll(zip, { timeout: ended }).toBeDefined();
  const files = unzipSync(readFileSync(join(firefox.downloads, zip()!)));
  expect(Object.keys(files).map((path) => path.split('/')[1])).toEqual(expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']));
});
