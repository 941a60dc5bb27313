import { Button } from '../../kit/controls/Button';
import { go } from '../storage/shown';
import { walkActionWords } from '../words/walkAction';

/** Leads to where it is chosen what is trained, and on what. */
export const InTrain = () => (
  <Button kind="link" onClick={() => go('train')}>
    {walkActionWords.inTrain}
  </Button>
);
