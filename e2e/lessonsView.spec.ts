import { chromium, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findChromium } from '../src/cli/setup/system.mjs';
import { several } from '../src/numbers/defined';
import { readJson } from '../src/testing/readJson';
import { figuresOf, lessons } from '../src/ui/lessons/lessons';
import { lessonNames } from '../src/ui/lessons/names';
import { broken } from './axe';
import { expect, test } from './fixtures';
import { fileOf } from './runsFile';
import { ended, goTo, openStudio, startButton } from './studioHelp';
import { nothingSticksOut } from './layout';

const root = resolve(import.meta.dirname, '..');
/** Lessons whose recording is there; one that is still to be made has nothing to show. */
const full = lessonNames.filter((name) => !lessons[name].recording || readJson<{ runs: unknown[] }>(readFileSync(`${root}/src/ui/recorded/${lessons[name].recording}.json`)).runs.length > 0);
const title = (page: Page) => page.getByRole('heading', { level: 1 });
const text = (page: Page) => page.getByRole('complementary', { name: 'Lesson text' });

/** The list, from wherever one is. */
async function toList(page: Page): Promise<void> {
  await page.goto('/#/lessons');
  await expect(title(page)).toHaveText('Lessons');
}

/** Parts of the page that reach beyond the window, or over their own edge. */
const outOfSight = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found = [...document.querySelectorAll<HTMLElement>('main h1, main h2, main h3, main p, main figure, main figcaption, main button, main li, main small, main canvas, main svg')].filter((one) => {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.sr')) return false;
      const { top, bottom, left, right, width } = one.getBoundingClientRect();
      return width > 0 && (top < -1 || left < -1 || bottom > innerHeight + 1 || right > innerWidth + 1);
    });
    const { scrollHeight } = document.documentElement;
    // What is read in a room is not scrolled, and bars of memory fill it.
    const cut = [...document.querySelectorAll<HTMLElement>('main aside')].filter((one) => one.checkVisibility() && one.scrollHeight > one.clientHeight + 1);
    const bars = document.querySelector('main [class*=_memory_]');
    const low = bars?.checkVisibility() && document.documentElement.dataset.mode === 'present' && bars.closest('section')!.parentElement!.getBoundingClientRect().bottom - bars.closest('section')!.firstElementChild!.getBoundingClientRect().bottom > 60;
    return [...cut.map((one) => `text is cut: ${one.scrollHeight} of ${one.clientHeight}`), ...(low ? ['bars are low'] : []), ...(scrollHeight > innerHeight ? [`the page is ${scrollHeight} high`] : []), ...found.map((one) => `${one.tagName} "${one.textContent.slice(0, 30)}" ${Math.round(one.getBoundingClientRect().bottom)}`)];
  });

/** Words at the axes and the ends of lines that nobody in the last row could read, or that lie outside the window. */
const smallLabels = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(['tx', 'ty', 'dl', 'xl'].map((name) => `main [class*=_${name}_]`).join())].flatMap((one) => {
      if (!one.checkVisibility({ visibilityProperty: true })) return [];
      const [{ left, right, top, bottom }, size] = [one.getBoundingClientRect(), parseFloat(getComputedStyle(one).fontSize)];
      return size < 20 || left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1 ? [`"${one.textContent}" of ${size} px, from ${Math.round(left)}, ${Math.round(top)} to ${Math.round(right)}, ${Math.round(bottom)}`] : [];
    }),
  );

