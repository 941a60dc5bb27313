import { Button } from '../../kit/controls/Button';
import { go } from '../storage/shown';
import { walkDeedWords } from '../words/walkDeed';

/** Leads to where it is chosen what is trained, and on what. */
export const InTrain = () => (
  <Button kind="link" onClick={() => go('train')}>
    {walkDeedWords.inTrain}
  </Button>
);
