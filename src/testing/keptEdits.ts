import type { Page } from '@playwright/test';
import type { Edits } from '../train/protocol';

/** What the page's first project keeps of changes to data, by the sets' ids. */
export const keptEdits = (page: Page): Promise<Record<string, Edits>> =>
  page.evaluate(
    () =>
      new Promise<Record<string, Edits>>((read, failed) => {
        const asked = indexedDB.open('fullrank');
        asked.onerror = () => failed(new Error('no database'));
        asked.onsuccess = () => {
          const store = asked.result.transaction('edits').objectStore('edits');
          const [keys, values] = [store.getAllKeys(), store.getAll()];
          values.onsuccess = () => {
            asked.result.close();
            read(Object.fromEntries(keys.result.map((key, i) => [String(key), values.result[i] as Edits])));
          };
        };
      }),
  );
