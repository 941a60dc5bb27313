import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import { newId } from '../../../io/newId.meta';
import { sentences } from '../../../records/oldSentence.meta';
import type { AdapterInfo } from '../../../train/protocol';
import { isAnalysisOf } from '../analyses/analyses';
import { putAway } from './bin';
import { chosenModel } from '../data/chosenModel';
import { studio } from '../worker/client';
import * as database from './database';
import { isProject, type FolderFiles } from '../../kit/files';
import { noteFolder, openedAs } from '../data/folders';
import { livingTabs, tabId } from './tabs';
import { toast } from '../../kit/toast';
import { tryoutWords } from '../words/tryout';
import { projectWords } from '../words/project';
import type { Imported } from './database';

interface ImportedState {
  /** Oldest first. */
  list: Imported[];
  /** Name of what is being read; empty when nothing is. */
  reading: string;
  error: { name: string; message: string } | null;
}

export const useImported = create<ImportedState>()(() => ({ list: [], reading: '', error: null }));

/** Minimal shape check: a damaged record must not break the page. */
function isImported(value: unknown): value is Imported {
  const one = value as Imported | null;
  return typeof one === 'object' && one !== null && [one.id, one.name, one.model, one.info?.method].every((v) => typeof v === 'string') && Array.isArray(one.info.labels);
}

/** Reads what is kept; what was removed in a visit that is over goes now. */
export async function loadImported(): Promise<void> {
  const stored = (await database.getImported()).filter(isImported).map((one) => ({ ...one, info: { ...one.info, warnings: sentences(one.info.warnings) } }));
  const tabs = await livingTabs();
  for (const { id } of stored.filter((one) => one.deleted && !tabs.has(one.owner ?? ''))) await purge(id);
  const kept = stored.filter((one) => !one.deleted);
  useImported.setState(({ list }) => ({ list: [...kept, ...list.filter(({ id }) => !kept.some((one) => one.id === id))].sort((a, b) => a.at - b.at) }));
}

/** Hands an adapter's files to the worker, for the chosen model, and keeps them; on failure everything stays as it was and the reason is shown. */
export async function importAdapter(folder: FolderFiles): Promise<void> {
  if (useImported.getState().reading !== '') return;
  useImported.setState({ reading: folder.name, error: null });
  try {
    const model = await chosenModel();
    const { list } = useImported.getState();
    const open = openedAs('adapter', list.filter((one) => one.model === model && !one.deleted).map(({ id }) => id), folder);
    if (open) {
      toast(tryoutWords.importOpen(list.find(({ id }) => id === open)!.name));
      return useImported.setState({ reading: '' });
    }
    const { info, files } = await studio().importAdapter(model, folder.name, folder.files);
    const one: Imported = { id: newId(), name: freeName(folder.name, info), model, at: Date.now(), info, deleted: 0 };
    await database.put('adapters', one.id, files);
    await database.put('imported', one.id, one);
    noteFolder('adapter', one.id, folder);
    useImported.setState(({ list }) => ({ list: [...list, one] }));
    toast(tryoutWords.importDone(one.name, info.layers));
  } catch (error) {
    useImported.setState({ error: { name: folder.name, message: isProject(folder.name) ? projectWords.isOne : messageOf(error) } });
  }
  useImported.setState({ reading: '' });
}

export const dismissImportedError = (): void => useImported.setState({ error: null });

/** Takes an adapter out of the list, so that it can be brought back. */
export function removeImported(id: string): void {
  const one = useImported.getState().list.find((entry) => entry.id === id);
  if (!one) return;
  putAway({ text: tryoutWords.removed(one.name), away: () => mark(one, Date.now()), back: async () => mark(one, 0), purge: () => purge(id) });
}

function mark({ owner: _, ...one }: Imported, deleted: number): true {
  const now: Imported = { ...one, deleted, ...(deleted > 0 && { owner: tabId }) };
  useImported.setState(({ list }) => ({ list: list.map((entry) => (entry.id === one.id ? now : entry)) }));
  void database.put('imported', one.id, now);
  return true;
}

async function purge(id: string): Promise<void> {
  useImported.setState(({ list }) => ({ list: list.filter((entry) => entry.id !== id) }));
  await database.remove('imported', id);
  await database.remove('adapters', id);
  for (const key of await database.keysOf('analyses')) if (isAnalysisOf(key, id)) await database.remove('analyses', key);
}

/** The folder's name, or the method's where only files were chosen; a number behind it when it is taken. */
function freeName(chosen: string, info: AdapterInfo): string {
  const plain = chosen.replace(/^.*[\\/]/, '').replace(/\.zip$/i, '').slice(0, 60).trim();
  const name = plain === '' || /\.(json|safetensors)$/i.test(plain) ? info.method : plain;
  const taken = new Set(useImported.getState().list.map((one) => one.name));
  for (let i = 1; ; i++) {
    const free = i === 1 ? name : `${name} ${i}`;
    if (!taken.has(free)) return free;
  }
}
