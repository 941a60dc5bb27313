import type { Browser, Page } from '@playwright/test';
import { expect } from './fixtures';

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string; chrome_mojo_event_info?: { mojo_interface_tag?: string } };
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
 * The longest task on a page's main thread while something is done, in usual tasks of the same browser just before and after it. Both
 * are processor time, which does not grow while others have the processor. What the test itself asks of the page (it looks
 * through all of its roles, several times a second) is no task of the page.
 */
export async function longestTask(browser: Browser, page: Page, action: () => Promise<void>): Promise<number> {
  const traced = async (of: Page, action: () => Promise<unknown>) => {
    await browser.startTracing(of, { categories: ['toplevel', '__metadata', 'disabled-by-default-devtools.timeline'] });
    await action();
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
    const mains = new Set(traceEvents.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`));
    return traceEvents.filter((event) => event.ph === 'X' && mains.has(`${event.pid}/${event.tid}`));
  };
  const longest = (events: TraceEvent[]) => Math.max(...events.map(({ tdur = 0 }) => tdur / 1000));
  const runs = (events: TraceEvent[]) => events.filter(({ name }) => name.endsWith('RunTask'));
  // Before and after: other work that comes or goes meanwhile changes what processor time a task takes.
  const usually = async () => {
    const empty = await browser.newPage();
    const found = await traced(empty, async () => {
      for (let i = 0; i < 4; i++) await empty.evaluate(job, rows);
    });
    await empty.close();
    return longest(runs(found));
  };
  const before = await usually();
  const events = await traced(page, action);
  const asked = events.filter(({ args }) => args?.chrome_mojo_event_info?.mojo_interface_tag === 'blink.mojom.DevToolsSession');
  const tasks = runs(events).filter((task) => !asked.some(({ pid, tid, ts }) => pid === task.pid && tid === task.tid && ts >= task.ts && ts <= task.ts + (task.dur ?? 0)));
  expect(asked.length).toBeGreaterThan(0);
  expect(tasks.length).toBeGreaterThan(100);
  const usual = Math.max(before, await usually());
  console.log(`longest task ${longest(tasks).toFixed(0)} ms, longest asked by the test ${longest(asked).toFixed(0)} ms, a usual one ${usual.toFixed(0)} ms`);
  return longest(tasks) / usual;
}
