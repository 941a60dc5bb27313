import { writeRuns } from '../src/records/runFile';
import { runRecord } from '../src/testing/runRecord';
import { expect, test } from './fixtures';

test('a name of 200 characters widens no table; a person\'s name leaves with their runs', async ({ page }) => {
  await page.goto('/#/compare');
  const record = runRecord({ state: 'done' }, { seed: 1 });
  const add = (name: string, id: string) => page.getByLabel('Add runs from a file').setInputFiles({ name: `${id}.json`, mimeType: 'application/json', buffer: Buffer.from(writeRuns([{ ...record, spec: { ...record.spec, id, name } }], 5)) });
  const table = page.getByRole('region', { name: 'Runs', exact: true }).getByRole('table');
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await add('a', 'one');
  const width = async () => (await table.boundingBox())!.width;
  await expect(table.getByRole('rowheader')).toHaveCount(1);
  const before = await width();
  await add('w'.repeat(200), 'two');
  await expect(table.getByRole('rowheader')).toHaveCount(2);
  expect(await width()).toBeLessThanOrEqual(before + 1);

  await page.getByRole('button', { name: 'Export runs' }).click();
  const sheet = page.getByRole('dialog', { name: 'Export runs' });
  await sheet.getByLabel('Your name').fill('Mia Öz');
  const saved = page.waitForEvent('download');
  await sheet.getByRole('button', { name: 'Export 2 runs' }).click();
  // These runs are of others: the name is not put on them.
  expect((await saved).suggestedFilename()).toMatch(/^fashion-mnist-2-runs\.runs\.json$/i);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});
