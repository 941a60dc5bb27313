import type { Page } from '@playwright/test';

/** What sticks out of the page at either side, where nothing around it scrolls or cuts it off. */
export function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const out = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => {
      const { left, right, width: own, height } = element.getBoundingClientRect();
      if (own === 0 || height === 0 || (left > -1 && right < width + 1) || !element.checkVisibility({ visibilityProperty: true }) || element.closest('.sr')) return false;
      for (let around: HTMLElement | null = element; around && around !== document.body; around = around.parentElement) {
        const { overflowX, clipPath } = getComputedStyle(around);
        if (around !== element && (overflowX !== 'visible' || clipPath !== 'none')) return false;
      }
      return true;
    });
    const said = out.map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${(element.textContent ?? '').slice(0, 40)}" from ${Math.round(element.getBoundingClientRect().left)} to ${Math.round(element.getBoundingClientRect().right)}`);
    const { scrollWidth } = document.documentElement;
    return [...(scrollWidth > width ? [`the page is ${scrollWidth} wide, its window ${width}`] : []), ...said];
  });
}