test('the line under a lesson stays at the foot of the window, with Back in its place, from part to part', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const places: string[] = [];
  for (const part of [2, 3, 4]) {
    await page.goto(`/#/lessons?lesson=budget&part=${part}`);
    await expect(page.getByText(`${part} of 4`, { exact: true })).toBeVisible();
    await expect(page.locator('main figure').first()).toBeVisible();
    const [back, deck] = [page.getByRole('button', { name: /^Back/ }), page.locator('main [class*=_deck_]')];
    const [button, sheet] = await Promise.all([back.boundingBox(), deck.boundingBox()]);
    if (!button || !sheet) throw new Error('The button back, or the deck, is not drawn.');
    places.push(`${Math.round(button.x)}, ${Math.round(sheet.y + sheet.height)}`);
  }
  expect(new Set(places).size, places.join('; ')).toBe(1);
  expect(places[0]).toMatch(/, 900$/);
  // Presented in a smaller room with twice as many parts, what leads on stays at its right all the same.
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.goto('/#/lessons?lesson=landscape&part=3&present=1');
  await expect(page.getByText(/^3 of 7/)).toBeVisible();
  const [leave, next] = several((await Promise.all([/^Leave/, /^Next/].map((name) => page.getByRole('button', { name }).boundingBox()))) as { x: number; y: number; width: number; height: number }[], 2);
  expect(next.x).toBeGreaterThan(leave.x);
  expect(Math.abs(next.y + next.height / 2 - (leave.y + leave.height / 2))).toBeLessThan(2);
  expect(next.x + next.width).toBeLessThanOrEqual(1024);
});

test('every lesson is full on a first visit without a graphics card: a chart, where it is from, and what was found, with ±', async ({ baseURL }) => {
  const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu', '--disable-software-rasterizer'] });
  const page = await browser.newPage({ baseURL, viewport: { width: 1440, height: 900 } });
  await page.goto('/#/lessons');
  await expect(title(page)).toHaveText('Lessons');
  await expect(page.getByRole('list').getByRole('heading', { level: 2 })).toHaveCount(lessonNames.length);
  expect(await broken(page)).toEqual([]);
  for (const name of full) {
    const { parts } = lessons[name];
    for (const [i, part] of parts.entries()) {
      await page.goto(`/#/lessons?lesson=${name}&part=${i + 1}`);
      const chart = page.locator('main section').filter({ has: title(page) });
      await expect(chart.getByRole('figure').or(chart.getByRole('radio')).or(chart.getByRole('listitem')).first()).toBeVisible();
      if (!['guess', 'examples', 'formulas'].includes(part.chart)) await expect(chart.getByText(/^(Recorded runs|Recorded landscape|Planned here|Computed here)$/)).toBeVisible();
      if (part.pick) {
        await expect(chart.getByText(/\d seeds$/)).toBeVisible();
        await expect(text(page).getByRole('heading', { name: 'Found here' })).toBeVisible();
        await chart.getByRole('button', { name: /^Table/ }).click();
        await expect(chart.getByRole('columnheader', { name: /95 % interval|±/ }).first()).toBeVisible();
        await expect(chart.getByRole('cell', { name: /^\d+\.\d$/ }).first()).toBeVisible();
      }
      if (part.chart === 'memory') await expect(chart.getByRole('img', { name: /needs/ }).first()).toBeVisible();
      expect(await page.evaluate(() => document.body.innerText)).not.toMatch(/undefined|NaN|\bnull\b/);
    }
    expect(await broken(page)).toEqual([]);
  }
  await browser.close();
});

