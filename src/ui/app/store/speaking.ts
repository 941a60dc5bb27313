import { speakOf } from '../../../language/medium';
import { dataById, modelById, useCatalog } from '../../core/data/catalog';
import { dataToCompare, useComparedData } from '../../core/runs/comparedData';
import type { Learned } from '../../../data/reading.meta';
import { aboutOf, learnedBy } from '../../../train/learned.meta';
import { learnedFrom, ofModel, ofRun } from '../../core/data/medium';
import { useRecorded } from '../../core/analyses/recorded';
import { useRuns } from '../../core/runs/runs';
import { useSettings } from '../../core/settings/settings';
import { useShown } from '../../core/storage/shown';

/** Lets the words of the page say what is learned from the chosen data, or, where runs are compared, what those have learned; before anything is drawn. */
export function followWords(): void {
  const speak = () => {
    const [catalog, { model, data }] = [useCatalog.getState(), useSettings.getState()];
    const medium = ofModel(modelById(catalog, model));
    const learned = (useShown.getState().view === 'compare' ? comparedLearned(data, medium) : null) ?? learnedFrom(dataById(catalog, data)) ?? medium;
    speakOf(learned === 'pictures' || learned === 'texts' ? learned : aboutOf(learned));
  };
  [useSettings, useCatalog, useShown, useComparedData, useRecorded, useRuns].forEach((store) => store.subscribe(speak));
}

/** Kind of thing that the compared runs learned; null if there are none. */
function comparedLearned(chosen: string, medium: ReturnType<typeof ofModel>): Learned | 'pictures' | null {
  const kept = useRuns.getState().runs.filter((run) => !run.deleted && ofRun(run.spec) === medium);
  const recorded = useRecorded.getState().runs;
  const of = dataToCompare(kept, recorded, useComparedData.getState().wanted, chosen);
  const run = [...kept, ...recorded].find(({ spec }) => spec.data === of);
  return run ? (learnedBy(run) ?? 'pictures') : null;
}
