import { proxy } from 'comlink';
import { create } from 'zustand';
import type { CachedRepo, HubCache, HubEvent, ModelInfo } from '../../train/protocol';
import { formatSize } from '../format';
import { t } from '../strings';
import { useCatalog, withModel } from './catalog';
import { messageOf, studio } from './client';
import { changeSettings, useSettings } from './settings';
import { toast } from './toast';

/** A load from the hub that is going on. */
export interface HubLoad {
  id: string;
  /** The largest file under way; empty before the first. */
  file: string;
  /** Bytes of all files together; 0 while nobody knows. */
  loaded: number;
  total: number;
  /** Bytes a second. */
  rate: number;
  secondsLeft: number | null;
}

interface HubState {
  /** The form is open. */
  shown: boolean;
  /** Access token, in memory only: never stored, gone with the tab. */
  token: string;
  load: HubLoad | null;
  /** Why the last load failed, one sentence. */
  error: string;
  /** What the person should know although nothing failed. */
  notice: string;
  cache: HubCache | null;
}

export const useHub = create<HubState>()(() => ({ shown: false, token: '', load: null, error: '', notice: '', cache: null }));

/** Opens or closes the form; a load that is going on goes on. */
export function showHub(shown: boolean): void {
  useHub.setState(shown ? { shown, error: '' } : { shown, notice: '' });
  if (shown) void readCache();
}

/** What the cache holds now. */
export async function readCache(): Promise<HubCache | null> {
  try {
    const cache = await studio().hubCache();
    useHub.setState({ cache });
    return cache;
  } catch (error) {
    useHub.setState({ error: messageOf(error) });
    return null;
  }
}

/** People paste addresses of model pages. */
const idOf = (typed: string): string => /^https:\/\/(?:huggingface\.co|hf\.co)\/([^/]+\/[^/?#]+)/.exec(typed.trim())?.[1] ?? typed.trim();

let ticket = 0;

/** Loads a model from the hub and chooses it; on failure everything stays as it was and the form says why. */
export async function openHubModel(typed: string, revision: string): Promise<void> {
  const mine = ++ticket;
  const id = idOf(typed);
  const endpoint = useSettings.getState().hubEndpoint.trim();
  const { token } = useHub.getState();
  const options = { ...(revision.trim() && { revision: revision.trim() }), ...(endpoint && { endpoint }), ...(token && { token }) };
  useHub.setState({ load: { id, file: '', loaded: 0, total: 0, rate: 0, secondsLeft: null }, error: '', notice: '' });
  try {
    const info = await studio().importHubModel(id, options, proxy((event) => mine === ticket && follow(event)));
    if (mine !== ticket) return;
    useCatalog.setState(({ models }) => ({ models: withModel(models, info) }));
    changeSettings({ model: info.id, targets: [] });
    useHub.setState({ load: null, shown: false });
    void readCache().then(persist);
  } catch (error) {
    if (mine !== ticket) return;
    useHub.setState({ load: null, error: messageOf(error) });
    void readCache();
  }
}

function follow(event: HubEvent): void {
  if (event.status === 'notice') useHub.setState({ notice: event.message });
  if (event.status !== 'progress_total') return;
  const [largest] = Object.entries(event.files).sort(([, a], [, b]) => b.total - a.total);
  useHub.setState(({ load }) => ({ load: load && { ...load, file: largest?.[0] ?? load.file, loaded: event.loaded, total: event.total, rate: event.rate, secondsLeft: event.seconds_left } }));
}

/** Ends the load at once. */
export function cancelHubLoad(): void {
  const { load } = useHub.getState();
  if (!load) return;
  ticket++;
  useHub.setState({ load: null, notice: t.hub.cancelled(load.id) });
  void studio().cancelHub(load.id).then(readCache);
}

let asked = false;

/** Asks the browser, once, not to clear the cache by itself. */
function persist(cache: HubCache | null): void {
  if (asked || cache?.kind !== 'opfs' || cache.repos.length === 0) return;
  asked = true;
  void navigator.storage?.persist?.().catch(() => false);
}

/** Ids of the hub hold a slash; those of bundled models and of folders never do. */
const isHubId = (id: string): boolean => id.includes('/');

/** The model as an earlier load left it in the cache; null when the id is none of the hub's, or it is not there any more. */
export async function openCachedModel(id: string): Promise<ModelInfo | null> {
  if (!isHubId(id)) return null;
  try {
    return await studio().openCachedModel(id);
  } catch (error) {
    useHub.setState({ notice: messageOf(error) });
    return null;
  }
}

/** Offers everything that the cache holds whole, so that it can be chosen, and runs with it can go on. */
export async function openCachedModels(): Promise<void> {
  const cache = await readCache();
  const ids = cache?.repos.flatMap(({ id, kind, revisions }) => (kind === 'model' ? revisions.map(({ revision }) => (revision === 'main' ? id : `${id}@${revision}`)) : [])) ?? [];
  for (const id of ids) {
    if (useCatalog.getState().models.some((model) => model.id === id)) continue;
    // An adapter, or a model that this version cannot open: it stays in the list of the cache only.
    const info = await studio().openCachedModel(id).catch(() => null);
    if (info) useCatalog.setState(({ models }) => ({ models: withModel(models, info) }));
  }
}

/** Deletes a repository from the cache; what was open from it is closed, and a bundled one takes its place. */
export async function deleteCached(repo: CachedRepo): Promise<void> {
  try {
    useHub.setState({ cache: await studio().deleteHubRepo(repo.key), error: '' });
  } catch (error) {
    useHub.setState({ error: messageOf(error) });
    return;
  }
  toast(t.hub.deleted(repo.id, formatSize(repo.bytes + repo.partial_bytes)));
  const stays = ({ id }: { id: string }) => id.split('@')[0] !== repo.id;
  const { model, data } = useSettings.getState();
  if (repo.kind === 'model') {
    const models = useCatalog.getState().models.filter(stays);
    useCatalog.setState({ models });
    if (!stays({ id: model })) changeSettings({ model: models[0]?.id ?? '', targets: [] });
  } else {
    const datasets = useCatalog.getState().datasets.filter(stays);
    useCatalog.setState({ datasets });
    if (!stays({ id: data })) changeSettings({ data: datasets[0]?.id ?? '' });
  }
}
