import { forget, remember, type Deed } from './history';

/** What was deleted in this visit. It can be taken back until the page is left, or until its room is needed; what is left of it is deleted for good at the next visit. */

export interface Deletion {
  text: string;
  /** More than its name, where it is told. */
  told?: string;
  /** Takes it out of the page and notes it as deleted; false where that cannot be. */
  away: () => boolean;
  back: () => Promise<boolean>;
  /** Deletes it for good. */
  purge: () => Promise<void>;
}

const bin = new Map<Deed, Deletion>();

/** Deletes something so that it can be taken back, and says so. What it returns takes it back without a word. */
export function putAway(one: Deletion): () => Promise<boolean> {
  const away = (): boolean => one.away() && bin.set(deed, one).size > 0;
  const deed: Deed = { text: one.text, told: one.told, back: async () => bin.delete(deed) && one.back(), again: async () => away() };
  if (away()) remember(deed);
  return async () => {
    forget(deed);
    return deed.back();
  };
}

/** Deletes for good what is in the bin. True when there was something. */
export async function emptyBin(): Promise<boolean> {
  const all = [...bin];
  bin.clear();
  for (const [deed, { purge }] of all) {
    forget(deed);
    await purge().catch(() => {});
  }
  return all.length > 0;
}

const isFull = (error: unknown): boolean => (error as { kind?: unknown } | null)?.kind === 'quota' || (error as DOMException | null)?.name === 'QuotaExceededError';

/** Does what needs room: where there is none, once more with the bin emptied. */
export async function withRoom<T>(job: () => Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    if (!isFull(error) || !(await emptyBin())) throw error;
    return job();
  }
}
