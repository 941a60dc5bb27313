import { runRecord } from '../src/testing/runRecord';
import { serious } from './axe';
import { expect, test } from './fixtures';
import { goTo, openStudio } from './studioHelp';
import { nothingSticksOut } from './layout';

test('a lesson in presentation mode: sizes of a projector, arrow keys, findings from runs, what is the paper\'s is marked, Escape leaves', async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/#present=1&lesson=budget&part=3');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('At the same size, LoRA or RandLoRA?');
  await expect(page.getByText('Recorded runs', { exact: true })).toBeVisible();
  await expect(page.getByRole('figure', { name: 'Accuracy against adapter parameters' })).toBeVisible();
  await nothingSticksOut(page);
  expect(await serious(page)).toEqual([]);
  // The text of this part does not fit beside its chart, and comes next.
  await expect(page.getByText('3 of 4, chart')).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('3 of 4, text')).toBeVisible();
  // With its uncertainty, from the runs themselves.
  await expect(page.getByText(/^At about the same size .*LoRA, r\s\d+: [\d.]+ ± [\d.]+\s%; RandLoRA, r\s\d+: [\d.]+ ± [\d.]+\s%\..*(more than chance explains|not distinguishable|The means are the same)/)).toBeVisible();
  await expect(page.getByText('From the paper')).toBeVisible();
  await expect(page.getByText('RandLoRA, arXiv 2502.00987')).toBeVisible();
  const sizes = await page.getByRole('complementary').locator('p').evaluateAll((all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize)));
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(20);
  await nothingSticksOut(page);
  expect(await serious(page)).toEqual([]);

  await page.keyboard.press('ArrowRight');
  await expect(page.getByText(/^4 of 4/)).toBeVisible();
  await expect(page).toHaveURL(/part=4/);
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByText('3 of 4, text')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  // In a chart the arrows move its cursor.
  await page.getByRole('figure', { name: 'Accuracy against adapter parameters' }).getByRole('group').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('3 of 4, chart')).toBeVisible();
  // It ends where the lesson is, and the lesson where the list is.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'For teachers' })).toBeVisible();
  await expect(page).not.toHaveURL(/present/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: 'What does rank mean?', exact: true })).toBeVisible();
  await expect(page).not.toHaveURL(/lesson=/);
});

test('lessons are opened from the page; what one tries changes no setting, and is taken back', async ({ page }) => {
  await openStudio(page, { methods: ['lora', 'full'], train: { batch: 4 } });
  await goTo(page, 'Lessons');
  await page.getByRole('link', { name: 'Where does memory go?', exact: true }).click();
  await page.getByRole('button', { name: /^Next/ }).click();
  await expect(page.getByText(/^Adam keeps two numbers/)).toBeVisible();
  const total = page.getByRole('img', { name: /^LoRA needs/ }).last();
  await page.getByRole('button', { name: /^Next/ }).click();
  const before = await total.getAttribute('aria-label');
  await page.getByRole('button', { name: 'Halve the batch' }).click();
  await expect(total).not.toHaveAttribute('aria-label', before!);
  await expect(page).toHaveURL(/batch=4/);
  await page.getByRole('button', { name: 'As it was' }).click();
  await expect(total).toHaveAttribute('aria-label', before!);
  await page.getByRole('button', { name: /^Leave/ }).click();
  await expect(page.getByRole('link', { name: 'Where does memory go?', exact: true })).toBeFocused();
});

test('the charts of a view are presented, by keys only', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openStudio(page, { methods: ['lora'] });
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.getByRole('button', { name: 'Present', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('figure', { name: 'Accuracy against trainable parameters' })).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How fast each method learns');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Present', exact: true })).toBeFocused();
});

test('several people\'s files dropped together become one table with who is who', async ({ page }) => {
  await openStudio(page, {}, 'Compare');
  const file = (name: string, accuracy: number) => ({ name, record: { ...runRecord({}, {}), spec: { ...runRecord().spec, id: name, name }, summary: { ...runRecord().summary!, final: { ...runRecord().summary!.final!, accuracy } } } });
  const texts = [file('ana', 0.6), file('ben', 0.7)].map(({ name, record }) => ({ name: `${name}.json`, text: JSON.stringify(record) }));
  const data = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, text } of files) transfer.items.add(new File([text], name, { type: 'application/json' }));
    return transfer;
  }, texts);
  const runs = page.getByRole('region', { name: 'Runs', exact: true });
  await runs.dispatchEvent('drop', { dataTransfer: data });
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('run');
  await expect(page.getByText('from ana.json')).toBeVisible();
  await expect(page.getByText('from ben.json')).toBeVisible();
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('who');
  for (const [name, accuracy] of [['ana', '60.0'], ['ben', '70.0']] as const) await expect(runs.getByRole('row').filter({ hasText: `from ${name}.json` })).toContainText(accuracy);
});
