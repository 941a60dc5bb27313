import { Button } from '../controls/Button';
import { isBusy } from '../store/switchProject';
import { openExample, showProject } from '../store/project';
import { t } from '../strings';

/** For those who do not want to train first: the project that comes with the page has runs and analyses. */
export function ExampleOffer() {
  const open = () => {
    showProject();
    void openExample();
  };
  return (
    <p>
      {t.project.exampleInstead}{' '}
      <Button kind="link" disabled={isBusy()} onClick={open}>
        {t.project.example}
      </Button>
    </p>
  );
}
