import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import sharp from 'sharp';
import { defined } from '../src/numbers/defined';
import { bytesContent, startHub, type FakeHub } from '../src/testing/hubServer.node';
import { broken } from './axe';
import { expect, test } from './fixtures';
import { openStudio, startButton, stored } from './studioHelp';
import { nothingSticksOut } from './layout';

const nano = resolve(import.meta.dirname, '../public/models/vit-nano');
const files = Object.fromEntries(['config.json', 'model.safetensors', 'preprocessor_config.json'].map((name) => [name, bytesContent(new Uint8Array(readFileSync(`${nano}/${name}`)))]));

let hub: FakeHub;
test.beforeEach(async () => {
  hub = await startHub({ 'fullrank/vit-nano': files });
});
test.afterEach(() => hub.close());

const formOf = (page: Page) => page.getByRole('region', { name: 'Open a model from Hugging Face' });
const dataFormOf = (page: Page) => page.getByRole('region', { name: 'Open pictures from Hugging Face' });

/** Opens the form, names the endpoint and asks for a model. */
async function ask(page: Page, id: string) {
  const form = formOf(page);
  await page.getByRole('button', { name: 'From Hugging Face' }).click();
  const field = form.getByRole('textbox', { name: 'Model id' });
  await expect(field).toBeFocused();
  await field.fill(id);
  await form.locator('summary').click();
  await form.getByRole('textbox', { name: 'Endpoint' }).fill(hub.endpoint);
  await form.getByRole('button', { name: 'Open', exact: true }).click();
  return form;
}

test('a model by its id: progress, chosen, opened again without the hub, deleted', async ({ page }) => {
  await openStudio(page);
  hub.fail('model.safetensors', { hangAfter: 200_000 });
  const form = await ask(page, 'fullrank/vit-nano');
  await expect(form.getByRole('progressbar', { name: 'Loading fullrank/vit-nano' })).toBeVisible();
  await expect(form.getByText('model.safetensors')).toBeVisible();
  await expect(form.getByText(/kB of [\d.]+\sMB/)).toBeVisible();
  const cancel = form.getByRole('button', { name: 'Cancel' });
  await expect(cancel).toBeFocused();
  await cancel.click();
  await expect(form.getByRole('progressbar')).toHaveCount(0);
  await expect(page.getByText(/^Cancelled\. What was downloaded of fullrank/)).toBeVisible();

  // The next try goes on from there.
  await form.getByRole('textbox', { name: 'Model id' }).press('Enter');
  await expect(form).toHaveCount(0);
  await expect(page.getByText(/^fullrank\/vit-nano\. /)).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toHaveValue('fullrank/vit-nano');
  await expect(page.getByRole('button', { name: 'From Hugging Face' })).toBeFocused();
  expect(hub.log.some(({ origin, status }) => origin === 'cdn' && status === 206)).toBe(true);

  await stored(page, 'fullrank/vit-nano');
  await hub.close();
  await page.reload();
  await expect(page.getByText(/^fullrank\/vit-nano\. /)).toBeVisible();
  await expect(startButton(page)).toBeEnabled();

  await page.getByRole('button', { name: 'From Hugging Face' }).click();
  expect(await broken(page, 'section[aria-label="Open a model from Hugging Face"]')).toEqual([]);
  await expect(formOf(page).getByRole('listitem')).toContainText('fullrank/vit-nano');
  await formOf(page).getByRole('button', { name: /^Delete fullrank\/vit-nano, frees [\d.]+\sMB/ }).click();
  await expect(formOf(page).getByText(/^No imported files yet/)).toBeVisible();
  await expect(page.getByText(/DeiT-Tiny, bundled/)).toBeVisible();
});

test('a wrong id says so at the form and leaves the model that was chosen; the token is not stored', async ({ page, problems }) => {
  problems.allow(/404/);
  await openStudio(page);
  const form = await ask(page, 'fullrank/vit-nono');
  await expect(form.getByRole('alert')).toContainText(/has no model fullrank\/vit-nono/);
  await expect(page.getByText(/vit-nano, bundled/)).toBeVisible();
  await form.getByLabel('Access token').fill('hf_secret');
  await form.getByRole('textbox', { name: 'Model id' }).fill('nonsense');
  await page.keyboard.press('Enter');
  await expect(form.getByRole('alert')).toContainText(/is not a hub id/);
  // Another setting is written after them all.
  await page.getByRole('button', { name: /^Theme:/ }).click();
  await expect.poll(() => page.evaluate(() => localStorage.getItem('fullrank.settings'))).not.toContain('"theme":"auto"');
  await page.setViewportSize({ width: 360, height: 800 });
  await nothingSticksOut(page);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(kept).toContain(hub.endpoint);
  expect(kept).not.toContain('hf_secret');
});

