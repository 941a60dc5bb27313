import { create } from 'zustand';
import { tabId } from '../storage/tabs';
import { queueWords } from '../words/queue';
import { isEnded, isLive, useRuns, type Run } from './runs';

/** Runs that ended while nobody looked at the page, with the last of its queue: its title says so until somebody does. */
export const useQueueEnd = create<{ ended: number }>()(() => ({ ended: 0 }));

type Mine = Pick<Run, 'id' | 'owner' | 'state' | 'theirs'>;

const isBusy = (runs: readonly Mine[]): boolean => runs.some((run) => run.owner === tabId && (isLive(run) || run.state === 'waiting'));

/** Follows a queue by its runs; gives how many have ended since it was idle, once it is idle again, and 0 at any other time. */
export function follow(): (runs: readonly Mine[]) => number {
  const endedOf = (runs: readonly Mine[]) => runs.filter((run) => isEnded(run) && !run.theirs).map(({ id }) => id);
  let before: Set<string> | null = null;
  // Runs change with every step: they are gone through where a queue begins or ends alone.
  return (runs) => {
    if (isBusy(runs)) {
      before ??= new Set(endedOf(runs));
      return 0;
    }
    const since = before;
    before = null;
    return since ? endedOf(runs).filter((id) => !since.has(id)).length : 0;
  };
}

/** True where the browser would show notifications if it were allowed to, and nobody has said yes or no. */
export const canAsk = (): boolean => 'Notification' in window && isSecureContext && Notification.permission === 'default';

/** Says in the title, and by a notification where it is allowed, that the queue has ended while the page was out of sight. Called once. */
export function watchQueue(): void {
  const ends = follow();
  useRuns.subscribe(({ runs }) => {
    const ended = ends(runs);
    if (ended === 0 || !document.hidden) return;
    useQueueEnd.setState({ ended });
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    try {
      new Notification(queueWords.ended(ended)).onclick = () => window.focus();
    } catch {
      // Telephones have notifications of service workers alone: the title says it.
    }
  });
  document.addEventListener('visibilitychange', () => document.hidden || useQueueEnd.setState({ ended: 0 }));
}
