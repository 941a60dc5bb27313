import type { Page } from '@playwright/test';
import type { Edits } from '../train/protocol';

/** Changes to data kept in the page's first project, by the sets' ids; empty if it keeps nothing yet. */
export const keptEdits = (page: Page): Promise<Record<string, Edits>> =>
  page.evaluate(
    () =>
      new Promise<Record<string, Edits>>((read) => {
        const asked = indexedDB.open('fullrank');
        // One that is made here would keep the page from making its own.
        asked.onupgradeneeded = () => asked.transaction!.abort();
        asked.onerror = () => read({});
        asked.onsuccess = () => {
          const store = asked.result.transaction('edits').objectStore('edits');
          const [keys, values] = [store.getAllKeys(), store.getAll()];
          values.onsuccess = () => {
            asked.result.close();
            read(Object.fromEntries(keys.result.map((key, i) => [typeof key === 'string' ? key : JSON.stringify(key), values.result[i] as Edits])));
          };
        };
      }),
  );
