import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import { defined } from '../../../numbers/defined';
import { proxy } from '../../../studio/connect';
import type { ImportKind, KeptItem } from '../../../train/protocol';
import { useAsked } from '../storage/asked';
import { putAway, withRoom } from '../storage/bin';
import { useCatalog } from './catalog';
import { studio } from '../worker/client';
import type { FolderFiles } from '../../kit/files';
import { openedAs } from './folders';
import { quietly } from '../settings/history';
import { offerStored } from './hub';
import { askToPersist } from '../storage/persistence';
import { useRuns, isLive } from '../runs/runs';
import { changeSettings, useSettings } from '../settings/settings';
import { announce, livingTabs, onAnnounced, tabId } from '../storage/tabs';
import { toast } from '../../kit/toast';
import { keptWords } from '../words/project';

/** Copies that the browser keeps of what the person imported: made behind the import, opened after a reload, deleted. */

export interface Keeping {
  kind: ImportKind;
  id: string;
  done: number;
  total: number;
  /** Reason why the import is not kept, once that is known. */
  failed: string;
}

interface KeptState {
  /** Without those whose deletion can still be undone. */
  items: KeptItem[];
  /** Those that this tab can bring back, and how. */
  left: { item: KeptItem; back: () => Promise<boolean> }[];
  /** Reason why an item cannot be opened, by the item's key. */
  broken: Record<string, string>;
  keeping: Keeping[];
}

export const useKept = create<KeptState>()(() => ({ items: [], left: [], broken: {}, keeping: [] }));

/** Keys of items whose deletion can still be undone, each with the tab that can; written down, since a page that is left meanwhile has deleted them all the same. */
let leaving: Record<string, string> = {};
const leavingKey = 'fullrank.leaving';

