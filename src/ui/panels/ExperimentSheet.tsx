import { part } from '../controls/Part';
import { Sheet } from '../controls/Sheet';
import { hideExperiments, useExperimentSheet } from '../store/experimentSheet';
import { t } from '../strings';

const Body = part(() => import('./ExperimentBody').then((module) => module.ExperimentBody), <p>{t.experiments.loading}</p>);

/** The experiments of the paper: what each takes here, and its results beside the paper's. */
export function ExperimentSheet() {
  const open = useExperimentSheet((state) => state.open);
  return (
    <Sheet open={open} wide title={t.experiments.button} onClose={hideExperiments}>
      <Body />
    </Sheet>
  );
}
