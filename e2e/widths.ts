import { expect, type Page } from '@playwright/test';

/** Nothing sticks out of the page, once what is drawn to the size of its place was drawn anew. */
export const nothingSticksOut = (page: Page, when = ''): Promise<void> => expect.poll(() => sticksOut(page), when || 'nothing sticks out').toEqual([]);

/** What sticks out of the page at either side, where nothing around it scrolls or cuts it off. */
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
    const said = out.map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${(element.textContent ?? '').slice(0, 40)}" from ${Math.round(element.getBoundingClientRect().left)} to ${Math.round(element.getBoundingClientRect().right)}`);
    const { scrollWidth } = document.documentElement;
    return [...(scrollWidth > width ? [`the page is ${scrollWidth} wide, its window ${width}`] : []), ...said];
  });
}

/** Words of ordinary length that are broken in the middle: what has no room wraps between its words, or ends in dots. */
export const brokenWords = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      if (!node.parentElement?.checkVisibility({ checkVisibilityCSS: true })) continue;
      for (const { 0: word, index } of node.textContent!.matchAll(/(?<![\p{L}\p{N}_/.-])\p{L}{2,15}(?![\p{L}\p{N}_/.-])/gu)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        if (new Set(Array.from(range.getClientRects(), ({ bottom }) => Math.round(bottom))).size > 1) found.push(`${word} in "${node.parentElement.closest('button, li, p, td, div')?.textContent?.slice(0, 60)}"`);
      }
    }
    return found;
  });