test('a presentation at 1280 x 720 has everything of every part in sight, step by step, and nothing of the page around it', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const name of full) {
    await toList(page);
    await page.goto(`/#/lessons?lesson=${name}&present=1`);
    await expect(page.getByRole('banner')).toHaveCount(0);
    await expect(page.getByRole('contentinfo')).toHaveCount(0);
    await expect(page.getByRole('navigation')).toHaveCount(0);
    const next = page.getByRole('button', { name: /^Next(?! lesson)/ });
    const end = page.getByRole('button', { name: /^(Next lesson|All lessons)$/ });
    const most = lessons[name].parts.reduce((sum, part) => sum + figuresOf(part.chart).length + 1, 0);
    for (let step = 0; step < most; step++) {
      await expect(title(page)).toBeVisible();
      await expect(page.getByRole('figure').or(text(page)).first()).toBeVisible();
      await expect.poll(() => outOfSight(page), { message: `${name}, ${await title(page).textContent()}, step ${step}` }).toEqual([]);
      expect(await smallLabels(page), `${name}, step ${step}`).toEqual([]);
      // Titles of axes are whole, and a map has more than half of the room.
      const map = page.locator('main [data-map="words beside"] [role=group][tabindex]');
      if (await map.isVisible()) await expect.poll(async () => (await map.boundingBox())!.width, { message: `${name}, step ${step}` }).toBeGreaterThan(640);
      await expect(page.locator('main figure svg text[class*=_axis_]').filter({ hasText: '…' })).toHaveCount(0);
      await expect(next.or(end)).toBeVisible();
      if (await end.isVisible()) break;
      await page.keyboard.press('Space');
    }
    await expect(end).toBeVisible();
    const sizes = await page.locator('main p, main li').evaluateAll((all) => all.filter((one) => one.checkVisibility() && one.textContent !== '').map((one) => parseFloat(getComputedStyle(one).fontSize)));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(20);
  }
  // The whole screen is taken and given back, and the presentation goes on.
  const wholeScreen = () => page.evaluate(() => document.fullscreenElement !== null);
  await page.getByRole('button', { name: 'Full screen' }).click();
  await expect.poll(wholeScreen).toBe(true);
  await page.getByRole('button', { name: 'Leave full screen' }).click();
  await expect.poll(wholeScreen).toBe(false);
  await expect(page).toHaveURL(/present=1/);
});

test('every view is presented on a first visit, of recorded runs, each chart in sight and high enough to be read', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openStudio(page);
  for (const [view, slides] of [['compare', 4], ['landscape', 3], ['inside', 5]] as const) {
    await page.goto(`/#/${view}?present=1`);
    for (let at = 1; at <= slides; at++) {
      await expect(page.getByText(`${at} of ${slides}`)).toBeVisible();
      const chart = page.getByRole('figure');
      await expect(chart).toBeVisible();
      await expect(page.getByText(/^Recorded/).filter({ visible: true })).toHaveCount(1);
      await expect.poll(async () => (await chart.boundingBox())!.height, { message: `${view}, ${at}` }).toBeGreaterThan(240);
      await expect.poll(() => outOfSight(page), { message: `${view}, ${at}` }).toEqual([]);
      // What the runs are of stands clear of the line below.
      const under = async () => {
        const [of, next] = [await page.locator('main [class*=_source_]').filter({ visible: true }).boundingBox(), await page.getByRole('button', { name: /^Next/ }).boundingBox()];
        return of!.y + of!.height < next!.y;
      };
      await expect.poll(under, { message: `${view}, ${at}` }).toBe(true);
      if (at < slides) await page.keyboard.press('ArrowRight');
    }
  }
});

test('views are presented one figure at a time by keys that never train, and leaving finds focus, scroll and settings as they were', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: 720 });
  await openStudio(page, { methods: ['lora'] });
  await page.goto('/#/compare');
  await expect(page.getByRole('figure').first()).toBeVisible();
  await page.setViewportSize({ width: 1440, height: 500 });
  // As soon as there is so much of it.
  await expect.poll(() => page.evaluate(() => (scrollTo(0, 300), scrollY))).toBe(300);
  const before = await page.evaluate(() => ({ ...localStorage }));
  // A focus by keys would bring the button into sight, and its place would be another.
  await page.getByRole('button', { name: 'Present', exact: true }).evaluate((button) => button.focus({ preventScroll: true }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/compare\?.*present=1/);
  await expect(page.getByText('1 of 4')).toBeVisible();
  await expect(page.getByRole('banner')).toHaveCount(0);
  // Space, the arrows and a remote control go on; a letter or a digit does nothing to runs.
  for (const [key, at] of [[' ', 2], ['ArrowRight', 3], ['PageDown', 4], ['ArrowLeft', 3], ['Shift+ ', 2], ['s', 2], ['.', 2], ['1', 2]] as const) {
    await page.keyboard.press(key);
    await expect(page.getByText(`${at} of 4`)).toBeVisible();
  }
  // What was clicked last has the focus; Space goes on all the same.
  await page.getByRole('button', { name: /^Next/ }).click();
  await page.keyboard.press('Space');
  await expect(page.getByText('4 of 4')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Present', exact: true })).toBeFocused();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(300);
  await expect(page).toHaveURL(/#\/compare(?!.*present)/);
  expect(await page.evaluate(() => ({ ...localStorage }))).toEqual(before);

  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto('/#/landscape?present=1');
  await expect(page.getByRole('figure', { name: 'Loss on training pictures' })).toBeVisible();
  // The view itself may be there too, hidden.
  const seen = (text: string | RegExp) => page.getByText(text).filter({ visible: true });
  await expect(seen('Recorded landscape')).toBeVisible();
  // Whatever is chosen to be trained, it is said what was recorded.
  await expect(seen(/^Hand signs, DeiT-Tiny, [\d,]+ steps, one seed$/)).toBeVisible();
  await expect.poll(() => outOfSight(page)).toEqual([]);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('figure', { name: 'Loss along the straight lines between runs' })).toBeVisible();
  await expect.poll(() => outOfSight(page)).toEqual([]);
});