function readLeaving(): void {
  try {
    const stored = JSON.parse(localStorage.getItem(leavingKey) ?? '{}') as Record<string, unknown> | null;
    leaving = Object.fromEntries(Object.entries(stored ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    // Damaged, or not to be had: what this tab knows.
  }
}

/** Writes down who can undo an item's deletion; nobody when it is deleted or kept after all. */
function leave(key: string, tab: string | null): void {
  // Another tab may have written since.
  readLeaving();
  const { [key]: _, ...others } = leaving;
  leaving = tab === null ? others : { ...others, [key]: tab };
  try {
    localStorage.setItem(leavingKey, JSON.stringify(leaving));
  } catch {
    // A full or forbidden storage: the deletion is final when its notice goes.
  }
}

const putItems = (items: KeptItem[]): void => useKept.setState({ items: items.filter(({ key }) => !(key in leaving)) });

/** Deletes a copy for good. */
async function remove({ kind, id, key }: KeptItem): Promise<void> {
  const { items } = await studio().deleteKept(kind, id);
  announce({ files: true });
  leave(key, null);
  putItems(items);
}

const isOf = (kind: ImportKind, id: string) => (one: { kind: ImportKind; id: string }) => one.kind === kind && one.id === id;

/** Keeps a copy of what was just imported. Where that fails the import goes on as it is, and a sentence says so. */
export async function keepImport(kind: ImportKind, id: string): Promise<void> {
  const put = (change: Partial<Keeping>) => useKept.setState(({ keeping }) => ({ keeping: keeping.map((one) => (isOf(kind, id)(one) ? { ...one, ...change } : one)) }));
  useKept.setState(({ keeping }) => ({ keeping: [...keeping.filter((one) => !isOf(kind, id)(one) && one.failed === ''), { kind, id, done: 0, total: 0, failed: '' }] }));
  void askToPersist();
  try {
    const item = await withRoom(() => studio().keepImport(kind, id, proxy((done: number, total: number) => put({ done, total }))));
    announce({ files: true });
    useKept.setState(({ items, keeping }) => ({ items: [...items, item], keeping: keeping.filter((one) => !isOf(kind, id)(one)) }));
  } catch (error) {
    put({ failed: useKept.getState().keeping.find(isOf(kind, id))?.failed || messageOf(error) });
  }
}

/** Ends the copying; the import stays open until the page is closed. */
export function stopKeeping(kind: ImportKind, id: string): void {
  useKept.setState(({ keeping }) => ({ keeping: keeping.map((one) => (isOf(kind, id)(one) ? { ...one, failed: keptWords.stopped } : one)) }));
  void studio().cancelKeep(kind, id);
}

/** Reads the list again. */
export async function readKept(): Promise<KeptItem[]> {
  const { items } = await studio().keptImports().catch(() => ({ items: [] }));
  readLeaving();
  putItems(items);
  return useKept.getState().items;
}

/** Offers everything that is kept. What cannot be opened stays in the list, with the reason. What a tab that is gone has deleted is deleted for good. */
export async function openKeptImports(): Promise<void> {
  const items = await readKept();
  void deleteLeft().catch(() => {});
  for (const item of items) {
    const { models, datasets } = useCatalog.getState();
    if ((item.kind === 'model' ? models : datasets).some(({ id }) => id === item.id)) continue;
    await offerStored(item.kind, item.id).catch((error: unknown) => useKept.setState(({ broken }) => ({ broken: { ...broken, [item.key]: messageOf(error) } })));
  }
}

/** Offers what another tab keeps, as it does. */
export const followKept = (): void => onAnnounced(({ files }) => files && void openKeptImports());

async function deleteLeft(): Promise<void> {
  if (Object.keys(leaving).length === 0) return;
  const [{ items }, tabs] = await Promise.all([studio().keptImports(), livingTabs()]);
  for (const item of items) if (item.key in leaving && !tabs.has(defined(leaving[item.key]))) await remove(item);
}

/** Deletes a copy and closes what is open from it, so that both can be brought back. */
export function deleteKept(item: KeptItem): void {
  const { kind, id, key } = item;
  const runs = useRuns.getState().runs.filter(({ spec, deleted }) => !deleted && spec[kind] === id);
  let before = useSettings.getState();
  const leftWith = (more: KeptState['left']) => useKept.setState(({ left }) => ({ left: [...left.filter((one) => one.item.key !== key), ...more] }));
  const away = () => {
    if (useRuns.getState().runs.some((run) => !run.deleted && run.spec[kind] === id && isLive(run))) {
      toast(keptWords.inUse(id));
      return false;
    }
    before = useSettings.getState();
    leave(key, tabId);
    leftWith([{ item, back: () => bringBack() }]);
    useKept.setState(({ items }) => ({ items: items.filter((one) => one.key !== key) }));
    useCatalog.setState(({ models, datasets }) => (kind === 'model' ? { models: models.filter((one) => one.id !== id) } : { datasets: datasets.filter((one) => one.id !== id) }));
    const { models, datasets } = useCatalog.getState();
    // What a link asked for is no longer missing: it was deleted.
    useAsked.setState(({ wanted }) => ({ wanted: wanted.filter((one) => one.kind !== kind || one.id !== id) }));
    // Part of the same action.
    if (before[kind] === id) quietly(() => changeSettings(kind === 'model' ? { model: models[0]?.id ?? '', targets: [] } : { data: datasets[0]?.id ?? '' }));
    return true;
  };
  const back = async () => {
    leftWith([]);
    leave(key, null);
    await readKept();
    await offerStored(kind, id);
    if (before[kind] === id) quietly(() => changeSettings(kind === 'model' ? { model: id, targets: before.targets } : { data: id }));
    return true;
  };
  const purge = () => {
    leftWith([]);
    return remove(item);
  };
  const bringBack = putAway({ text: keptWords.deleted(id), toastText: keptWords.told(id, runs.length), away, back, purge });
}

/** Brings back what was deleted in this visit and is chosen again as the same files. */
export async function bringBackChosen(kind: ImportKind, folder: FolderFiles): Promise<void> {
  const all = useKept.getState().left.filter(({ item }) => item.kind === kind);
  const id = openedAs(kind, all.map(({ item }) => item.id), folder);
  await all.find(({ item }) => item.id === id)?.back();
}
