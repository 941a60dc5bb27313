import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import { proxy } from '../../../studio/connect';
import type { CachedRepo, DataInfo, HubCache, HubEvent, HubTarget, ModelInfo } from '../../../train/protocol';
import { formatSize } from '../../../language/format';
import { useCatalog, withData, withModel } from './catalog';
import { studio } from '../worker/client';
import { withKeptEdits } from './edits';
import { askToPersist } from '../storage/persistence';
import { changeSettings, useSettings } from '../settings/settings';
import { addRecords } from '../runs/runsImport';
import { toast } from '../../kit/toast';
import { hubWords } from '../words/hub';

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

/** Kinds of things opened from the hub; of runs nothing is kept in the cache. */
export type HubKind = CachedRepo['kind'] | 'runs';

/** State of the last load of a kind. */
interface HubWork {
  load: HubLoad | null;
  /** Reason why it failed, one sentence. */
  error: string;
  /** Notice for the person although nothing failed. */
  notice: string;
}

interface HubState extends Record<HubKind, HubWork> {
  /** Kind whose form is open. */
  shown: HubKind | null;
  /** Access token, in memory only: never stored, gone with the tab. */
  token: string;
  /** The endpoint that it has gone to; empty before it has gone anywhere. */
  sentTo: string;
  cache: HubCache | null;
}

const idle: HubWork = { load: null, error: '', notice: '' };
export const useHub = create<HubState>()(() => ({ shown: null, token: '', sentTo: '', model: idle, dataset: idle, runs: idle, cache: null }));

const put = (kind: HubKind, change: Partial<HubWork>): void => useHub.setState((hub) => ({ [kind]: { ...hub[kind], ...change } }));

/** Opens the form of a kind, or closes it; a load that is going on goes on. */
export function showHub(kind: HubKind, shown: boolean): void {
  put(kind, shown ? { error: '' } : { notice: '' });
  useHub.setState({ shown: shown ? kind : null });
  if (shown) void readCache();
}

/** Reads the contents of the cache. */
export async function readCache(): Promise<HubCache | null> {
  try {
    const cache = await studio().hubCache();
    useHub.setState({ cache });
    return cache;
  } catch (error) {
    const { shown } = useHub.getState();
    if (shown) put(shown, { error: messageOf(error) });
    return null;
  }
}

/** The hub where no endpoint is named. */
const theHub = 'huggingface.co';

export const setToken = (token: string): void => useHub.setState({ token, sentTo: '' });

/** Names another endpoint. A token that has gone to the one before is forgotten: it is for one place alone. */
export function setEndpoint(endpoint: string): void {
  changeSettings({ hubEndpoint: endpoint });
  const { sentTo } = useHub.getState();
  if (sentTo !== '' && sentTo !== (endpoint.trim() || theHub)) setToken('');
}

/** Endpoint of the hub, and the token for it. */
export function accessToHub(): { endpoint?: string; token?: string } {
  const endpoint = useSettings.getState().hubEndpoint.trim();
  const { token } = useHub.getState();
  if (token) useHub.setState({ sentTo: endpoint || theHub });
  return { ...(endpoint && { endpoint }), ...(token && { token }) };
}

/** Upload target on the hub, with the token that gives access to it. */
export function targetOn(repository: string, hidden: boolean): HubTarget {
  const { token = '', endpoint } = accessToHub();
  return { repository, token, hidden, ...(endpoint && { endpoint }) };
}

