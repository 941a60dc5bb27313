import { Button } from '../kit/controls/Button';
import { Panel } from '../kit/controls/Panel';
import { part } from '../kit/controls/Part';
import { showExperiments, useExperimentsOf } from '../core/runs/experimentSheet';
import { experimentWords } from '../core/words/queue';
import { useKeptRuns } from '../core/runs/runs';

const Results = part(() => import('./ExperimentResults').then((module) => module.default), <p>{experimentWords.loading}</p>);

/** Runs of the paper's experiments beside the paper's own numbers, once there are some. */
export function PaperPanel() {
  const runs = useKeptRuns();
  const names = useExperimentsOf(runs);
  if (names.length === 0) return null;
  return (
    <Panel
      title={experimentWords.beside}
      actions={
        <Button small title={experimentWords.about} onClick={() => showExperiments()}>
          {experimentWords.button}
        </Button>
      }
    >
      <Results names={names} runs={runs} />
    </Panel>
  );
}
