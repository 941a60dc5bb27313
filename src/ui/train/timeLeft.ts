import { formatAbout } from '../../language/format';
import { useCatalog } from '../core/data/catalog';
import { liveOf, useMetricsVersion } from '../core/runs/metrics';
import { shownTime } from '../core/runs/shownTime';
import { queueTime } from './store/queueTime';
import { useRuns, type Run } from '../core/runs/runs';
import { runWords } from '../core/words/run';
import { queueWords } from '../core/words/queue';

/** Says what a run does once no known time is left; empty before. */
export const afterSteps = ({ id, phase }: Pick<Run, 'id' | 'phase'>): string => (liveOf(id).secondsLeft === 0 && (phase === 'evaluate' || phase === 'save') ? runWords.after[phase] : '');

/** Remaining time of a run, its evaluations included, as it is shown everywhere; empty before it is known. */
export function leftOfRun(run: Run): string {
  const { seconds, unknown } = queueTime(run, [], useRuns.getState().runs);
  const shown = shownTime(run.id, unknown > 0 ? NaN : seconds);
  return shown > 0 ? formatAbout(shown) : '';
}

/** The same, then what it does instead. */
export const timeLeft = (run: Run): string => afterSteps(run) || leftOfRun(run) || '–';

/** Time of the running and all waiting runs, as far as it is known, in words; `short` where it stands in a line. */
export function useQueueLeft(current: Run | undefined, waiting: readonly Run[], runs: readonly Run[], short = false): string {
  useMetricsVersion();
  useCatalog();
  const { seconds, unknown } = queueTime(current, waiting, runs);
  if (seconds <= 0) return '';
  // Of a queue that ends with another run nothing was shown.
  const time = formatAbout(shownTime(`until ${(waiting.at(-1) ?? current)?.id}`, seconds));
  // Of nothing that waits the time is known: what is left of this run stands beside.
  if (short && unknown === waiting.length && unknown > 0) return '';
  if (unknown > 0 && short) return queueWords.leftMore(time);
  return unknown > 0 ? queueWords.leftPartly(time, unknown) : queueWords.left(time);
}
