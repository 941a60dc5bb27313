import type { Browser, Page } from '@playwright/test';
import { expect } from './fixtures';

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  tdur?: number;
  args?: { name?: string };
}

const rows = 500;

/** Puts a table of a fixed size on an empty page and lays it out. */
function job(rows: number): number {
  const start = performance.now();
  const table = document.createElement('table');
  for (let i = 0; i < rows; i++) {
    const row = table.insertRow();
    for (let j = 0; j < 10; j++) row.insertCell().append(`cell ${j} of row ${i}`);
  }
  document.body.append(table);
  const height = table.offsetHeight;
  table.remove();
  return height > 0 ? performance.now() - start : Infinity;
}

/** Milliseconds that a fixed piece of page takes on an empty page of this browser now, at best: about 50 on two quiet cores of a server. What is too long is told by it, on any machine. */
export async function usualTask(browser: Browser): Promise<number> {
  const page = await browser.newPage();
  let best = Infinity;
  for (let i = 0; i < 4; i++) best = Math.min(best, await page.evaluate(job, rows));
  await page.close();
  return best;
}

/**
 * The longest task on a page's main thread while something is done, in usual tasks of the same browser at the same time. Both
 * are processor time, which does not grow while others have the processor.
 */
export async function longestTask(browser: Browser, page: Page, deed: () => Promise<void>): Promise<number> {
  const traced = async (of: Page, deed: () => Promise<unknown>) => {
    await browser.startTracing(of, { categories: ['toplevel', '__metadata', 'disabled-by-default-devtools.timeline'] });
    await deed();
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    const mains = new Set(traceEvents.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`));
    return traceEvents.filter((event) => event.ph === 'X' && /RunTask$/.test(event.name) && mains.has(`${event.pid}/${event.tid}`)).map(({ tdur = 0 }) => tdur / 1000);
  };
  const tasks = await traced(page, deed);
  expect(tasks.length).toBeGreaterThan(100);
  const empty = await browser.newPage();
  const usual = await traced(empty, async () => {
    for (let i = 0; i < 4; i++) await empty.evaluate(job, rows);
  });
  await empty.close();
  console.log(`longest task ${Math.max(...tasks).toFixed(0)} ms, a usual one ${Math.max(...usual).toFixed(0)} ms`);
  return Math.max(...tasks) / Math.max(...usual);
}
