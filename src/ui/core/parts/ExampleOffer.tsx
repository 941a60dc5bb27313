import { Button } from '../../kit/controls/Button';
import { isBusy } from '../storage/switchProject';
import { openBundled, showProject } from '../storage/project';
import { useRuns } from '../runs/runs';
import { projectWords } from '../words/project';

/** For those who do not want to train first: the project that comes with the page has runs and analyses. */
export function ExampleOffer() {
  // Until the last run in any tab has ended.
  const busy = useRuns(isBusy);
  const open = () => {
    showProject();
    void openBundled('example');
  };
  return (
    <p>
      {projectWords.exampleInstead(busy)}{' '}
      <Button kind="link" disabled={busy} onClick={open}>
        {projectWords.example}
      </Button>
    </p>
  );
}
