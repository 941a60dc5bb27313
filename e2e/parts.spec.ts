import { devices, type Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { goTo } from './studioHelp';

test('parts are fetched while the page is idle, and open without a connection; on a phone they are not', async ({ page, browser, baseURL, problems }) => {
  problems.allow(/Failed to load resource/);
  const fetched = (page: Page) => {
    const names = new Set<string>();
    page.on('requestfinished', (request) => names.add(/assets\/(\w+)-[^/]*\.js$/.exec(request.url())?.[1] ?? ''));
    return names;
  };
  const parts = ['Board', 'InsideBody', 'LandscapeBody', 'LessonsView', 'Stage', 'TryCamera', 'TryLook', 'WalkAction'];
  const names = fetched(page);
  await page.goto('/');
  // And what they draw.
  await expect.poll(() => [...parts, 'sizes', 'shots'].filter((name) => !names.has(name))).toEqual([]);
  await page.context().setOffline(true);
  await goTo(page, 'Lessons');
  await expect(page.getByRole('link', { name: 'What does rank mean?', exact: true })).toBeVisible();

  const context = await browser.newContext({ ...devices['Pixel 7'], baseURL });
  const phone = await context.newPage();
  const onPhone = fetched(phone);
  await phone.goto('/');
  await expect(phone.getByRole('button', { name: 'Train anyway' })).toBeEnabled();
  await phone.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestIdleCallback(() => done()))));
  // It draws this one at once.
  expect(parts.filter((name) => onPhone.has(name) && name !== 'WalkAction')).toEqual([]);
  await context.close();
});

test('a part that is not fetched, or throws, says so where it stands and can be reloaded; the rest goes on', async ({ page, problems }) => {
  // What this test provokes.
  problems.allow(/Failed to load resource|NotLoaded|dynamically imported|torn/);
  // Parts come when they are opened, and not ahead.
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  let answer: 'missing' | 'broken' | 'whole' = 'missing';
  let asked = 0;
  await page.route(/\/assets\/(LessonsView|Board)-[^/]*\.js$/, (route) => {
    asked++;
    if (answer === 'missing') return route.fulfill({ status: 404, body: 'gone' });
    if (answer === 'broken') return route.fulfill({ contentType: 'text/javascript', body: 'export default () => { throw new Error("torn"); };' });
    return route.continue();
  });
  await page.goto('/');
  await goTo(page, 'Lessons');
  const lessons = page.locator('[data-view=lessons]');
  await expect(lessons.getByRole('alert')).toContainText('could not be loaded');
  await expect(lessons.getByRole('button', { name: 'Reload the page' })).toBeHidden();

  answer = 'broken';
  await lessons.getByRole('button', { name: 'Reload this part' }).click();
  await expect(lessons.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  // Some browsers remember an import that failed for as long as the page is open (Chromium did until 2026, whatwg/html#6768): there the page is what has to be loaded again.
  const remembers = asked === 1;
  await expect(lessons.getByRole('alert')).toContainText(remembers ? 'could not be loaded' : 'torn');
  await goTo(page, 'Start');
  await expect(page.getByRole('button', { name: 'Fine-tune now' })).toBeVisible();

  // A part of a view: it stands in its panel, between the others, and comes when its script can be had.
  answer = 'missing';
  await goTo(page, 'Compare');
  const board = page.getByRole('region', { name: 'What each method buys' });
  await expect(board.getByRole('alert')).toContainText('could not be loaded');
  await expect(page.getByRole('region', { name: 'Runs', exact: true })).toBeVisible();
  answer = 'whole';
  await board.getByRole('button', { name: 'Reload this part' }).click();
  if (remembers) await board.getByRole('button', { name: 'Reload the page' }).click();
  await expect(board.getByRole('alert')).toBeHidden();
  await expect(board.getByRole('figure').first()).toBeVisible();
});
