import { Panel } from '../kit/controls/Panel';
import { part } from '../kit/controls/Part';
import { isMember, useClassmate } from './store/classmate';
import { useShown } from '../core/storage/shown';
import { memberWords } from './words/member';

const Member = part(() => import('./Member').then((module) => module.default), <p>{memberWords.loading}</p>);
const Board = part(() => import('./Board').then((module) => module.default), <p>{memberWords.loading}</p>);

/** The class that the page was opened for, or belongs to. */
export function ClassPanel() {
  const { room, board } = useShown();
  const member = useClassmate(isMember);
  const joined = useClassmate((state) => state.code);
  const code = member ? joined : room;
  if (code === '') return null;
  return <Panel title={memberWords.title(code)}>{board && !member ? <Board key={code} code={code} /> : <Member key={code} code={code} />}</Panel>;
}
