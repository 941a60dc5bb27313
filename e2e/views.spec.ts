import type { Locator, Page } from '@playwright/test';
import { viewKeys } from '../src/ui/core/settings/keys';
import { expect, test } from './fixtures';
import { withHolding } from './hold';
import { everyView } from './layout';
import { fileOf } from './runsFile';
import { goTo, startButton, type View } from './studioHelp';

/** Next step in a view that nobody has touched, the content of its first screen, and the outcome of that step. */
interface Home {
  next: (page: Page) => Locator;
  first: (page: Page) => Locator;
  then: (page: Page) => Promise<void>;
}

const view = (page: Page, name: View) => page.locator(`[data-view=${name.toLowerCase()}]`);
const begun = (page: Page) => expect(page.locator('#run-bar').getByRole('button', { name: /^Stop/ })).toBeVisible();
const homes: Record<View, Home> = {
  Start: { next: startButton, first: (page) => view(page, 'Start'), then: begun },
  Train: { next: startButton, first: (page) => page.getByRole('slider', { name: /Budget/ }), then: begun },
  Compare: { next: (page) => page.getByRole('button', { name: 'Train your own' }), first: (page) => page.getByRole('figure', { name: 'Accuracy against trainable parameters' }), then: begun },
  Landscape: { next: (page) => page.getByRole('button', { name: /^Train LoRA, Full and RandLoRA, then measure/ }), first: (page) => page.getByRole('region', { name: 'Recorded landscape' }), then: (page) => expect(page.getByText(/^0 of 3 runs are trained/)).toBeVisible() },
  Inside: { next: (page) => page.getByRole('button', { name: 'Open the example' }), first: (page) => page.getByRole('region', { name: 'Recorded runs' }), then: (page) => expect(page.getByRole('dialog', { name: 'Project' })).toBeVisible() },
  Try: { next: (page) => page.getByRole('button', { name: /^Test pictures of/ }), first: (page) => view(page, 'Try'), then: (page) => expect(page.getByRole('button', { name: 'Classify with the base model' })).toBeVisible() },
  Lessons: { next: (page) => view(page, 'Lessons').getByRole('link').first(), first: (page) => view(page, 'Lessons').getByRole('listitem').first(), then: (page) => expect(page).toHaveURL(/lesson=/) },
};

test.use({ viewport: { width: 1440, height: 900 } });

for (const name of everyView) {
  test(`${name}, untouched: what it shows and the next step are on the first screen, and keys alone take it`, async ({ page }) => {
    const { next, first, then } = homes[name];
    // What is begun here need not be trained.
    await withHolding(page, 'run');
    await page.goto(`/#/${name.toLowerCase()}`);
    const button = next(page).filter({ visible: true }).first();
    await expect(button).toBeEnabled();
    for (const one of [button, first(page)]) {
      await expect(one).toBeVisible();
      await expect.poll(async () => { const box = (await one.boundingBox())!; return box.y >= 0 && box.y + box.height <= 900; }, `${name} ends above the fold`).toBe(true);
    }
    if (name === 'Start') expect(await page.getByRole('main').innerText()).not.toMatch(/npm|JSON|--/);
    const focused = () => button.evaluate((one) => one === document.activeElement);
    for (let i = 0; i < 60 && !(await focused()); i++) await page.keyboard.press('Tab');
    await expect(button).toBeFocused();
    await page.keyboard.press('Enter');
    await then(page);
  });
}

test('own pictures on Start lead to the ways in for them, with the focus there', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Use your own pictures' }).click();
  const asks = view(page, 'Train').getByRole('region', { name: 'Your own pictures' });
  const folder = asks.getByRole('button', { name: 'Choose folder' });
  await expect(folder).toBeFocused();
  await expect(folder).toBeInViewport();
  // They stand where the data would, which come back when nothing is brought.
  expect(await page.evaluate(() => scrollY)).toBe(0);
  await expect(view(page, 'Train').getByRole('checkbox', { name: 'Use Bag' })).toHaveCount(0);
  await asks.getByRole('button', { name: 'Go on with Fashion-MNIST' }).click();
  await expect(view(page, 'Train').getByRole('checkbox', { name: 'Use Bag' })).toBeVisible();
  await expect(asks).toHaveCount(0);
});

