import type { Locator, Page } from '@playwright/test';

/** What trains: the first seed, or the next where that one has been trained. */
export const startButton = (page: Page): Locator => page.getByRole('button', { name: /^Fine-tune (now|again)/ });
