import { Button } from '../controls/Button';
import { Panel } from '../controls/Panel';
import { part } from '../controls/Part';
import { showExperiments, useExperimentsOf } from '../store/experimentSheet';
import { useKeptRuns } from '../store/view';
import { t } from '../strings';

const Results = part(() => import('../compare/ExperimentResults').then((module) => module.default), <p>{t.experiments.loading}</p>);

/** Runs of the paper's experiments beside the paper's own numbers, once there are some. */
export function PaperPanel() {
  const runs = useKeptRuns();
  const names = useExperimentsOf(runs);
  if (names.length === 0) return null;
  return (
    <Panel
      title={t.experiments.beside}
      actions={
        <Button small title={t.experiments.about} onClick={() => showExperiments()}>
          {t.experiments.button}
        </Button>
      }
    >
      <Results names={names} runs={runs} />
    </Panel>
  );
}
