import type { Page } from '@playwright/test';

declare global {
  interface Window {
    holdCalls(...names: string[]): void;
    letCallsGo(): void;
  }
}

/**
 * Before a page is opened: lets a test hold calls of the worker, so that what it does meanwhile comes at its time on any
 * machine: before a run begins, or while an export that would be quick is going on. Calls keep their order.
 */
export async function withHolding(page: Page, ...names: string[]): Promise<void> {
  await page.addInitScript((first) => {
    const { postMessage } = Worker.prototype;
    let held = new Set<string>(first);
    let waiting: (() => void)[] = [];
    // Comlink calls a method of the worker by a message with its path.
    Worker.prototype.postMessage = function (this: Worker, message: { path?: string[] } | null, ...rest: unknown[]) {
      const send = () => (postMessage as (...all: unknown[]) => void).call(this, message, ...rest);
      if (held.has(message?.path?.join('.') ?? '')) waiting.push(send);
      else send();
    } as typeof postMessage;
    window.holdCalls = (...names) => void (held = new Set(names));
    window.letCallsGo = () => {
      held = new Set();
      for (const send of waiting) send();
      waiting = [];
    };
  }, names);
}

export const hold = (page: Page, ...names: string[]): Promise<void> => page.evaluate((held) => window.holdCalls(...held), names);
export const letGo = (page: Page): Promise<void> => page.evaluate(() => window.letCallsGo());
