import { dataToCompare, useComparedData } from './comparedData';
import { useRecorded } from './recorded';
import { groupRuns, nameOf, type Group } from './runGroups';
import { runById, toggleRuns, useRuns, type Run } from './runs';
import { useSettings } from './settings';
import { useShown } from './shown';
import { voice } from './toast';
import { partsOf } from '../../language/format';
import { defined } from '../../numbers/defined';
import { runsWords } from '../words/runs';

/** Runs whose lines the view has, but for recorded ones. */
function ownDrawn(): Run[] {
  const { runs, current } = useRuns.getState();
  const { data: chosen, group } = useSettings.getState();
  const kept = runs.filter((run) => !run.deleted);
  const compares = useShown.getState().view === 'compare';
  if (compares && group === 'data') return kept;
  const data = compares ? dataToCompare(kept, useRecorded.getState().runs, useComparedData.getState().wanted, chosen) : (runById(current)?.spec.data ?? chosen);
  return kept.filter((run) => run.spec.data === data);
}

/** The rows that the number keys show and hide: those runs, put together as they are drawn. */
export const numberedRows = (): Group[] => groupRuns(ownDrawn(), useSettings.getState().group);

const announced = voice();

/** Hides the lines of a row or, where all are hidden, shows them, and says so: a mean may look the same without one of its runs. */
export function toggleNumbered(number: number): void {
  const row = numberedRows()[number - 1];
  if (!row) return;
  const { runs } = row;
  const shown = toggleRuns(runs.map(({ id }) => id));
  announced.say(runsWords.nowShown(partsOf([runs.length === 1 && defined(runs[0]).name, nameOf(row)]), shown));
}
