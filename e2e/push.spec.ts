import type { Page } from '@playwright/test';
import { startHub, type FakeHub } from '../src/testing/hubServer.node';
import type { RunRecord } from '../src/train/protocol';
import { broken } from './axe';
import { expect, test } from './fixtures';
import { ended, openStudio, runRow } from './studioHelp';
import { nothingSticksOut } from './layout';

test.use({ storageState: ({ trained }, use) => use(trained) });

const shots = process.env.FULLRANK_SHOTS;
const token = 'hf_may_write_here';
let hub: FakeHub;
test.beforeEach(async () => {
  hub = await startHub({});
  hub.writer = token;
});
test.afterEach(() => hub.close());

const text = (id: string, path: string): string => {
  const content = hub.repos.get(id)!.files.get(path)!;
  return new TextDecoder().decode(content.at(0, content.size));
};

/** Pictures of what is open, in both colours and on a telephone. */
async function picture(page: Page, name: string): Promise<void> {
  if (!shots) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${shots}/${name}-${colorScheme}.png` });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 360, height: 900 });
  await page.screenshot({ path: `${shots}/${name}-360.png` });
  await page.setViewportSize(size);
}

test('an adapter goes to the hub with its card and its run, which another browser adds to its own; the token is kept nowhere', async ({ page, context, browser, baseURL, problems }) => {
  problems.allow(/403/);
  await openStudio(page, {}, 'Compare');
  await runRow(page, 'LoRA').getByRole('button', { name: /^Export/ }).click();
  const sheet = page.getByRole('dialog', { name: /^Export / });
  const form = sheet.getByRole('region', { name: 'Push to Hugging Face' });
  await sheet.getByRole('radio', { name: 'ONNX' }).check();
  await expect(sheet.getByRole('button', { name: 'Push to Hugging Face' })).toHaveCount(0);
  await sheet.getByRole('radio', { name: 'PEFT adapter' }).check();
  await sheet.getByRole('button', { name: 'Push to Hugging Face' }).click();
  await expect(form.getByRole('textbox', { name: 'Repository' })).toBeFocused();
  // As people paste it.
  await form.getByRole('textbox', { name: 'Repository' }).fill('https://huggingface.co/me/clothes');
  await form.locator('summary').click();
  await form.getByRole('textbox', { name: 'Endpoint' }).fill(hub.endpoint);
  await form.getByLabel('Access token').fill('hf_may_only_read');
  await form.getByRole('button', { name: 'Push', exact: true }).click();
  await expect(form.getByRole('alert')).toContainText('This access token may not write to me/clothes (403)', { timeout: ended });
  expect(hub.repos.size).toBe(0);
  await picture(page, 'push-refused');

  // The end of it, on its way into the commit: cancelled, and nothing has changed.
  await form.getByLabel('Access token').fill(token);
  hub.fail('commit/main', { hangAfter: 0 });
  await form.getByRole('button', { name: 'Push', exact: true }).click();
  await expect.poll(() => hub.log.some(({ url }) => url.endsWith('commit/main')), { timeout: ended }).toBe(true);
  await expect(form.getByText(/^Sending, [\d.]+\skB of [\d.]+\skB\.$/)).toBeVisible();
  await picture(page, 'push-sending');
  await form.getByRole('button', { name: 'Cancel' }).click();
  await expect(form.getByRole('button', { name: 'Push', exact: true })).toBeEnabled();
  expect([...hub.repos.get('me/clothes')!.files]).toEqual([]);

  await form.getByRole('button', { name: 'Push', exact: true }).click();
  const repository = form.getByRole('link', { name: 'me/clothes', exact: true });
  await expect(repository).toHaveAttribute('href', `${hub.endpoint}/me/clothes`, { timeout: ended });
  await expect(repository).toHaveAttribute('target', '_blank');
  const { commit, files } = hub.repos.get('me/clothes')!;
  await expect(form.getByRole('link', { name: `commit ${commit.slice(0, 7)}` })).toHaveAttribute('href', `${hub.endpoint}/me/clothes/commit/${commit}`);
  await expect(sheet.getByRole('button', { name: 'Export', exact: true })).toBeEnabled();
  expect(await broken(page, 'dialog[open]')).toEqual([]);
  await picture(page, 'push-done');
  await page.setViewportSize({ width: 360, height: 800 });
  await nothingSticksOut(page);

  expect([...files.keys()].sort()).toEqual(['README.md', 'adapter_config.json', 'adapter_model.safetensors', 'check.py', 'curves.svg', 'fullrank.json', 'preprocessor_config.json', 'probe.safetensors', 'run.json']);
  const run = JSON.parse(text('me/clothes', 'run.json')) as RunRecord;
  const { accuracy, count } = run.summary!.final!;
  const card = text('me/clothes', 'README.md');
  const [, percent, images, low, high] = /\| test accuracy \| ([\d.]+) % on (\d+) images, 95 % interval ([\d.]+) to ([\d.]+)/.exec(card)!;
  expect([percent, Number(images)]).toEqual([(100 * accuracy).toFixed(1), count]);
  expect(Number(low)).toBeLessThan(100 * accuracy);
  expect(Number(high)).toBeGreaterThan(100 * accuracy);
  expect(card).toContain('](curves.svg)');

  // The address and what the browser keeps say to where, and not with what.
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Theme:/ }).or(page.locator('header summary', { hasText: 'Menu' })).filter({ visible: true }).first().click();
  await expect.poll(() => page.evaluate(() => localStorage.getItem('fullrank.settings'))).toContain('me/clothes');
  expect(JSON.stringify(await context.storageState({ indexedDB: true })) + (await page.evaluate(() => JSON.stringify({ ...sessionStorage }) + location.href))).not.toMatch(/hf_may/);
  expect(page.url()).not.toContain('clothes');
  expect(hub.log.filter(({ origin, headers, url }) => (origin === 'cdn' && headers.authorization !== undefined) || url.includes('hf_may'))).toEqual([]);

  const other = await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] } });
  const fresh = await other.newPage();
  await openStudio(fresh, {}, 'Compare');
  await fresh.getByRole('button', { name: 'From Hugging Face' }).click();
  const add = fresh.getByRole('region', { name: 'Add runs from Hugging Face' });
  await add.locator('summary').click();
  await add.getByRole('textbox', { name: 'Endpoint' }).fill(hub.endpoint);
  await add.getByRole('textbox', { name: 'Repository' }).fill('me/nothing');
  await add.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(add.getByRole('alert')).toContainText('has no model me/nothing');
  await add.scrollIntoViewIfNeeded();
  await picture(fresh, 'runs-from-hub');
  expect(await broken(fresh, 'section[aria-label="Add runs from Hugging Face"]')).toEqual([]);
  await add.getByRole('textbox', { name: 'Repository' }).fill('me/clothes');
  await add.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(fresh.getByText('Added 1 run from me/clothes.')).toBeVisible();
  await expect(add).toHaveCount(0);
  await fresh.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await expect(fresh.getByText('from me/clothes', { exact: true })).toBeVisible();
  await expect(fresh.getByRole('button', { name: run.spec.name, exact: true })).toBeVisible();
  await other.close();
});

test('a project goes to the hub as one file, without pictures, and opens again', async ({ page, browser, baseURL, problems }) => {
  problems.allow(/403/);
  await openStudio(page, {}, 'Compare');
  await page.evaluate((endpoint) => localStorage.setItem('fullrank.settings', JSON.stringify({ ...(JSON.parse(localStorage.getItem('fullrank.settings')!) as object), hubEndpoint: endpoint })), hub.endpoint);
  await page.reload();
  await page.getByRole('button', { name: 'Project', exact: true }).click();
  const sheet = page.getByRole('dialog', { name: 'Project' });
  await sheet.getByRole('button', { name: 'Push to Hugging Face' }).click();
  const form = sheet.getByRole('region', { name: 'Push to Hugging Face' });
  await form.getByRole('textbox', { name: 'Repository' }).fill('me/comparison');
  await form.getByLabel('Access token').fill('hf_may_only_read');
  await form.getByRole('button', { name: 'Push', exact: true }).click();
  await expect(sheet.getByText(/^Not pushed\. This access token may not write to me\/comparison \(403\)/)).toBeVisible({ timeout: ended });
  // What was typed is still there.
  await expect(form.getByRole('textbox', { name: 'Repository' })).toHaveValue('me/comparison');
  await picture(page, 'push-project');
  expect(await broken(page, 'dialog[open]')).toEqual([]);
  await form.getByLabel('Access token').fill(token);
  await form.getByRole('button', { name: 'Push', exact: true }).click();
  await expect(sheet.getByRole('link', { name: 'me/comparison', exact: true })).toHaveAttribute('href', `${hub.endpoint}/me/comparison`, { timeout: ended });
  await picture(page, 'pushed-project');
  const { files } = hub.repos.get('me/comparison')!;
  expect([...files.keys()].sort()).toEqual(['README.md', 'project.fullrank']);
  expect(text('me/comparison', 'README.md')).toContain('holds one run of fine-tuning');

  const other = await browser.newContext({ baseURL, storageState: { cookies: [], origins: [] } });
  const fresh = await other.newPage();
  await openStudio(fresh, {}, 'Compare');
  await fresh.getByRole('button', { name: 'Project', exact: true }).click();
  const file = files.get('project.fullrank')!;
  await fresh.getByLabel('Choose a project file').setInputFiles({ name: 'project.fullrank', mimeType: 'application/zip', buffer: Buffer.from(file.at(0, file.size)) });
  await expect(fresh.getByText(/^project\.fullrank, saved on .* holds 1 run\./)).toBeVisible();
  await other.close();
});
