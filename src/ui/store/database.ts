import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Imported } from './imported';
import type { CurveRecord } from './metrics';
import type { Run } from './runs';

export interface AdapterFile {
  path: string;
  bytes: Uint8Array;
}

interface Schema extends DBSchema {
  runs: { key: string; value: Run };
  curves: { key: string; value: CurveRecord };
  adapters: { key: string; value: AdapterFile[] };
  checkpoints: { key: string; value: { step: number; bytes: Uint8Array } };
  /** Adapters from outside; their files lie in `adapters` under the same id. */
  imported: { key: string; value: Imported };
}

export type StoreName = 'runs' | 'curves' | 'adapters' | 'checkpoints' | 'imported';
export const storeNames: StoreName[] = ['runs', 'curves', 'adapters', 'checkpoints', 'imported'];

/** Raise it when a store is added or the shape of a record changes, and convert in `upgrade`. */
const schemaVersion = 2;

let opened: Promise<IDBPDatabase<Schema> | null> | undefined;
/** Takes what the browser's storage refuses; lasts as long as the tab. */
const memory = new Map<string, unknown>();
let onTrouble: (kind: 'unavailable' | 'full') => void = () => {};

/** Calls back when something could not be stored and is kept in memory only. */
export const onStorageTrouble = (callback: typeof onTrouble): void => void (onTrouble = callback);

function open(): Promise<IDBPDatabase<Schema> | null> {
  opened ??= openDB<Schema>('fullrank', schemaVersion, {
    upgrade(db) {
      for (const name of storeNames) if (!db.objectStoreNames.contains(name)) db.createObjectStore(name);
    },
    // A newer page in another tab wants to upgrade: let it, and open again on the next use.
    blocking(_from, _to, event) {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated() {
      opened = undefined;
    },
  }).catch(() => {
    onTrouble('unavailable');
    return null;
  });
  return opened;
}

const memoryKey = (store: StoreName, key: string) => `${store}/${key}`;

/** Stores a record; in memory when the browser refuses. True when it will survive a reload. */
export async function put<S extends StoreName>(store: S, key: string, value: Schema[S]['value']): Promise<boolean> {
  try {
    const db = await open();
    if (db) {
      await db.put(store, value, key);
      memory.delete(memoryKey(store, key));
      return true;
    }
  } catch (error) {
    onTrouble((error as DOMException)?.name === 'QuotaExceededError' ? 'full' : 'unavailable');
  }
  memory.set(memoryKey(store, key), value);
  return false;
}

/** Reads a record; undefined when there is none. */
export async function get<S extends StoreName>(store: S, key: string): Promise<Schema[S]['value'] | undefined> {
  const kept = memory.get(memoryKey(store, key));
  if (kept !== undefined) return kept as Schema[S]['value'];
  try {
    return await (await open())?.get(store, key);
  } catch {
    return undefined;
  }
}

export async function getRuns(): Promise<Run[]> {
  try {
    return (await (await open())?.getAll('runs')) ?? [];
  } catch {
    return [];
  }
}

export async function getImported(): Promise<Imported[]> {
  try {
    return (await (await open())?.getAll('imported')) ?? [];
  } catch {
    return [];
  }
}

/** Removes a record from one store. */
export async function remove(store: StoreName, key: string): Promise<void> {
  memory.delete(memoryKey(store, key));
  try {
    await (await open())?.delete(store, key);
  } catch {
    // Nothing there, or no storage at all.
  }
}
