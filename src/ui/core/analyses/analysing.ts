import { formatCount, formatDuration } from '../../../language/format';
import { useInside } from './inside';
import { useLandscape } from './landscape';
import { landscapeWords } from '../words/landscape';
import { insideWords } from '../words/inside';

/** Status line for a landscape being measured, or for updates being analysed. */
export interface Analysing {
  view: 'landscape' | 'inside';
  title: string;
  /** Progress; empty before it is known. */
  words: string;
  to: string;
}

/** Time left as it stands in words; empty where it is not known, or too short to be said. */
export const leftOf = (seconds: number): string => (seconds >= 2 ? formatDuration(seconds) : '');

/** Analysis in progress beside the runs; null if there is none. */
export function useAnalysing(): Analysing | null {
  const landscape = useLandscape();
  const inside = useInside();
  if (landscape.status !== 'idle') {
    const { at } = landscape;
    const words = landscape.status === 'cancelling' ? landscapeWords.cancelling : at && at.stage !== 'opening' ? landscapeWords.brief(formatCount(at.done), formatCount(at.total), leftOf(at.seconds_left)) : '';
    return { view: 'landscape', title: landscapeWords.progressLabel, words, to: landscapeWords.toIt };
  }
  if (inside.status === 'idle') return null;
  const { at } = inside;
  const words = inside.status === 'cancelling' ? insideWords.cancelling : at ? insideWords.progress(insideWords.stages[at.stage], formatCount(at.done), formatCount(at.total), leftOf(at.seconds_left)) : insideWords.starting;
  return { view: 'inside', title: insideWords.progressLabel, words, to: insideWords.toIt };
}
