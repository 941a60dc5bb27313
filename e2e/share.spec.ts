import { broken } from './axe';
import { expect, test } from './fixtures';
import { goTo, openStudio, startButton, unfold } from './studioHelp';

test('a link opened in a fresh profile gives the same settings; a prepared view leaves parts out; Ctrl Z takes settings back', async ({ page, browser, baseURL }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openStudio(page, { methods: ['lora', 'vera'], train: { seed: 5 } });
  await page.getByRole('textbox', { name: /Budget/ }).fill('12000');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Share' }).click();
  const sheet = page.getByRole('dialog', { name: 'Share this page' });
  await sheet.getByRole('button', { name: 'For a lesson' }).click();
  await expect(sheet.getByLabel('Link')).toHaveValue(/hide=own-data,/);
  await expect(sheet.getByRole('checkbox', { name: 'Project' })).toBeHidden();
  await sheet.getByRole('button', { name: 'Everything' }).click();
  await expect(sheet.getByLabel('Link')).not.toHaveValue(/hide=/);
  await sheet.getByRole('button', { name: 'My own list' }).click();
  await sheet.getByRole('checkbox', { name: 'Advanced settings' }).uncheck();
  await sheet.getByRole('checkbox', { name: 'Project' }).uncheck();
  expect(await broken(page, 'dialog')).toEqual([]);
  const link = await sheet.getByLabel('Link').inputValue();
  expect(link).toContain('#/train?v=1&seed=5');
  await page.keyboard.press('Escape');
  // The page's own address says the same.
  await expect.poll(() => page.url()).toBe(link);

  const other = await (await browser.newContext({ baseURL })).newPage();
  await other.goto(link);
  await expect(startButton(other)).toBeEnabled();
  await expect(other.getByRole('slider', { name: /Budget/ })).toHaveAttribute('aria-valuenow', '12000');
  for (const [method, on] of [['LoRA', true], ['VeRA', true], ['RandLoRA', false]] as const) await expect(other.getByRole('checkbox', { name: `Train ${method}` })).toBeChecked({ checked: on });
  await expect(other.locator('summary', { hasText: /^Advanced/ })).toHaveCount(0);
  await expect(other.getByRole('button', { name: 'Project' })).toHaveCount(0);
  await expect(other.getByText('This view was prepared: 2 parts are left out.')).toBeVisible();
  await other.getByRole('button', { name: 'Show all' }).click();
  await unfold(other, /^Advanced/);
  await expect(other.getByRole('textbox', { name: 'Seed', exact: true })).toHaveValue('5');
  await expect(other.getByRole('textbox', { name: 'Steps', exact: true })).toHaveValue('4');

  // Settings go back one by one, and forth again.
  await other.getByRole('textbox', { name: 'Steps', exact: true }).fill('9');
  await other.keyboard.press('Enter');
  await other.getByRole('checkbox', { name: 'Train VeRA' }).uncheck();
  await startButton(other).focus();
  await other.keyboard.press('Control+z');
  await expect(other.getByRole('checkbox', { name: 'Train VeRA' })).toBeChecked();
  await other.keyboard.press('Control+z');
  await expect(other.getByRole('textbox', { name: 'Steps', exact: true })).toHaveValue('4');
  await expect(other.getByText('Undid “Steps 9”')).toBeVisible();
  await other.keyboard.press('Control+Shift+z');
  await expect(other.getByRole('textbox', { name: 'Steps', exact: true })).toHaveValue('9');
  await other.context().close();
});

test('a link that is wrong in part says so, and its rest is used', async ({ page }) => {
  await page.goto('/#v=1&budget=20000&steps=many&dance=1&model=nobody/nothing');
  await expect(page.getByText(/2 parts of the link were not understood/)).toBeVisible();
  await expect(page.getByText(/There is no setting dance/)).toBeVisible();
  await expect(page.getByText(/The model nobody\/nothing is not in this browser/)).toBeVisible();
  await expect(page.getByRole('slider', { name: /Budget/ })).toHaveAttribute('aria-valuenow', '20000');
});

test('a link that names what is not here leaves what was chosen, on an open page too, and one can train', async ({ page }) => {
  await openStudio(page);
  await page.evaluate(() => (location.hash = '#/train?v=1&seed=0&data=pics&steps=3'));
  await expect(page.getByText(/The data set pics is not in this browser\. The one chosen here is used\./)).toBeVisible();
  await expect(page.getByText('Opening the data.')).toHaveCount(0);
  await expect(startButton(page)).toBeEnabled();
  await expect(page.getByText(/\b3 steps of \d+ pictures/).first()).toBeVisible();
});

test('a link that is followed just after something was changed counts, and one step back leaves it', async ({ page }) => {
  // What reads links comes when there is one, here late, while the page has a change to write into its address.
  let come = () => {};
  const asked = new Promise<void>((resolve) => (come = resolve));
  await page.route('**/assets/link-*.js', (route) => asked.then(() => route.continue()));
  await page.goto('/');
  await goTo(page, 'Train');
  const budget = page.getByRole('slider', { name: /Budget/ });
  await budget.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await page.evaluate(() => (location.hash = '#/compare?dance=1&budget=20000'));
  // Longer than the page waits between two writings.
  await page.waitForTimeout(600);
  come();
  await expect(page.getByText(/There is no setting dance/)).toBeVisible();
  await expect(page).toHaveURL(/#\/compare\?v=1&seed=0&budget=20000$/);
  await page.goBack();
  await expect(page).toHaveURL(/#\/train\?v=1&seed=0&budget=20000$/);
  await expect(budget).toHaveAttribute('aria-valuenow', '20000');
});
