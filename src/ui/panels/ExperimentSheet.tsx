import { part } from '../controls/Part';
import { Sheet } from '../controls/Sheet';
import { hideExperiments, useExperimentSheet } from '../store/experimentSheet';
import { experimentWords } from '../words/queue';

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
