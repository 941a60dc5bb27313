import { part } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { hideExperiments, useExperimentSheet } from '../core/runs/experimentSheet';
import { experimentWords } from '../core/words/queue';

const Body = part(() => import('./ExperimentBody').then((module) => module.ExperimentBody), <p>{experimentWords.loading}</p>);

/** The experiments of the paper: what each takes here, and its results beside the paper's. */
export function ExperimentSheet() {
  const open = useExperimentSheet((state) => state.open);
  return (
    <Sheet open={open} wide title={experimentWords.button} onClose={hideExperiments}>
      <Body />
    </Sheet>
  );
}
