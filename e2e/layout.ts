import { expect, type Page } from '@playwright/test';
import { methodFields } from '../src/adapters/fields';
import { trainFields } from '../src/train/config';
import { belowAA, faint } from './axe';
import { goTo, type View } from './studioHelp';

/** Nothing sticks out of the page, once what is drawn to the size of its place was drawn anew. */
export const nothingSticksOut = (page: Page, when = ''): Promise<void> => expect.poll(() => sticksOut(page), when || 'nothing sticks out').toEqual([]);

/** Elements that stick out of the page at either side, where nothing around them scrolls or cuts them off. */
export function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const out = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => {
      const { left, right, width: own, height } = element.getBoundingClientRect();
      if (own === 0 || height === 0 || (left > -1 && right < width + 1) || !element.checkVisibility({ visibilityProperty: true }) || element.closest('.sr')) return false;
      for (let around: HTMLElement | null = element; around && around !== document.body; around = around.parentElement) {
        const { overflowX, clipPath } = getComputedStyle(around);
        // The box of a drawing's group is that of all its lines, wherever they are clipped.
        if (clipPath !== 'none' || (around !== element && overflowX !== 'visible')) return false;
      }
      return true;
    });
    const described = out.map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${(element.textContent ?? '').slice(0, 40)}" from ${Math.round(element.getBoundingClientRect().left)} to ${Math.round(element.getBoundingClientRect().right)}`);
    const { scrollWidth } = document.documentElement;
    return [...(scrollWidth > width ? [`the page is ${scrollWidth} wide, its window ${width}`] : []), ...described];
  });
}

/** Words of ordinary length, and numbers of four signs or more, that are broken in the middle: what has no room wraps between its words, or ends in dots. */
export const brokenWords = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      if (!node.parentElement?.checkVisibility({ checkVisibilityCSS: true })) continue;
      for (const { 0: word, index } of node.textContent!.matchAll(/(?<![\p{L}\p{N}_/.,-])(?:\p{L}{2,15}|\d[\d,.]{3,})(?![\p{L}\p{N}_/.-])/gu)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        if (new Set(Array.from(range.getClientRects(), ({ bottom }) => Math.round(bottom))).size > 1) found.push(`${word} in "${node.parentElement.closest('button, li, p, td, div')?.textContent?.slice(0, 60)}"`);
      }
    }
    return found;
  });

/** Controls of the header, the run bar and the bottom of the window that lie over one another, where none is within the other; none where a dialog lies over all of them. */
export const colliding = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    if (document.querySelector('dialog[open]')) return [];
    const all = [...document.querySelectorAll('header :is(a, button, summary, svg, summary span), #run-bar, #run-bar :is(button, svg, a), [class*=_deck_], [class*=_deck_] button, [class*=_toast_]')].filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest('.sr, [class*=_menuBody_], [class*=_report_]'));
    // What stays where it is lies over what is scrolled beneath it.
    const stays = (one: Element | null): boolean => one !== null && (['sticky', 'fixed'].includes(getComputedStyle(one).position) || stays(one.parentElement));
    const boxes = all.map((one) => ({ one, stays: stays(one), box: one.getBoundingClientRect(), name: `${one.tagName.toLowerCase()} "${(one.textContent || one.closest('a, button, summary')?.textContent || '').trim().slice(0, 30)}"` })).filter(({ box }) => box.width > 0 && box.height > 0);
    return boxes.flatMap((a, i) =>
      boxes.slice(i + 1).flatMap((b) => {
        if (a.stays !== b.stays || a.one.contains(b.one) || b.one.contains(a.one)) return [];
        const [width, height] = [Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left), Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top)];
        return width > 1 && height > 1 ? [`${a.name} and ${b.name} by ${Math.round(width)} x ${Math.round(height)}`] : [];
      }),
    );
  });

/** Buttons of one line whose words and signs are not in their middle, by how many px across and down. */
export const offCentre = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('button')].flatMap((button) => {
      const { display, textAlign, justifyContent, lineHeight } = getComputedStyle(button);
      if (!button.checkVisibility({ visibilityProperty: true }) || button.closest('.sr')) return [];
      // What is seen of it: its signs, and its words without those that are only spoken.
      const boxes = [...button.querySelectorAll('svg, img, kbd')].map((sign) => sign.getBoundingClientRect());
      const texts = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        if (node.parentElement!.closest('.sr')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        boxes.push(...range.getClientRects());
      }
      const seen = boxes.filter(({ width }) => width > 0);
      const of = (side: 'left' | 'top' | 'right' | 'bottom', pick: (...all: number[]) => number) => pick(...seen.map((one) => one[side]));
      const own = { left: of('left', Math.min), right: of('right', Math.max), top: of('top', Math.min), bottom: of('bottom', Math.max) };
      const box = button.getBoundingClientRect();
      if (seen.length === 0 || own.bottom - own.top > 1.6 * parseFloat(lineHeight)) return [];
      // Words of a menu or a head of a column begin at its edge.
      const inMiddle = /flex|grid/.test(display) ? /center/.test(justifyContent) : textAlign === 'center';
      const across = inMiddle ? Math.abs(own.left + own.right - box.left - box.right) / 2 : 0;
      const down = Math.abs(own.top + own.bottom - box.top - box.bottom) / 2;
      return across > 1 || down > 1 ? [`"${button.textContent.slice(0, 40)}" ${across.toFixed(1)} across, ${down.toFixed(1)} down`] : [];
    }),
  );

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

