import { chromium, type Page } from '@playwright/test';
import { findChromium } from '../src/cli/setup/system.mjs';

/** A page of a browser that has no graphics adapter, and what went wrong in it. */
export async function withoutAdapter(baseURL?: string): Promise<{ page: Page; errors: string[]; close: () => Promise<void> }> {
  const browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu', '--disable-software-rasterizer'] });
  const page = await browser.newPage({ baseURL });
  const errors: string[] = [];
  page.context().on('weberror', (event) => errors.push(event.error().message));
  page.context().on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
  return { page, errors, close: () => browser.close() };
}
