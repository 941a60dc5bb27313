import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import { proxy } from '../../../studio/connect';
import type { Edits, Health } from '../../../train/protocol';
import { putData } from '../../core/data/catalog';
import { studio } from '../../core/worker/client';
import { editsOf } from '../../core/data/edits';

/** The check of a data set: going on, done, cancelled, or failed with a message. */
export type Check = { state: 'checking'; done: number; total: number } | { state: 'done'; health: Health } & Pick<Edits, 'split' | 'read'> | { state: 'cancelled' } | { state: 'failed'; message: string };

export const useHealth = create<{ checks: Record<string, Check> }>()(() => ({ checks: {} }));

const put = (data: string, check: Check): void => useHealth.setState(({ checks }) => ({ checks: { ...checks, [data]: check } }));
const isGoing = (data: string): boolean => useHealth.getState().checks[data]?.state === 'checking';

/** Number of a set's last check: what an earlier one says does not count. */
const newest: Record<string, number> = {};

/** Looks through all pictures of a set, parted as it is now; the page goes on meanwhile. */
export async function startCheck(data: string): Promise<void> {
  if (isGoing(data)) return;
  const mine = (newest[data] = (newest[data] ?? 0) + 1);
  const current = () => newest[data] === mine && isGoing(data);
  put(data, { state: 'checking', done: 0, total: 0 });
  const { split, read } = editsOf(data);
  try {
    const { info, health } = await studio().checkData(data, proxy((done: number, total: number) => current() && put(data, { state: 'checking', done, total })));
    if (!current()) return;
    put(data, { state: 'done', health, split, read });
    putData(info);
  } catch (error) {
    if (current()) put(data, { state: 'failed', message: messageOf(error) });
  }
}

/** Ends a check; what can be read stays unknown. */
export function cancelCheck(data: string): void {
  put(data, { state: 'cancelled' });
  void studio().cancelCheck(data);
}