test('a comparison is presented as it is put together: the runs of each person by name, recorded ones beside them, and whose they are', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/#/compare?present=1');
  // On a first visit all is recorded, and says so.
  await expect(page.getByRole('figure', { name: 'Accuracy against trainable parameters' })).toBeVisible();
  await expect(page.getByText(/^Recorded with this page: \d+ runs on Fashion-MNIST/).first()).toBeVisible();
  await page.keyboard.press('Escape');
  const lora = { method: 'lora', r: 4 };
  const ofClass = [0, 1, 2].map((seed) => ({ method: lora, train: { seed }, parameters: 39_000 }));
  await page.getByLabel('Add runs from a file').setInputFiles(fileOf(...ofClass));
  await expect(page.getByText(/^Added 3 runs from class\.json/)).toBeVisible();
  await page.getByLabel('Recorded runs').check();
  await page.getByRole('combobox', { name: 'Group runs by' }).selectOption('who');
  const headline = await page.locator('main header h2').textContent();
  await page.getByRole('button', { name: 'Present', exact: true }).click();
  await page.setViewportSize({ width: 1280, height: 720 });
  await expect(title(page)).toHaveText(headline!);
  const source = page.getByText(/^3 runs of somebody else, \d+ recorded runs$/).first();
  await expect(source).toBeVisible();
  await expect.poll(() => outOfSight(page)).toEqual([]);
  // What is said beside the chart is all there, and of each what it has.
  expect(await page.locator('[class*=_caveats_] > *').evaluateAll(([box]) => box!.scrollHeight - box!.clientHeight)).toBeLessThanOrEqual(1);
  await expect(page.getByText(/ steps, 3 to 5 seeds$/)).toBeVisible();
  // LoRA of the class and recorded LoRA are two, and no line joins them.
  const cost = page.getByRole('figure', { name: 'Accuracy against trainable parameters' });
  await expect(cost.locator('[class*=_label_]').filter({ hasText: /^LoRA/ })).toHaveCount(2);
  await expect(cost.locator('path[class*=_line_]')).toHaveCount(0);
  await cost.getByRole('button', { name: /^Table/ }).click();
  await expect(cost.getByRole('rowheader', { name: /^LoRA r 4, from class/ })).toHaveCount(1);
  await cost.getByRole('button', { name: /^Table/ }).click();
  for (const at of [2, 3, 4]) {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByText(`${at} of 4`)).toBeVisible();
    await expect(source).toBeVisible();
    await expect.poll(() => outOfSight(page)).toEqual([]);
  }
  // The memory is that of what is compared, not of what is ticked in Train.
  await expect(page.getByRole('figure', { name: 'Accuracy against memory' })).toBeVisible();
  await expect(page.getByText('Planned here')).toHaveCount(0);
});