test('what leads to a view begins at its top, and keys go back to where one was', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('/#/train');
  await expect(page.getByRole('slider', { name: /Budget/ })).toBeVisible();
  await expect.poll(() => page.evaluate(() => (scrollTo(0, 900), scrollY))).toBe(900);
  const keys = async (letter: string, to: View) => {
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await expect(view(page, to)).toBeVisible();
  };
  await keys('s', 'Start');
  await keys('t', 'Train');
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(900);
  await keys('s', 'Start');
  await page.getByRole('button', { name: 'Train on texts' }).click();
  await expect(view(page, 'Train')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Data', exact: true })).toBeInViewport();
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test('every view is found where it was left, by links, by Back and by Forward, and the bar leads to the top of Compare', async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 700 });
  await page.goto('/#/compare');
  await page.getByLabel('Add runs from a file').setInputFiles(fileOf(...[4, 8, 16].flatMap((r) => [0, 1].map((seed) => ({ method: { method: 'lora', r }, train: { seed } })))));
  await expect(page.getByText('Added 6 runs')).toBeVisible();
  const to = async (y: number) => expect.poll(() => page.evaluate((wanted) => (scrollTo(0, wanted), scrollY), y)).toBe(y);
  /** Expects the page at `y` once nothing moves any more. */
  const at = async (y: number) => {
    await expect.poll(() => page.evaluate(() => Math.round(scrollY))).toBe(y);
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => Math.round(scrollY))).toBe(y);
  };
  // Pressed where they stand: bringing into sight what sticks would scroll.
  const press = async (button: Locator) => {
    const { x, y, width, height } = (await button.boundingBox())!;
    await page.mouse.click(x + width / 2, y + height / 2);
  };
  const go = async (name: View) => {
    await press(page.getByRole('navigation', { name: 'Views', exact: true }).getByRole('link', { name, exact: true }));
    await expect(view(page, name)).toBeVisible();
  };
  await to(533);
  await go('Train');
  await expect(page.getByRole('slider', { name: /Budget/ })).toBeVisible();
  await at(0);
  await to(271);
  await page.goBack();
  await expect(view(page, 'Compare')).toBeVisible();
  await at(533);
  await page.goForward();
  await expect(view(page, 'Train')).toBeVisible();
  await at(271);
  await go('Compare');
  await at(533);
  await go('Train');
  await at(271);
  await press(page.locator('#run-bar').getByRole('button', { name: 'Compare' }));
  await expect(view(page, 'Compare')).toBeVisible();
  await at(0);
});

test('back and forward go through all views, and a G with a letter goes to each', async ({ page }) => {
  await page.goto('/');
  for (const name of everyView) await goTo(page, name);
  for (const name of [...everyView].reverse().slice(1)) {
    await page.goBack();
    await expect(view(page, name)).toBeVisible();
    await expect(page).toHaveURL(name === 'Start' ? /(\/|#\/start)(\?.*)?$/ : new RegExp(`#/${name.toLowerCase()}(\\?.*)?$`));
  }
  for (const name of everyView.slice(1)) {
    await page.goForward();
    await expect(view(page, name)).toBeVisible();
  }
  expect(Object.values(viewKeys)).toHaveLength(everyView.length);
  for (const [letter, name] of Object.entries(viewKeys)) {
    // On a busy machine more time may pass between the two keys than between those of a person.
    await expect(async () => {
      await page.keyboard.press('g');
      await page.keyboard.press(letter);
      await expect(page.locator(`[data-view=${name}]`)).toBeVisible({ timeout: 5000 });
    }).toPass();
    await expect(page.locator('[data-view]').filter({ visible: true })).toHaveCount(1);
  }
});
