import { Button } from '../controls/Button';
import { go } from '../store/shown';
import { walkDeedWords } from '../words/walkDeed';

/** Leads to where it is chosen what is trained, and on what. */
export const InTrain = () => (
  <Button kind="link" onClick={() => go('train')}>
    {walkDeedWords.inTrain}
  </Button>
);