test('a run that goes on and what was just done are not seen in a presentation, and are there after it', async ({ page }) => {
  // Both of minutes: whichever goes first is still at work at the end.
  await openStudio(page, { methods: ['lora', 'randlora'], train: { steps: 5000, eval_every: 0, checkpoint_every: 0 } });
  await startButton(page).click();
  await expect(page.locator('[aria-current=step]')).toContainText(/train [1-9]/, { timeout: ended });
  await goTo(page, 'Compare');
  const bar = page.locator('#run-bar');
  await expect(bar).toBeVisible();
  // What waits is taken out, which is said with the way back.
  await goTo(page, 'Train');
  await page.getByRole('button', { name: 'Cancel waiting runs' }).click();
  await expect(page.getByRole('button', { name: /^Undo/ })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.getByRole('button', { name: 'Present', exact: true }).click();
  await expect(page.getByText('1 of 4')).toBeVisible();
  await expect(bar).toHaveCount(0);
  await expect(page.locator('[class*=_toast]')).toHaveCount(0);
  await page.keyboard.press('Space');
  await expect(page.getByText('2 of 4', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(bar.getByRole('button', { name: /^Pause/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Undo/ })).toBeVisible();
});

test('a lesson that is left gives focus and scroll back; a part has a link of its own; the next part begins at its top', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1000, height: 420 });
  await page.goto('/#/lessons');
  const link = page.getByRole('link', { name: 'What lies between three models?', exact: true });
  await link.scrollIntoViewIfNeeded();
  await link.focus();
  // What stands above may still come: the place is where the page was when the link was followed.
  await page.waitForLoadState('networkidle');
  const place = await page.evaluate(() => scrollY);
  expect(place).toBeGreaterThan(0);
  await page.keyboard.press('Enter');
  await expect(title(page)).toHaveText('One valley, or several?');
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  await page.evaluate(() => scrollTo(0, 500));
  await page.keyboard.press('ArrowRight');
  await expect(title(page)).toHaveText('Which way down ends lowest?');
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  const copy = page.locator('main p').getByRole('button', { name: /^(Copy the link to this part|Copied)$/ });
  const room = (await copy.boundingBox())!;
  await copy.click();
  // The button says so itself, in its own room: no message covers anything.
  await expect(copy).toHaveText(/Copied/);
  await expect(page.getByRole('button', { name: 'Copied', exact: true })).toBeVisible();
  expect((await copy.boundingBox())!.width).toBe(room.width);
  await expect(page.locator('[class*=_toast_]')).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/#\/lessons\?lesson=landscape&part=2$/);
  await page.keyboard.press('Escape');
  await expect(link).toBeFocused();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(place);
});

test('a presentation has the keys of a slide program: the last slide, the first, and a blank screen', async ({ page }) => {
  await page.goto('/#present=1&lesson=memory&part=2');
  await expect(page.getByText(/^2 of 4/)).toBeVisible();
  await page.keyboard.press('End');
  await expect(page.getByText(/^4 of 4/)).toBeVisible();
  await page.keyboard.press('Home');
  await expect(page.getByText(/^1 of 4/)).toBeVisible();
  // A slide that holds its text alone is there again after a reload, and by its address.
  await page.keyboard.press('End');
  await expect(page.getByText('4 of 4, text')).toBeVisible();
  await expect.poll(() => page.url()).toContain('slide=last');
  await page.reload();
  await expect(page.getByText('4 of 4, text')).toBeVisible();
  await page.keyboard.press('Home');
  const blank = page.getByRole('button', { name: /blank/ });
  await page.keyboard.press('b');
  await expect(blank).toBeVisible();
  // Any key that moves brings the same slide back.
  await page.keyboard.press('ArrowRight');
  await expect(blank).toBeHidden();
  await expect(page.getByText(/^1 of 4/)).toBeVisible();
  // A slider that was moved by hand leaves the arrows to the slides.
  await page.goto('/#present=1&lesson=rank&part=2');
  const slider = page.getByRole('slider', { name: 'r of LoRA' });
  await slider.click({ position: { x: 5, y: 5 } });
  const place = await page.getByText(/^2 of \d/).innerText();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText(place, { exact: true })).toBeHidden();
});

