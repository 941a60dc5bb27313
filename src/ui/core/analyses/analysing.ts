import { formatAbout, formatCount } from '../../../language/format';
import { useInside } from './inside';
import { useRuns } from '../runs/runs';
import { shownTime } from '../runs/shownTime';
import { useLandscape } from './landscape';
import { landscapeWords } from '../words/landscape';
import { insideWords } from '../words/inside';
import { alongWords } from '../words/along';
import { useAlong } from './along';

/** Status line for what is being measured: a landscape, updates, or one of them along its way. */
export interface Analysing {
  view: 'landscape' | 'inside' | 'try';
  title: string;
  /** Progress; empty before it is known. */
  words: string;
  to: string;
}

/** Time left as it stands in words; empty where it is not known, or too short to be said. */
export function leftOf(at: { stage: string; seconds_left: number }): string {
  const seconds = shownTime(at.stage, at.seconds_left);
  return seconds >= 2 ? formatAbout(seconds) : '';
}

/** How far a measurement along an update is. */
export const alongProgress = ({ status, at }: Pick<ReturnType<typeof useAlong.getState>, 'status' | 'at'>): string =>
  status === 'cancelling' ? alongWords.cancelling : at ? alongWords.progress(alongWords.stages[at.stage], formatCount(at.done), formatCount(at.total), leftOf(at)) : alongWords.starting;

/** Why nothing can be measured along an update now; empty where it can. */
export function useNotNow(): string {
  const training = useRuns(({ current }) => current !== '');
  const others = [useLandscape(({ status }) => status), useInside(({ status }) => status), useAlong(({ status }) => status)];
  return training ? alongWords.training : others.some((status) => status !== 'idle') ? alongWords.other : '';
}

/** Analysis in progress beside the runs; null if there is none. */
export function useAnalysing(): Analysing | null {
  const landscape = useLandscape();
  const inside = useInside();
  const along = useAlong();
  if (landscape.status !== 'idle') {
    const { at } = landscape;
    const words = landscape.status === 'cancelling' ? landscapeWords.cancelling : at && at.stage !== 'opening' ? landscapeWords.brief(formatCount(at.done), formatCount(at.total), leftOf(at)) : '';
    return { view: 'landscape', title: landscapeWords.progressLabel, words, to: landscapeWords.toIt };
  }
  if (along.status !== 'idle') {
    const view = along.what === 'base' ? 'try' : 'inside';
    return { view, title: alongWords.progressLabel, words: alongProgress(along), to: alongWords.toIt[view] };
  }
  if (inside.status === 'idle') return null;
  const { at } = inside;
  const words = inside.status === 'cancelling' ? insideWords.cancelling : at ? insideWords.progress(insideWords.stages[at.stage], formatCount(at.done), formatCount(at.total), leftOf(at)) : insideWords.starting;
  return { view: 'inside', title: insideWords.progressLabel, words, to: insideWords.toIt };
}
