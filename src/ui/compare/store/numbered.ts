import { dataToCompare, useComparedData } from '../../core/runs/comparedData';
import { useRecorded } from '../../core/analyses/recorded';
import { groupRuns, nameOf, type Group } from '../../core/runs/runGroups';
import { runById, toggleRuns, useRuns, type Run } from '../../core/runs/runs';
import { useSettings } from '../../core/settings/settings';
import { useShown } from '../../core/storage/shown';
import { voice } from '../../kit/toast';
import { partsOf } from '../../../language/format';
import { defined } from '../../../numbers/defined';
import { runsWords } from '../../core/words/runs';

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