test('where storage is refused, memory is used, and the page says so; after a reload it is gone', async ({ page }) => {
  // A worker that starts from a blob is held to the page's policy everywhere, so this also tries connect-src.
  await page.addInitScript(() => {
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        const refuse = `StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('private window', 'SecurityError'));`;
        super(URL.createObjectURL(new Blob([`import ${JSON.stringify(String(url))}; ${refuse}`], { type: 'text/javascript' })), options);
      }
    };
  });
  await openStudio(page);
  // As people paste it.
  const form = await ask(page, 'https://huggingface.co/fullrank/vit-nano');
  await expect(form).toHaveCount(0);
  await expect(page.getByText(/^fullrank\/vit-nano\. /)).toBeVisible();
  await expect(page.getByText(/kept in memory, and must be loaded again next time/)).toBeVisible();
  await page.getByRole('button', { name: 'From Hugging Face' }).click();
  await expect(formOf(page).getByText(/does not let this page store files/)).toBeVisible();
  await expect(formOf(page).getByRole('listitem')).toContainText('fullrank/vit-nano');
  await stored(page, 'fullrank/vit-nano');
  await page.reload();
  await expect(page.getByText(/fullrank\/vit-nano is not in the cache any more; load it again/)).toBeVisible();
  await expect(page.getByText(/DeiT-Tiny, bundled/)).toBeVisible();
});

test('a data set by its id: cancelled, loaded, edited, opened again without the hub, deleted', async ({ page }) => {
  const picture = async (c: number, i: number) => bytesContent(new Uint8Array(await sharp({ create: { width: 16 + i, height: 16, channels: 3, background: { r: 100 * c, g: 20 * i, b: 90 } } }).png().toBuffer()));
  const pictures: Parameters<typeof startHub>[0][string] = {};
  for (const [c, label] of ['ant', 'bee', 'cat'].entries()) for (let i = 0; i < 5; i++) pictures[`${label}/${i}.png`] = await picture(c, i);
  await hub.close();
  hub = await startHub({ 'fullrank/zoo': pictures });
  await openStudio(page);
  const form = dataFormOf(page);
  const open = page.getByRole('button', { name: 'Hugging Face', exact: true });
  await open.click();
  await form.locator('summary').click();
  await form.getByRole('textbox', { name: 'Endpoint' }).fill(hub.endpoint);
  // As people paste it.
  await form.getByRole('textbox', { name: 'Data set id' }).fill('https://huggingface.co/datasets/fullrank/zoo');
  hub.fail('bee/2.png', { hangAfter: 20 });
  await form.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(form.getByRole('progressbar', { name: 'Loading fullrank/zoo' })).toBeVisible();
  await expect.poll(() => hub.log.some(({ url }) => url.endsWith('bee/2.png'))).toBe(true);
  await form.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText(/^Cancelled\. What was downloaded of fullrank\/zoo/)).toBeVisible();
  await form.getByRole('textbox', { name: 'Data set id' }).press('Enter');
  await expect(form).toHaveCount(0);
  await expect(page.getByRole('combobox', { name: 'Data set', exact: true })).toHaveValue('fullrank/zoo');
  await expect(open).toBeFocused();
  await page.getByRole('checkbox', { name: 'Use cat' }).click();
  await expect(page.getByRole('checkbox', { name: 'Use cat' })).not.toBeChecked();

  await stored(page, 'data\\":\\"fullrank/zoo', 'cat');
  await hub.close();
  await page.reload();
  await expect(page.getByRole('checkbox', { name: 'Use bee' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Use cat' })).not.toBeChecked();
  await open.click();
  expect(await broken(page, 'section[aria-label="Open pictures from Hugging Face"]')).toEqual([]);
  await form.getByRole('button', { name: /^Delete fullrank\/zoo, frees/ }).click();
  await expect(page.getByRole('checkbox', { name: 'Use 9' })).toBeChecked();
});

test('one of several sets of texts by its config, and how many tokens of a text are read, over a reload', async ({ page }) => {
  const csv = (names: string[]) => new TextEncoder().encode(`text,label\n${Array.from({ length: 40 }, (_, i) => `the day ${i} was ${'fine '.repeat(90)},${defined(names[i % 2])}`).join('\n')}\n`);
  await hub.close();
  hub = await startHub({ 'fullrank/glue': { 'cola/train.csv': bytesContent(csv(['bad', 'good'])), 'sst2/train.csv': bytesContent(csv(['negative', 'positive'])) } });
  await openStudio(page, { model: 'bert-nano', data: 'village-moods' });
  await page.getByRole('button', { name: 'Hugging Face', exact: true }).click();
  const form = page.getByRole('region', { name: 'Open texts from Hugging Face' });
  await form.locator('summary').click();
  await form.getByRole('textbox', { name: 'Endpoint' }).fill(hub.endpoint);
  await form.getByRole('textbox', { name: 'Data set id' }).fill('fullrank/glue');
  await form.getByRole('textbox', { name: 'Config' }).fill('sst2');
  await form.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('combobox', { name: 'Data set', exact: true })).toHaveValue('fullrank/glue@main:sst2');
  expect(hub.log.filter(({ url }) => url.includes('cola'))).toEqual([]);
  await expect(page.getByText(/40 of 40 texts are longer than 64 tokens and end there; [\d,]+ tokens are cut\./)).toBeVisible();
  await page.getByText(/^Tokens: /).click();
  const most = page.getByRole('textbox', { name: 'Most tokens of a text' });
  await most.fill('900');
  await expect(most).toHaveAttribute('aria-invalid', 'true');
  await most.fill('20');
  await most.press('Enter');
  const cut = page.getByText(/40 of 40 texts are longer than 20 tokens and end there; [\d,]+ tokens are cut\. You can raise the limit under Tokens\./);
  await expect(cut).toBeVisible();
  expect(await broken(page)).toEqual([]);
  await stored(page, 'maxLength\\":20');
  await hub.close();
  await page.reload();
  await expect(cut).toBeVisible();
});
