import type { Locator, Page } from '@playwright/test';

/** The button that trains: the first seed, or the next if that one has been trained. */
export const startButton = (page: Page): Locator => page.getByRole('button', { name: /^Fine-tune (now|again)/ });
