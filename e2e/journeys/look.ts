import type { Page } from '@playwright/test';
import { methodFields } from '../../src/adapters/fields';
import { trainFields } from '../../src/train/config';
import { belowAA, faint } from '../axe';
import { expect } from '../fixtures';
import { goTo, type View } from '../studioHelp';
import { brokenWords, nothingSticksOut } from '../widths';

/** Faults of the words in sight, measured from the layout: outside their box, over others, or cut without a way to read them. */
export const misplaced = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    interface Text {
      element: HTMLElement;
      words: string;
      boxes: DOMRect[];
    }
    const found: string[] = [];
    const show = (text: Text) => `"${text.words.slice(0, 40)}"`;
    const styles = new Map<Element, CSSStyleDeclaration>();
    const style = (element: Element) => styles.get(element) ?? (styles.set(element, getComputedStyle(element)), styles.get(element)!);
    const around = function* (element: Element) {
      for (let one: Element | null = element; one && one !== document.body; one = one.parentElement) yield one;
    };
    /** True if an element floats over the page, or stays when it is scrolled: it covers what is beneath on purpose. */
    const floats = (element: Element) => [...around(element)].some((one) => one.matches('dialog, [popover], [role=tooltip], [class*=report], [class*=menuBody], [class*=toast], [class*=readout]') || /fixed|sticky/.test(style(one).position));
    const texts: Text[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!;
      const words = node.textContent!.trim();
      if (words === '' || element.closest('.sr, script, style, noscript, option, title, [hidden]') || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const boxes = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
      if (boxes.length > 0) texts.push({ element, words, boxes });
    }

    for (const text of texts) {
      // Cut by the box around it: fine where that scrolls, or says the whole elsewhere.
      for (const one of around(text.element)) {
        const { overflowX, overflowY, clipPath, position } = style(one);
        if (clipPath !== 'none' && position === 'absolute') break;
        if (overflowX === 'auto' || overflowX === 'scroll' || overflowY === 'auto' || overflowY === 'scroll') break;
        if (overflowX === 'visible' && overflowY === 'visible') continue;
        const box = one.getBoundingClientRect();
        if (box.width < 2 || box.height < 2) break;
        const out = text.boxes.find(({ left, right, top, bottom }) => (overflowX !== 'visible' && (right > box.right + 2 || left < box.left - 2)) || (overflowY !== 'visible' && (bottom > box.bottom + 3 || top < box.top - 3)));
        // A title is there for whoever points at it; what is only spoken is read by nobody who looks.
        const whole = [...around(text.element)].slice(0, 4).some((near) => near.getAttribute('title'));
        if (out && !whole) found.push(`${show(text)} is cut by ${one.tagName.toLowerCase()}.${one.getAttribute('class') ?? ''}`);
        break;
      }
    }

    /** The drawn part of a box, without what the boxes around it cut off, and an ellipsis stands for. */
    const drawn = ({ element }: Text, { left, right, top, bottom }: DOMRect) => {
      for (const one of around(element)) {
        const { overflowX, overflowY } = style(one);
        const clip = one.getBoundingClientRect();
        if (overflowX !== 'visible') [left, right] = [Math.max(left, clip.left), Math.min(right, clip.right)];
        if (overflowY !== 'visible') [top, bottom] = [Math.max(top, clip.top), Math.min(bottom, clip.bottom)];
      }
      return { left, right, top, bottom };
    };
    // Over one another: boxes by rows, so that not every pair is compared.
    const boxes = texts.filter((text) => !floats(text.element)).flatMap((text) => text.boxes.map((box) => ({ text, box: drawn(text, box) }))).sort((a, b) => a.box.top - b.box.top);
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        if (b.box.top >= a.box.bottom - 3) break;
        if (a.text === b.text || a.text.element === b.text.element) continue;
        const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (width > 3 && height > 4) found.push(`${show(a.text)} and ${show(b.text)} lie over one another by ${Math.round(width)} x ${Math.round(height)} at ${Math.round(a.box.left)}, ${Math.round(a.box.top + scrollY)}`);
      }
    }
    return [...new Set(found)].slice(0, 20);
  });