test('halving the batch is tried on the plans alone: bars shrink on the same axis, and the settings are untouched', async ({ page }) => {
  await openStudio(page, { methods: ['lora', 'full'], train: { batch: 4 } });
  await page.goto('/#/lessons?lesson=memory&part=3');
  await expect(title(page)).toHaveText('What does half the batch save?');
  // Whose numbers these are is said, and changes with what is tried.
  await expect(page.getByText(/^Fashion-MNIST.*, batch 16, alike for everybody$/)).toBeVisible();
  const bar = page.getByRole('img', { name: /^LoRA needs/ });
  const width = () => bar.locator('i').evaluateAll((all) => all.reduce((sum, one) => sum + one.getBoundingClientRect().width, 0));
  await expect(bar).toBeVisible();
  const before = await width();
  await page.getByRole('button', { name: 'Halve the batch' }).click();
  await expect(page.getByText('Batch 8', { exact: true })).toBeVisible();
  await expect.poll(width).toBeLessThan(0.8 * before);
  await page.getByRole('button', { name: /^Table/ }).click();
  await expect(page.getByRole('columnheader')).toHaveText(['method', 'total', 'frozen weights', 'activations', /./, /./, /./, /./, 'random bases', 'trainable', 'gradients', /./]);
  await page.getByRole('button', { name: /^Table/ }).click();
  await page.getByRole('button', { name: 'As it was' }).click();
  await expect.poll(width).toBeCloseTo(before, 0);
  await page.getByRole('button', { name: 'Halve the batch' }).click();
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => localStorage.getItem('fullrank.settings'))).toContain('"batch":4');
});

test('a page for teachers: goal, time, steps, questions with answers to reveal, a code, and a hand-out of one sheet', async ({ page }) => {
  await page.goto('/#/lessons?lesson=rank&teacher=1');
  for (const name of ['Goal', 'Time', 'What is needed', 'Steps for students', 'Questions', 'Link for the class', 'Hand-out']) await expect(page.getByRole('heading', { level: 2, name, exact: true })).toBeVisible();
  const answer = page.getByText('128, and 4: a product');
  await expect(answer).toBeHidden();
  await page.getByText('Answer', { exact: true }).first().click();
  await expect(answer).toBeVisible();
  await page.getByRole('button', { name: 'Show all answers' }).click();
  await expect(page.getByText('It takes about 128 / r pairs of bases')).toBeVisible();
  await expect(page.getByRole('img', { name: /^QR code of http.*lesson=rank$/ })).toBeVisible();
  // Answers that were opened are closed on the page of another lesson.
  await page.goto('/#/lessons?lesson=memory&teacher=1');
  await expect(page.getByRole('button', { name: 'Show all answers' })).toBeVisible();
  await expect(page.locator('details[open]')).toHaveCount(0);
  await page.goto('/#/lessons?lesson=rank&teacher=1');
  expect(await broken(page)).toEqual([]);
  await nothingSticksOut(page);
  for (const name of full) {
    await toList(page);
    await page.goto(`/#/lessons?lesson=${name}&teacher=1`);
    await expect(page.locator('[data-handout] svg')).toBeAttached();
    const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g), name).toHaveLength(1);
    // Others cannot open the address of this computer, and the sheet says so; each question has lines to write on.
    await expect(page.locator('[data-handout]').getByText(/is this computer/)).toHaveCount(1);
    await page.emulateMedia({ media: 'print' });
    const lines = await page.locator('[data-handout] li i').evaluateAll((all) => {
      const room = new Map<Element, number>();
      for (const one of all) if (one.getBoundingClientRect().bottom <= one.parentElement!.getBoundingClientRect().bottom + 1) room.set(one.parentElement!, (room.get(one.parentElement!) ?? 0) + 1);
      return [...room.values()];
    });
    expect(lines, name).toHaveLength(4);
    expect(Math.min(...lines), name).toBeGreaterThan(1);
    await page.emulateMedia({ media: null });
    await expect(page.locator('[data-handout] svg text')).toHaveCount(name === 'landscape' ? 3 : 0);
    // Whoever is to guess first finds no numbers; a step about the linear probe finds its number.
    await expect(page.locator('[data-handout] table')).toHaveCount(name === 'few-shots' ? 1 : 0);
  }
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('[data-handout]')).toBeVisible();
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(page.locator('[data-handout]')).not.toContainText('Answer');
});