export const desk = { width: 1440, height: 900 };
export const telephone = { width: 360, height: 740 };

/** Tables and buttons that are cut off by what holds them, without a way to scroll there: a region that keys reach is one. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wide = (one: Element) => one.scrollWidth > one.clientWidth + 1;
    const tables = [...document.querySelectorAll('[data-view=train] table')].filter((one) => one.checkVisibility() && !one.closest('[role=region][tabindex="0"]') && (one.scrollWidth > one.parentElement!.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth));
    const buttons = [...document.querySelectorAll('[data-view=train] button')].filter((one) => one.checkVisibility() && getComputedStyle(one.parentElement!).overflowX === 'hidden' && wide(one.parentElement!));
    return [...tables, ...buttons].map((one) => `${one.tagName.toLowerCase()} "${one.textContent.slice(0, 40)}"`);
  });

/** Everything that is wrong with what is in sight at the present size. */
async function looksRightHere(page: Page, when: string): Promise<void> {
  // Charts and their labels are laid out once more after a change of size.
  await nothingSticksOut(page, `sideways, ${when}`);
  await expect.poll(() => misplaced(page), `words, ${when}`).toEqual([]);
  await expect.poll(() => brokenWords(page), `broken words, ${when}`).toEqual([]);
  await expect.poll(() => internal(page), `internal words, ${when}`).toEqual([]);
  await expect.poll(() => cutOff(page), `cut off, ${when}`).toEqual([]);
  await expect.poll(() => colliding(page), `over one another, ${when}`).toEqual([]);
  await expect.poll(() => offCentre(page), `not in the middle, ${when}`).toEqual([]);
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

/** All views with their folds open, at a desk's size and a telephone's: as `looksRight`, and nothing is below WCAG's AA; of the other themes, which change the colours alone, each is looked at in one of the sizes. */
export async function allInThemes(page: Page, when: string, views: readonly View[] = everyView): Promise<void> {
  const [before, usual] = [viewOf(page), page.viewportSize()!];
  for (const view of views) {
    await goTo(page, view);
    await unfoldAll(page);
    for (const [size, other] of [[desk, 'dark'], [telephone, 'contrast']] as const) {
      await page.setViewportSize(size);
      for (const theme of ['light', other]) {
        await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
        const at = `${view}, ${when}, ${theme}, ${size.width} x ${size.height}`;
        if (theme === 'light') await looksRightHere(page, at);
        expect(await (theme === 'light' ? belowAA : faint)(page), at).toEqual([]);
      }
    }
    await page.setViewportSize(usual);
  }
  await page.evaluate(() => delete document.documentElement.dataset.theme);
  await goTo(page, before);
}

/** Elements that stay where they are while the page scrolls. */
export const stuck = (page: Page): Promise<string[]> =>
  page.evaluate(() => [...document.querySelectorAll('header, #main, #main > *, #run-bar > *, [class*=_deck]')].filter((one) => ['sticky', 'fixed'].includes(getComputedStyle(one).position) && one.checkVisibility()).map((one) => one.id || one.className.replace(/^_([a-zA-Z]+)_.*/, '$1')));

/** Elements that lie under something that sticks when they have the focus, as it goes through the page forwards and backwards. */
export const covered = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const sticking = [...document.querySelectorAll('header, #run-bar, #run-bar > *, [class*=_deck]')].filter((one) => ['sticky', 'fixed'].includes(getComputedStyle(one).position) && one.checkVisibility());
    const all = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [tabindex]')].filter((one) => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }));
    const found = new Set<string>();
    for (const one of [...all, ...all.toReversed()]) {
      one.focus();
      // The link to the content lies over the header.
      if (document.activeElement !== one || one.getAttribute('href') === '#main') continue;
      const box = one.getBoundingClientRect();
      // A table that is scrolled by keys may be taller than the room between them.
      if (box.height > innerHeight / 2) continue;
      const over = sticking.filter((other) => !other.contains(one) && Math.min(other.getBoundingClientRect().bottom, box.bottom) - Math.max(other.getBoundingClientRect().top, box.top) > 1);
      if (over.length > 0) found.add(`${one.tagName} "${(one.getAttribute('aria-label') ?? one.textContent).slice(0, 30)}" at ${Math.round(box.top)} under ${over.map((other) => other.id || other.className).join(', ')}`);
    }
    (document.activeElement as HTMLElement).blur();
    return [...found];
  });

interface Moved {
  score: number;
  what: string[];
}

/** Counts from now on the share of the page that moves without anybody's doing, as browsers score it: Cumulative Layout Shift. Gives what asks for it. */
export async function watchMoves(page: Page): Promise<() => Promise<Moved>> {
  await page.addInitScript(() => {
    const moved: Moved = ((window as { moved?: Moved }).moved = { score: 0, what: [] });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] })[]) {
        if (entry.hadRecentInput) continue;
        moved.score += entry.value;
        moved.what.push(`${entry.value.toFixed(4)}: ${entry.sources.map(({ node }) => (node instanceof Element ? `${node.tagName}.${node.getAttribute('class') ?? ''} "${node.textContent.slice(0, 30)}"` : '')).join(', ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => (window as { moved?: Moved }).moved!);
}
