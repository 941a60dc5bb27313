import { forget, remember, type UndoableAction } from '../settings/history';

/** Deletions of this visit. The newest can be taken back until the page is left, or until their room is needed; what is left of them is deleted for good at the next visit. */

export interface Deletion {
  text: string;
  /** More than its name, where it is told. */
  toastText?: string;
  /** Takes it out of the page and notes it as deleted; false where that cannot be. */
  away: () => boolean;
  back: () => Promise<boolean>;
  /** Deletes it for good. */
  purge: () => Promise<void>;
}

/** Most deletions that are held, so that a tab that is used for hours does not fill up with them. */
const most = 20;
const bin = new Map<UndoableAction, Deletion>();

/** Deletes something so that it can be taken back, and says so. What it returns takes it back without a word. */
export function putAway(one: Deletion): () => Promise<boolean> {
  const away = (): boolean => {
    if (!one.away()) return false;
    bin.set(action, one);
    void purgeAll([...bin].slice(0, -most));
    return true;
  };
  const action: UndoableAction = { text: one.text, toastText: one.toastText, back: async () => bin.delete(action) && one.back(), again: async () => away() };
  if (away()) remember(action);
  return async () => {
    forget(action);
    return action.back();
  };
}

/** Deletes for good what is in the bin. True when there was something. */
export async function emptyBin(): Promise<boolean> {
  return (await purgeAll([...bin])) > 0;
}

async function purgeAll(some: readonly [UndoableAction, Deletion][]): Promise<number> {
  for (const [action] of some) bin.delete(action);
  for (const [action, { purge }] of some) {
    forget(action);
    await purge().catch(() => {});
  }
  return some.length;
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