test('a lesson on paper: no bar stays in place, and nothing is cut', async ({ page }) => {
  await page.setViewportSize({ width: 720, height: 1000 });
  for (const address of ['/#/lessons?lesson=budget&part=3', '/#/lessons?lesson=memory&part=2', '/#present=1&lesson=budget&part=3']) {
    await page.goto('/#/start');
    await page.goto(address);
    await expect(page.locator('figure').filter({ visible: true }).first()).toBeVisible();
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => page.evaluate(() => {
      const seen = [...document.querySelectorAll<HTMLElement>('body *')].filter((one) => one.checkVisibility() && one.getBoundingClientRect().height > 1 && !one.closest('.sr'));
      const inPlace = seen.filter((one) => /fixed|sticky/.test(getComputedStyle(one).position));
      const cut = seen.filter((one) => getComputedStyle(one).overflowY !== 'visible' && one.scrollHeight > one.clientHeight + 2 && one.clientHeight > 0 && one.innerText !== '');
      return [...inPlace, ...cut].map((one) => `${one.tagName} ${one.className} ${one.innerText.slice(0, 40)}`);
    })).toEqual([]);
    await page.emulateMedia({ media: null });
  }
});

test('names in the charts of lessons hide no mark, at any size and presented', async ({ page }) => {
  for (const [width, height] of [[1440, 900], [1024, 700], [360, 740]] as const) {
    await page.setViewportSize({ width, height });
    for (const [lesson, part] of [['few-shots', 3], ['budget', 3], ['budget', 4]] as const) {
      for (const present of width > 360 ? ['', '&present=1'] : ['']) {
        await toList(page);
        await page.goto(`/#/lessons?lesson=${lesson}&part=${part}${present}`);
        await expect(page.locator('figure [class*=_mk_]').filter({ visible: true }).first()).toBeVisible();
        const hidden = () =>
          page.evaluate(() => {
            const seen = (name: string) => [...document.querySelectorAll(`figure [class*=_${name}_]`)].filter((one) => one.checkVisibility());
            const boxOf = (one: Element) => {
              const words = document.createRange();
              words.selectNodeContents(one);
              return words.getBoundingClientRect();
            };
            const marks = seen('mk').map((one) => one.getBoundingClientRect());
            return [...seen('dl'), ...seen('word')].filter((one) => marks.some((mark) => boxOf(one).left < mark.right - 1 && mark.left < boxOf(one).right - 1 && boxOf(one).top < mark.bottom - 1 && mark.top < boxOf(one).bottom - 1)).map((one) => one.textContent);
          });
        await expect.poll(hidden, `${lesson} ${part}${present} at ${width}`).toEqual([]);
      }
    }
  }
});

test('at 400 % a lesson scrolls in the sizes of the page, and nothing stands in its way', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 256 });
  for (const present of ['', '&present=1']) {
    await toList(page);
    await page.goto(`/#/lessons?lesson=budget&part=3${present}`);
    await expect(title(page)).toBeVisible();
    // Training it oneself says how long it took somewhere, or takes here, before it is begun.
    if (present === '') {
      await expect(page.getByRole('button', { name: /^Train it here, \d+ runs$/ })).toBeVisible();
      await expect(page.getByText(/^Recording as many took .* (on .*|without a graphics card); the time here is known after the first run\.$|^About .* on this device(, plus \d+ runs? not yet timed)?\.$/)).toBeVisible();
    }
    await nothingSticksOut(page);
    const fixed = await page.evaluate(() => [...document.querySelectorAll('body *')].filter((one) => ['sticky', 'fixed'].includes(getComputedStyle(one).position) && one.checkVisibility() && one.getBoundingClientRect().height > 0).map((one) => one.className));
    expect(fixed.filter((name) => /deck|top/.test(String(name)))).toEqual([]);
    expect(await title(page).evaluate((one) => parseFloat(getComputedStyle(one).fontSize))).toBeLessThan(33);
  }
});

