import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPObjectStore } from 'idb';
import type { Along, Inside, Landscape, Snapshot } from '../../../analysis/analysis.meta';
import type { Edits, AdapterInfo } from '../../../train/protocol';
import { currentProject, firstProject } from './current';
import type { CurveRecord } from '../runs/metrics';
import type { Run } from '../runs/runs';

export interface AdapterFile {
  path: string;
  bytes: Uint8Array;
}

export interface Schema extends DBSchema {
  runs: { key: string; value: Run };
  curves: { key: string; value: CurveRecord };
  adapters: { key: string; value: AdapterFile[] };
  checkpoints: { key: string; value: { step: number; bytes: Uint8Array } };
  /** States of a run on its way, in the order of their steps. */
  snapshots: { key: string; value: Snapshot[] };
  /** Landscapes, looks inside, and what was measured along an update, by `analysisKey`, and when they were kept, in milliseconds since 1970; older ones do not say. */
  analyses: { key: string; value: (Landscape | Inside | Along) & { kept_at?: number } };
  /** Adapters from outside; their files lie in `adapters` under the same id. */
  imported: { key: string; value: Imported };
  /** Edits of data sets, by the sets' ids. */
  edits: { key: string; value: Edits };
}

/** Stores that a project's file holds as records; edits of data have a field of their own there. */
export type RecordName = 'runs' | 'curves' | 'adapters' | 'checkpoints' | 'imported' | 'snapshots' | 'analyses';
export const recordNames: RecordName[] = ['runs', 'curves', 'adapters', 'checkpoints', 'imported', 'snapshots', 'analyses'];
export type StoreName = RecordName | 'edits';

/** Raise it when a store is added or the shape of a record changes, and convert in `upgrade`. */
const schemaVersion = 4;

/** By project: each has a database of its own. */
const opened = new Map<string, Promise<IDBPDatabase<Schema> | null>>();
const prefix = 'fullrank-';
const nameOf = (project: string): string => (project === firstProject ? 'fullrank' : prefix + project);
/** Takes what the browser's storage refuses; lasts as long as the tab. */
const memory = new Map<string, unknown>();
let onTrouble: (kind: 'unavailable' | 'filled') => void = () => {};
let roomFor: <T>(job: () => Promise<T>) => Promise<T> = (job) => job();

/** Calls back when something could not be stored and is kept in memory only. */
export const onStorageTrouble = (callback: typeof onTrouble): void => void (onTrouble = callback);

/** Has records be written by this, which may make room for them. */
export const makeRoomBy = (by: typeof roomFor): void => void (roomFor = by);

function open(project = currentProject()): Promise<IDBPDatabase<Schema> | null> {
  const known = opened.get(project);
  if (known) return known;
  const opening = openDB<Schema>(nameOf(project), schemaVersion, {
    upgrade(db, _from, _to, transaction) {
      unheard(transaction.done);
      for (const name of [...recordNames, 'edits'] as const) if (!db.objectStoreNames.contains(name)) db.createObjectStore(name);
    },
    // A newer page in another tab wants to upgrade: let it, and open again on the next use.
    blocking(_from, _to, event) {
      (event.target as IDBDatabase).close();
      opened.delete(project);
    },
    terminated() {
      opened.delete(project);
    },
  }).catch(() => {
    onTrouble('unavailable');
    return null;
  });
  opened.set(project, opening);
  return opening;
}

/** Leaves the end of a transaction to whoever asked for its answers: a page that is left drops it, and a promise that nobody hears is an error of the page. */
const unheard = (done: Promise<void>): void => void done.catch(() => {});

/** Reads from one store in a transaction of its own; undefined where nothing can be stored. */
async function read<S extends StoreName, T>(store: S, ask: (store: IDBPObjectStore<Schema, [S], S, 'readonly'>) => Promise<T>): Promise<T | undefined> {
  const db = await open();
  if (!db) return undefined;
  const transaction = db.transaction(store);
  unheard(transaction.done);
  return ask(transaction.store);
}

const memoryKey = (store: StoreName, key: string) => `${store}/${key}`;

/** Asks for the end of the transaction at once: one that waits for its answers is dropped where the page is left meanwhile. */
async function write<S extends StoreName>(db: IDBPDatabase<Schema>, store: S, change: (store: IDBPObjectStore<Schema, [S], S, 'readwrite'>) => Promise<unknown>): Promise<void> {
  const transaction = db.transaction(store, 'readwrite');
  const changed = change(transaction.store);
  // One that has ended by then throws; as a promise beside the others, of which none is left without anybody to hear it.
  const ends = async (): Promise<void> => transaction.commit();
  await Promise.all([changed, ends(), transaction.done]);
}

/** Writes that read first and wait for the answer: how each is done without. */
const reading = new Set<() => void>();

/**
 * Writes without reading what waits to have read, as where the page is left: the answers come too late, and all that was to be
 * written after them would be dropped with them.
 */
export function writeWithoutReading(): void {
  for (const write of reading) write();
}