/** People paste addresses of pages. */
export const idOf = (typed: string): string => /^https:\/\/(?:huggingface\.co|hf\.co)\/(?:datasets\/)?([^/]+\/[^/?#]+)/.exec(typed.trim())?.[1] ?? typed.trim();

/** Number of the last load of each kind: what an earlier one says does not count. */
const newest: Record<HubKind, number> = { model: 0, dataset: 0, runs: 0 };

/** Loads a model or a data set from the hub and chooses it; on failure everything stays as it was and the form says why. */
export async function openFromHub(kind: HubKind, typed: string, revision: string, config = ''): Promise<void> {
  const mine = ++newest[kind];
  const current = () => mine === newest[kind];
  const id = idOf(typed);
  const options = { ...(revision.trim() && { revision: revision.trim() }), ...(config.trim() && { config: config.trim() }), ...accessToHub() };
  put(kind, { load: { id, file: '', loaded: 0, total: 0, rate: 0, secondsLeft: null }, error: '', notice: '' });
  const onEvent = proxy((event: HubEvent) => current() && follow(kind, event));
  try {
    if (kind === 'model') {
      const info = await studio().importHubModel(id, options, onEvent);
      if (!current()) return;
      useCatalog.setState(({ models }) => ({ models: withModel(models, info) }));
      changeSettings({ model: info.id, targets: [] });
    } else if (kind === 'runs') {
      const records = await studio().hubRuns(id, options, onEvent);
      if (!current()) return;
      await addRecords(records, id);
    } else {
      const info = await withKeptEdits(await studio().importHubData(id, options, onEvent));
      if (!current()) return;
      useCatalog.setState(({ datasets }) => ({ datasets: withData(datasets, info) }));
      changeSettings({ data: info.id });
    }
    put(kind, { load: null });
    if (useHub.getState().shown === kind) useHub.setState({ shown: null });
    void readCache().then(persist);
  } catch (error) {
    if (!current()) return;
    put(kind, { load: null, error: messageOf(error) });
    void readCache();
  }
}

function follow(kind: HubKind, event: HubEvent): void {
  if (event.status === 'notice') put(kind, { notice: event.text });
  const { load } = useHub.getState()[kind];
  if (event.status !== 'progress_total' || !load) return;
  const [largest] = Object.entries(event.files).sort(([, a], [, b]) => b.total - a.total);
  put(kind, { load: { ...load, file: largest?.[0] ?? load.file, loaded: event.loaded, total: event.total, rate: event.rate, secondsLeft: event.seconds_left } });
}

/** Ends the load of a kind at once. */
export function cancelHubLoad(kind: HubKind): void {
  const { load } = useHub.getState()[kind];
  if (!load) return;
  newest[kind]++;
  put(kind, { load: null, notice: kind === 'runs' ? hubWords.cancelledRuns : hubWords.cancelled(load.id) });
  void studio().cancelHub(load.id).then(readCache);
}

/** Asks the browser not to clear the cache by itself. */
function persist(cache: HubCache | null): void {
  if (cache?.kind === 'opfs' && cache.repos.length > 0) void askToPersist();
}

/** Ids of the hub hold a slash; those of bundled models and of folders never do. */
const isHubId = (id: string): boolean => id.includes('/');

/** Opens what an earlier visit left in the hub's cache or among the kept imports; null when it is not there any more. */
async function openStored<T>(kind: HubKind, id: string, open: (id: string) => Promise<T>): Promise<T | null> {
  try {
    return await open(id);
  } catch (error) {
    if (isHubId(id)) put(kind, { notice: messageOf(error) });
    return null;
  }
}

export const openStoredModel = (id: string): Promise<ModelInfo | null> => openStored('model', id, (id) => studio().openCachedModel(id));
export const openStoredData = (id: string): Promise<DataInfo | null> => openStored('dataset', id, (id) => studio().openCachedData(id).then(withKeptEdits));

/** Opens something stored and puts it among the models or data sets that can be chosen. Rejects when it cannot be opened. */
export async function offerStored(kind: 'model' | 'data', id: string): Promise<void> {
  if (kind === 'model') {
    const info = await studio().openCachedModel(id);
    useCatalog.setState(({ models }) => ({ models: withModel(models, info) }));
  } else {
    const info = await studio().openCachedData(id).then(withKeptEdits);
    useCatalog.setState(({ datasets }) => ({ datasets: withData(datasets, info) }));
  }
}

/** Offers everything that the cache holds whole, so that it can be chosen, and runs with it can go on. */
export async function openAllCached(): Promise<void> {
  const cache = await readCache();
  for (const { id: name, kind, revisions } of cache?.repos ?? []) {
    for (const { revision } of revisions) {
      const id = revision === 'main' ? name : `${name}@${revision}`;
      const { models, datasets } = useCatalog.getState();
      if ((kind === 'model' ? models : datasets).some((known) => known.id === id)) continue;
      // An adapter, or something that this version cannot open, stays in the list of the cache only.
      await offerStored(kind === 'model' ? 'model' : 'data', id).catch(() => {});
    }
  }
}

/** Deletes a repository from the cache; what was open from it is closed, and a bundled one takes its place. */
export async function deleteCached(repo: CachedRepo): Promise<void> {
  try {
    useHub.setState({ cache: await studio().deleteHubRepo(repo.key) });
  } catch (error) {
    const { shown } = useHub.getState();
    if (shown) put(shown, { error: messageOf(error) });
    return;
  }
  toast(hubWords.deleted(repo.id, formatSize(repo.bytes + repo.partial_bytes)));
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
