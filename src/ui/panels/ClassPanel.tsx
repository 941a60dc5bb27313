import { Panel } from '../controls/Panel';
import { part } from '../controls/Part';
import { isMember, useClassmate } from '../store/classmate';
import { useShown } from '../store/shown';
import { roomWords } from '../words/room';

const Member = part(() => import('../room/Member').then((module) => module.default), <p>{roomWords.loading}</p>);
const Board = part(() => import('../room/Board').then((module) => module.default), <p>{roomWords.loading}</p>);

/** The class that the page was opened for, or belongs to. */
export function ClassPanel() {
  const { room, board } = useShown();
  const member = useClassmate(isMember);
  const joined = useClassmate((state) => state.code);
  const code = member ? joined : room;
  if (code === '') return null;
  return <Panel title={roomWords.title(code)}>{board && !member ? <Board key={code} code={code} /> : <Member key={code} code={code} />}</Panel>;
}
