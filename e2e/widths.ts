import { expect, type Page } from '@playwright/test';

/** Nothing sticks out of the page, once what is drawn to the size of its place was drawn anew. */
export const nothingSticksOut = (page: Page, when = ''): Promise<void> => expect.poll(() => sticksOut(page), when || 'nothing sticks out').toEqual([]);

/** Elements that stick out of the page at either side, where nothing around them scrolls or cuts them off. */
function sticksOut(page: Page): Promise<string[]> {
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

/** Controls of the header, the run bar and the bottom of the window that lie over one another, where none is within the other. */
export const colliding = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll('header :is(a, button, summary, svg, summary span), #run-bar, #run-bar :is(button, svg, a), [class*=_deck_], [class*=_deck_] button, [class*=_toast_]')].filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest('.sr, [class*=_menuBody_], [class*=_report_]'));
    const boxes = all.map((one) => ({ one, box: one.getBoundingClientRect(), name: `${one.tagName.toLowerCase()} "${(one.textContent || one.closest('a, button, summary')?.textContent || '').trim().slice(0, 30)}"` })).filter(({ box }) => box.width > 0 && box.height > 0);
    return boxes.flatMap((a, i) =>
      boxes.slice(i + 1).flatMap((b) => {
        if (a.one.contains(b.one) || b.one.contains(a.one)) return [];
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
