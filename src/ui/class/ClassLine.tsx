import { Button } from '../kit/controls/Button';
import { Note } from '../kit/controls/Sign';
import { go } from '../core/storage/shown';
import { useClassmate } from './store/classmate';
import { useRoom } from './store/room';
import { isComplete } from './store/results';
import { memberWords } from './words/member';
import { roomWords } from './words/room';

/** One line of the class for its members outside its own panel: that it does not answer, or has nothing to train for this tab. While the tab trains, its run bar speaks. */
export default function ClassLine() {
  const { status, code } = useClassmate();
  const { state, trouble } = useRoom();
  const text = trouble ? roomWords.troubles[trouble] : state && isComplete(state) ? roomWords.lines.complete : status === 'waiting' || status === 'over' ? roomWords.lines.waiting : '';
  return (
    <div role="status">
      {text && (
        <Note sign={trouble ? 'warn' : 'info'}>
          {memberWords.title(code)}: {text}{' '}
          <Button kind="link" onClick={() => go('compare')}>
            {roomWords.lines.see}
          </Button>
        </Note>
      )}
    </div>
  );
}
