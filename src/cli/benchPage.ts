import type { Browser, Page } from '@playwright/test';
import { OPENING, visits, type Mark, type Visit } from '../bench/entries/page';
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
    await watch(page);
    await page.goto(url);
    const start = page.getByRole('button', { name: 'Fine-tune now' });
    await start.and(page.locator(':enabled')).waitFor();
    if (marks.some((mark) => !(OPENING as readonly Mark[]).includes(mark))) {
      await page.waitForTimeout(1000 * waits);
      await start.evaluate((button: { click(): void }) => {
        (globalThis as { clicked?: number }).clicked = performance.now();
        button.click();
      });
    }
    const found = {} as Record<Mark, number>;
    for (const mark of marks) found[mark] = await (await page.waitForFunction((mark) => (globalThis as { seen?: Record<string, number> }).seen?.[mark], mark, { timeout: 1_800_000 })).jsonValue() as number;
    return found;
  } finally {
    await context.close();
  }
}

/** The page notes by itself, at each frame, when what it shows came into sight. */
const watch = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const page = globalThis as unknown as { clicked?: number; seen: Record<string, number>; document: { querySelectorAll(what: string): Iterable<{ textContent: string; disabled?: boolean; nextElementSibling: { textContent: string } | null }> }; requestAnimationFrame(call: () => void): void };
    page.seen = {};
    const shows = (what: string, test: (text: string, disabled?: boolean) => boolean) => [...page.document.querySelectorAll(what)].some(({ textContent, disabled }) => test(textContent, disabled));
    let ran = false;
    const look = () => {
      const [now, clicked] = [performance.now(), page.clicked ?? Infinity];
      const note = (mark: string, isThere: boolean, since = 0) => isThere && now >= since && (page.seen[mark] ??= now - since);
      const paint = performance.getEntriesByName('first-contentful-paint')[0];
      if (paint) page.seen['first paint'] = paint.startTime;
      note('headline', shows('h1', (text) => text.length > 0));
      note('can be clicked', shows('button', (text, disabled) => text.includes('Fine-tune now') && disabled === false));
      const running = shows('[aria-current=step]', () => true);
      ran ||= running;
      note('phase', running, clicked);
      note('first loss', [...page.document.querySelectorAll('dt')].some((name) => name.textContent === 'loss' && /\d/.test(name.nextElementSibling?.textContent ?? '')), clicked);
      note('last run', ran && !running && shows('button', (text) => /Fine-tune (now|again)/.test(text)), clicked);
      page.requestAnimationFrame(look);
    };
    look();
  });
