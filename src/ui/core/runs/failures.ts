import { create } from 'zustand';
import { type Run, useKeptRuns } from './runs';

const useDismissed = create<{ run: string }>()(() => ({ run: '' }));
export const dismissFailure = (run: string): void => useDismissed.setState({ run });

/** The newest run, where it failed, until that is dismissed; null where it ended well, or a class hears of it. */
export function useFailure(): Run | null {
  const runs = useKeptRuns();
  const dismissed = useDismissed(({ run }) => run);
  const newest = runs.reduce<Run | null>((last, run) => (run.ended > (last?.ended ?? 0) ? run : last), null);
  return newest?.state === 'failed' && newest.error && !newest.room && newest.id !== dismissed ? newest : null;
}
