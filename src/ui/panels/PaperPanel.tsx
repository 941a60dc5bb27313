import { Button } from '../controls/Button';
import { Panel } from '../controls/Panel';
import { part } from '../controls/Part';
import { showExperiments, useExperimentsOf } from '../store/experimentSheet';
import { experimentWords } from '../words/queue';
import { useKeptRuns } from '../store/runs';

const Results = part(() => import('../compare/ExperimentResults').then((module) => module.default), <p>{experimentWords.loading}</p>);

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
