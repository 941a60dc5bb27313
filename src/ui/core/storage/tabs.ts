import { newId } from '../../../io/newId.meta';

/**
 * Several tabs on one storage. Each tab holds a lock named after itself for as long as it lives, so another one can tell
 * whether the owner of a run is still there; a channel tells the others which run to read again.
 */
const prefix = 'fullrank-tab-';
export const tabId = newId();

const hasLocks = (): boolean => typeof navigator !== 'undefined' && 'locks' in navigator;

/** Takes this tab's lock until the tab goes away; resolves when it is held. */
export function holdTab(): Promise<void> {
  if (!hasLocks()) return Promise.resolve();
  return new Promise((held) => {
    void navigator.locks.request(prefix + tabId, () => {
      held();
      return new Promise<void>(() => {});
    });
  });
}

/** The tabs that are open now, this one among them. */
export async function livingTabs(): Promise<Set<string>> {
  if (!hasLocks()) return new Set([tabId]);
  const { held = [] } = await navigator.locks.query();
  return new Set([tabId, ...held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : []))]);
}

/** Runs `job` while no other tab runs one of the same name. */
export async function alone<T>(name: string, job: () => Promise<T>): Promise<T> {
  return hasLocks() ? (await navigator.locks.request(`fullrank-${name}`, job)) : job();
}

/** Runs `job` unless another tab, or this one, runs one of the same name. False when it does. */
export async function tryAlone(name: string, job: () => Promise<void>): Promise<boolean> {
  if (!hasLocks()) return job().then(() => true);
  return navigator.locks.request<boolean | Promise<boolean>>(`fullrank-${name}`, { ifAvailable: true }, (lock) => (lock ? job().then(() => true) : false));
}

/** Runs `job` once no other tab runs one of the same name; `waits` is called when one does now. */
export async function inTurn(name: string, job: () => Promise<void>, waits: () => void): Promise<void> {
  if (await tryAlone(name, job)) return;
  waits();
  await alone(name, job);
}

/** Message from a tab to the others. */
interface Message {
  /** A run that was written, and which of its fields; removed where there are none. */
  run?: { id: string; fields: string[] };
  /** A data set about which something was changed. */
  edits?: string;
  /** Own files were kept, or deleted. */
  files?: true;
}

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('fullrank-runs');

/** Tells the other tabs what has changed in storage. */
export const announce = (what: Message): void => channel?.postMessage(what);

/** Calls back with what another tab has told. */
export const onAnnounced = (callback: (what: Message) => void): void => channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => callback(data));