test('a link opens a project by one click, after it has said which and how large; the link stays with the project', async ({ page, problems }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/#/compare?project=example');
  const notice = page.getByRole('status').filter({ hasText: 'This link opens the project fashion-mnist.fullrank that comes with this page, 6.3 MB.' });
  await expect(notice).toBeVisible();
  await expect(page).toHaveURL(/project=example/);
  await notice.getByRole('button', { name: 'Open this project' }).click();
  const sheet = page.getByRole('dialog', { name: 'Project' });
  await expect(sheet.getByText(/holds 55 runs\./)).toBeVisible({ timeout: 60_000 });
  await expect(sheet.getByText(/It will replace this project/)).toBeVisible();
  await sheet.getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByText('55 runs finished')).toBeVisible({ timeout: 60_000 });
  await expect(page).toHaveURL(/#\/compare\?.*project=example/);
  await expect(page.getByRole('button', { name: 'Open this project' })).toHaveCount(0);
  // What is inside its models is presented from a link, one figure at a time.
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto('/#/inside?project=example&present=1');
  for (let at = 1; at <= 5; at++) {
    await expect(page.getByText(`${at} of 5`)).toBeVisible();
    await expect(page.getByRole('figure').first()).toBeVisible();
    await expect.poll(() => outOfSight(page), { message: `inside, ${at}` }).toEqual([]);
    expect(await smallLabels(page), `inside, ${at}`).toEqual([]);
    if (at < 5) await page.keyboard.press('Space');
  }
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1440, height: 900 });
  await goTo(page, 'Compare');
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const share = page.getByRole('dialog', { name: 'Share this page' });
  await expect(share.getByText(/The link opens the project fashion-mnist\.fullrank/)).toBeVisible();
  await expect(share.getByLabel('Link', { exact: true })).toHaveValue(/project=example/);
  await expect(share.getByRole('img', { name: /^QR code of/ })).toBeVisible();
  await share.getByRole('button', { name: 'Show it large' }).click();
  const large = page.getByRole('dialog', { name: 'QR code' });
  expect((await large.getByRole('img', { name: /^QR code of/ }).boundingBox())!.width).toBeGreaterThan(300);
  expect(await broken(page, 'dialog[open]')).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(large).toBeHidden();
  await expect(share).toBeVisible();
  await page.keyboard.press('Escape');

  // What is too large, gone, or another file than the link was made for is not opened, and it is said why.
  problems.allow(/404|Failed to load resource/);
  await page.route('**/huge.fullrank', (route) => route.fulfill({ status: 200, headers: { 'content-length': '999000000' }, body: '' }));
  await page.goto('/#/compare?project=huge.fullrank');
  await expect(page.getByText(/999\.0\sMB\. That is more than the 250\.0\sMB/)).toBeVisible();
  await page.goto('/#/compare?project=gone.fullrank');
  await expect(page.getByText(/It cannot be fetched/)).toBeVisible();
  const open = page.getByRole('button', { name: 'Open this project' });
  await expect(open).toHaveCount(0);
  await page.route('**/gone.fullrank', (route) => route.fulfill({ status: 200, headers: { 'content-length': '2000' }, body: '' }));
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(open).toBeEnabled();
  await page.goto(`/#/compare?project=projects/fashion-mnist.fullrank&sha256=${'0'.repeat(64)}`);
  await open.click();
  await expect(sheet.getByText(/Its SHA-256 differs/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.goto('/#/compare?project=http://elsewhere.example/a.fullrank');
  await expect(page.getByText(/project cannot be http:\/\/elsewhere/)).toBeVisible();
});
