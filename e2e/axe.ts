import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Colours that fade from one to the next would be measured halfway. A fade that is replaced by another may never say that it has ended. */
const faded = (page: Page): Promise<void> => expect.poll(() => page.evaluate(() => document.getAnimations().filter((one) => one instanceof CSSTransition && one.playState === 'running').length), { message: 'colours that still fade' }).toBe(0);

/** Everything that axe finds on the page, or in a part of it; each rule with the elements that break it. */
export async function broken(page: Page, within = 'html', impacts = ['minor', 'moderate', 'serious', 'critical']): Promise<string[]> {
  await faded(page);
  // These pages have no frames, for which a page of its own would be opened; and nobody reads what is right.
  const { violations } = await new AxeBuilder({ page }).include(within).setLegacyMode().options({ resultTypes: ['violations'] }).analyze();
  return violations.filter(({ impact }) => impacts.includes(impact!)).map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

/** The serious or critical part of that. */
export const serious = (page: Page, within = 'html'): Promise<string[]> => broken(page, within, ['serious', 'critical']);

/** Elements that break WCAG 2.2 up to AA, or axe's good practice beside it: headings in order, landmarks told apart, tables without empty heads. */
export const belowAA = (page: Page, within = 'html'): Promise<string[]> => breaks(page, within, (axe) => axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']));

/** The part of that which a theme may change. */
export const faint = (page: Page): Promise<string[]> => breaks(page, 'html', (axe) => axe.withRules(['color-contrast', 'link-in-text-block']));

async function breaks(page: Page, within: string, rules: (axe: AxeBuilder) => AxeBuilder): Promise<string[]> {
  // What a bar that stays covers by half would be too small to be hit.
  if (within === 'html') await page.evaluate(() => scrollTo(0, 0));
  await faded(page);
  const { violations } = await rules(new AxeBuilder({ page }).include(within).setLegacyMode().options({ resultTypes: ['violations'] })).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
}
