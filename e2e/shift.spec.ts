import { expect, test } from './fixtures';
import { everyView } from './journeys/look';
import { goTo, startButton } from './studioHelp';

/** Share of the page that has moved without anybody's doing, as browsers score it: Cumulative Layout Shift, 0 if nothing did. */
for (const slow of [false, true])
  test(`nothing moves by itself: while the page opens${slow ? ' slowly' : ''}, and while its views are gone through`, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    // Parts come one after another, and late, as over a network of a school.
    if (slow)
      await page.route('**/assets/*', async (route) => {
        await new Promise((go) => setTimeout(go, 40 + (route.request().url().length % 7) * 40));
        await route.continue();
      });
    await page.addInitScript(() => {
      const moved = ((window as { moved?: { score: number; what: string[] } }).moved = { score: 0, what: [] as string[] });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] })[]) {
          if (entry.hadRecentInput) continue;
          moved.score += entry.value;
          moved.what.push(`${entry.value.toFixed(4)}: ${entry.sources.map(({ node }) => (node instanceof Element ? `${node.tagName}.${node.getAttribute('class') ?? ''} "${node.textContent.slice(0, 30)}"` : '')).join(', ')}`);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const still = async (when: string) => {
      const moved = await page.evaluate(() => (window as { moved?: { score: number; what: string[] } }).moved!);
      expect(moved.score, `${when}: ${moved.what.join('; ')}`).toBeLessThan(0.05);
    };
    for (const view of everyView) {
      await page.goto(`/#/${view.toLowerCase()}`);
      await page.reload();
      await expect(page.locator(`[data-view=${view.toLowerCase()}]`)).toBeVisible();
      await page.waitForLoadState('networkidle');
      await still(`${view}, opened`);
    }
    await page.goto('/');
    await expect(startButton(page)).toBeEnabled();
    for (const view of everyView) await goTo(page, view);
    await still('gone through');
  });
