import type { Page } from '@playwright/test';

/** Copies of imports in the browser's own file system, and how many of them are whole; null where some go while they are counted. */
export const copies = (page: Page): Promise<{ all: number; whole: number } | null> =>
  page.evaluate(async () => {
    let [all, whole] = [0, 0];
    const walk = async (folder: FileSystemDirectoryHandle): Promise<void> => {
      const names = new Set<string>();
      for await (const one of folder.values()) {
        names.add(one.name);
        if (one.kind === 'directory') await walk(one);
      }
      if (names.has('pack')) all++;
      if (names.has('pack') && names.has('index.json')) whole++;
    };
    try {
      await walk(await navigator.storage.getDirectory());
    } catch (error) {
      if ((error as Error).name === 'NotFoundError') return null;
      throw error;
    }
    return { all, whole };
  });