/** Reads and writes in one transaction, so that two tabs that write fields of one record both have written them. */
async function writeFields<S extends StoreName>(db: IDBPDatabase<Schema>, store: S, key: string, value: Schema[S]['value'], fields: readonly string[]): Promise<void> {
  const transaction = db.transaction(store, 'readwrite');
  let whole: Promise<void> | undefined;
  const withoutReading = (): void => {
    try {
      transaction.abort();
    } catch {
      // It has ended.
      return;
    }
    whole = write(db, store, (records) => records.put(value, key));
  };
  const changed = async (): Promise<void> => {
    const there = await transaction.store.get(key);
    const change = Object.fromEntries(Object.entries(value).filter(([name]) => fields.includes(name)));
    await transaction.store.put(there ? { ...there, ...change } : value, key);
  };
  reading.add(withoutReading);
  try {
    await Promise.all([changed(), transaction.done]);
  } catch (error) {
    if (!whole) throw error;
    await whole;
  } finally {
    reading.delete(withoutReading);
  }
}

/** Stores a record; in memory when the browser refuses. True when it will survive a reload. `fields` leaves all others of a record that is there as they are. */
export async function put<S extends StoreName>(store: S, key: string, value: Schema[S]['value'], fields?: readonly string[]): Promise<boolean> {
  try {
    const db = await open();
    if (db) {
      await roomFor(() => (fields ? writeFields(db, store, key, value, fields) : write(db, store, (records) => records.put(value, key))));
      memory.delete(memoryKey(store, key));
      return true;
    }
  } catch (error) {
    onTrouble((error as DOMException)?.name === 'QuotaExceededError' ? 'filled' : 'unavailable');
  }
  memory.set(memoryKey(store, key), value);
  return false;
}

/** Has a record in memory only: what is stored stays as it is. */
export const hold = <S extends StoreName>(store: S, key: string, value: Schema[S]['value']): void => void memory.set(memoryKey(store, key), value);

/** Reads a record; undefined when there is none. */
export async function get<S extends StoreName>(store: S, key: string): Promise<Schema[S]['value'] | undefined> {
  const kept = memory.get(memoryKey(store, key));
  if (kept !== undefined) return kept as Schema[S]['value'];
  try {
    return await read(store, (records) => records.get(key));
  } catch {
    return undefined;
  }
}

export async function getRuns(): Promise<Run[]> {
  try {
    return (await read('runs', (records) => records.getAll())) ?? [];
  } catch {
    return [];
  }
}

export async function getImported(): Promise<Imported[]> {
  try {
    return (await read('imported', (records) => records.getAll())) ?? [];
  } catch {
    return [];
  }
}

/** Edits of all data sets, by the sets' ids. */
export async function getEdits(): Promise<Record<string, unknown>> {
  const keys = await keysOf('edits');
  const values = await Promise.all(keys.map((key) => get('edits', key)));
  return Object.fromEntries(keys.map((key, i) => [key, values[i]]));
}

/** Removes a record from one store. */
export async function remove(store: StoreName, key: string): Promise<void> {
  memory.delete(memoryKey(store, key));
  try {
    const db = await open();
    if (db) await write(db, store, (records) => records.delete(key));
  } catch {
    // Nothing there, or no storage at all.
  }
}

/** Keys of all records of a store. */
export async function keysOf(store: StoreName): Promise<string[]> {
  const inMemory = [...memory.keys()].flatMap((name) => (name.startsWith(`${store}/`) ? [name.slice(store.length + 1)] : []));
  try {
    return [...new Set([...((await read(store, (records) => records.getAllKeys())) ?? []), ...inMemory])];
  } catch {
    return inMemory;
  }
}

/** Writes a record of a project that is not open. False where nothing can be stored; throws when it does not fit. */
export async function putInto<S extends StoreName>(project: string, store: S, key: string, value: Schema[S]['value']): Promise<boolean> {
  const db = await open(project);
  if (db) await write(db, store, (records) => records.put(value, key));
  return db !== null;
}

/** Deletes the databases of all projects but these. */
export async function sweepDatabases(projects: string[]): Promise<void> {
  const keep = projects.map(nameOf);
  const names = (await indexedDB.databases?.().catch(() => []))?.flatMap(({ name }) => name ?? []) ?? [];
  const ours = new Set([...names.filter((name) => name === nameOf(firstProject) || name.startsWith(prefix)), ...[...opened.keys()].map(nameOf)]);
  for (const [project, db] of opened) {
    if (keep.includes(nameOf(project))) continue;
    opened.delete(project);
    (await db)?.close();
  }
  for (const name of ours) if (!keep.includes(name)) await deleteDB(name).catch(() => {});
}

/** An adapter from outside, on the model it was imported for. Its files are stored beside it under the same id. */
export interface Imported {
  id: string;
  name: string;
  model: string;
  at: number;
  info: AdapterInfo;
  /** Time when it was removed; 0 while it is kept. */
  deleted: number;
  /** The tab that removed it, and can bring it back. */
  owner?: string;
}
