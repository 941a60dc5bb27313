import type { Browser, Page } from '@playwright/test';
import { visits, type Mark, type Visit } from '../bench/entries/page';
import { spread } from '../bench/numbers';
import type { Row } from '../bench/report';
import { ensureBuilt } from './setup/build.mjs';
import { serve } from './setup/serve.mjs';

/** Milliseconds until each mark of a visit, in a browser that knows nothing of the page, `rounds` times. */
export async function measureVisit(browser: Browser, name: string, rounds: number): Promise<Row[]> {
  const visit = visits.find((one) => one.name === name)!;
  const server = await serve(await ensureBuilt(), { port: 0 });
  try {
    const all: Record<Mark, number>[] = [];
    // All runs to their end take minutes: once is enough.
    for (let i = 0; i < (visit.marks.includes('last run') ? 1 : rounds); i++) all.push(await once(browser, server.url, visit));
    return visit.marks.map((mark) => {
      const times = all.map((found) => found[mark]);
      return { group: 'page', entry: name, contestant: mark, problem: '', ms: spread(times), times };
    });
  } finally {
    await server.close();
  }
}

async function once(browser: Browser, url: string, { waits, settings, marks }: Visit): Promise<Record<Mark, number>> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    if (settings) await page.addInitScript((kept) => (globalThis as unknown as { localStorage: { setItem(key: string, value: string): void } }).localStorage.setItem('fullrank.settings', kept), JSON.stringify(settings));
    await page.goto(url);
    const start = page.getByRole('button', { name: 'Fine-tune now' });
    await start.and(page.locator(':enabled')).waitFor();
    await page.waitForTimeout(1000 * waits);
    await watch(page);
    await start.evaluate((button: { click(): void }) => {
      (globalThis as { clicked?: number }).clicked = performance.now();
      button.click();
    });
    const found = {} as Record<Mark, number>;
    for (const mark of marks) found[mark] = await (await page.waitForFunction((mark) => (globalThis as { seen?: Record<string, number> }).seen?.[mark], mark, { timeout: 1_800_000 })).jsonValue() as number;
    return found;
  } finally {
    await context.close();
  }
}

/** The page notes by itself, at each frame, when what it shows came into sight. */
const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const page = globalThis as unknown as { clicked?: number; seen: Record<string, number>; document: { querySelectorAll(what: string): Iterable<{ textContent: string; nextElementSibling: { textContent: string } | null }> }; requestAnimationFrame(call: () => void): void };
    page.seen = {};
    const shows = (what: string, test: (text: string) => boolean) => [...page.document.querySelectorAll(what)].some(({ textContent }) => test(textContent));
    let ran = false;
    const look = () => {
      if (page.clicked !== undefined) {
        const note = (mark: string, isThere: boolean) => isThere && (page.seen[mark] ??= performance.now() - page.clicked!);
        const running = shows('[aria-current=step]', () => true);
        ran ||= running;
        note('phase', running);
        note('first loss', [...page.document.querySelectorAll('dt')].some((name) => name.textContent === 'loss' && /\d/.test(name.nextElementSibling?.textContent ?? '')));
        note('last run', ran && !running && shows('button', (text) => text.includes('Fine-tune now')));
      }
      page.requestAnimationFrame(look);
    };
    look();
  });