/** Names of methods and training settings, and choices of these, as files spell them. Settings of methods and their choices go by PEFT's names. */
const spelled = [...Object.keys(methodFields), ...trainFields.flatMap(({ choices }) => choices ?? []), ...trainFields.map(({ name }) => name)].filter((name) => name.includes('_'));
/** In the name of a file that was saved they are as files spell them. */
const notForPeople = `\\[object \\w+\\]|\\b(undefined|NaN|null|Infinity|[a-z]+[A-Z]\\w*Error)\\b|(?<![\\w./-])(zero_shot|${[...new Set(spelled)].join('|')})\\b(?![\\w-]*\\.\\w)`;

/** Words that nobody should ever see, or be told: holes of the code, and names that only it knows. */
export const internal = (page: Page): Promise<string[]> =>
  page.evaluate((pattern) => {
    const found: string[] = [];
    const look = (text: string) => {
      for (const [hole] of text.matchAll(new RegExp(pattern, 'g'))) found.push(`${hole} in "${text.trim().slice(0, 60)}"`);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!;
      if (!element.checkVisibility() || element.closest('script, style, code, kbd, pre')) continue;
      look(node.textContent!);
    }
    for (const element of document.querySelectorAll('[title], [aria-label]')) if (element.checkVisibility()) for (const name of ['title', 'aria-label']) look(element.getAttribute(name) ?? '');
    return found;
  }, notForPeople);

export const themes = ['light', 'dark', 'contrast'] as const;

export const desk = { width: 1440, height: 900 };
export const telephone = { width: 360, height: 740 };

/** Everything that is wrong with what is in sight at the present size. */
async function looksRightHere(page: Page, when: string): Promise<void> {
  // Charts and their labels are laid out once more after a change of size.
  await nothingSticksOut(page, `sideways, ${when}`);
  await expect.poll(() => misplaced(page), `words, ${when}`).toEqual([]);
  await expect.poll(() => brokenWords(page), `broken words, ${when}`).toEqual([]);
  await expect.poll(() => internal(page), `internal words, ${when}`).toEqual([]);
}

/** The same at a desk's size and a telephone's. */
export async function looksRight(page: Page, when: string, sizes = [desk, telephone]): Promise<void> {
  const before = page.viewportSize()!;
  for (const size of sizes) {
    await page.setViewportSize(size);
    await looksRightHere(page, `${when}, ${size.width} x ${size.height}`);
  }
  await page.setViewportSize(before);
}

export const everyView: readonly View[] = ['Start', 'Train', 'Compare', 'Landscape', 'Inside', 'Try', 'Lessons'];

/** The view that the address names. */
const viewOf = (page: Page): View => everyView.find((view) => new URL(page.url()).hash.startsWith(`#/${view.toLowerCase()}`)) ?? 'Start';

/** All views one after the other, and back to the one before. */
export async function allLookRight(page: Page, when: string, views: readonly View[] = everyView): Promise<void> {
  const before = viewOf(page);
  for (const view of views) {
    await goTo(page, view);
    await looksRight(page, `${view}, ${when}`);
  }
  await goTo(page, before);
}

/** Opens every fold of the view, and those that are in them; what opens over the page, as menus do, stays closed. */
const unfoldAll = (page: Page): Promise<void> =>
  expect
    .poll(() =>
      page.evaluate(() => {
        const folded = [...document.querySelectorAll<HTMLDetailsElement>('main details:not([open], [data-over])')];
        for (const one of folded) {
          one.open = true;
          if (![...one.children].some((child) => getComputedStyle(child).position === 'absolute')) continue;
          one.open = false;
          one.dataset.over = '';
        }
        return folded.length;
      }),
    )
    .toBe(0);

/** All views with their folds open, in every theme, at a desk's size and a telephone's: as `looksRight`, and nothing is below WCAG's AA, of which a theme changes the colours alone. */
export async function allInThemes(page: Page, when: string, views: readonly View[] = everyView): Promise<void> {
  const [before, size] = [viewOf(page), page.viewportSize()!];
  for (const view of views) {
    await goTo(page, view);
    await unfoldAll(page);
    for (const size of [desk, telephone]) {
      await page.setViewportSize(size);
      for (const theme of themes) {
        await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
        const at = `${view}, ${when}, ${theme}, ${size.width} x ${size.height}`;
        await looksRightHere(page, at);
        expect(await (theme === themes[0] ? belowAA : faint)(page), at).toEqual([]);
      }
    }
    await page.setViewportSize(size);
  }
  await page.evaluate(() => delete document.documentElement.dataset.theme);
  await goTo(page, before);
}
