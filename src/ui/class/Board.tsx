import { useEffect, useState } from 'react';
import { countsOf, type RoomExperiment, type RoomState } from '../../records/class.meta';
import { MethodKey } from '../kit/charts/MethodKey';
import { Button } from '../kit/controls/Button';
import { Fold } from '../kit/controls/Fold';
import { part } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { Note } from '../kit/controls/Sign';
import { formatPercent, partsOf } from '../../language/format';
import { followBoard } from './store/classBoard';
import { useRoom } from './store/room';
import { nameOf, Progress, RoomTable } from './People';
import css from './room.module.css';
import { roomWords } from './words/room';

const QrCode = part(() => import('../core/parts/QrCode').then((module) => module.default));

/** The teacher's board: how others join, who has what, and how far the class is. Results become runs of the page below. */
export default function Board({ code }: { code: string }) {
  const { state, trouble } = useRoom();
  useEffect(() => void followBoard(code), [code]);
  const { done, all } = countsOf(state ?? { experiments: [] });
  return (
    <div className={css.body}>
      {trouble && <Note sign="warn">{roomWords.troubles[trouble]}</Note>}
      {!state && !trouble && <p>{roomWords.loading}</p>}
      {state && (
        <>
          <Invitation state={state} />
          <Progress state={state} heard={trouble === ''} />
          <Fold title={roomWords.experiments} what={roomWords.ofAll(done, all)}>
            <Experiments state={state} />
          </Fold>
        </>
      )}
    </div>
  );
}

/** The address that others open, for the blackboard and for telephones. */
function Invitation({ state: { code, address } }: { state: RoomState }) {
  const [large, setLarge] = useState(false);
  const base = readAddress(address);
  const short = new URL(code, base).href;
  const link = new URL(`#/compare?class=${code}`, base).href;
  return (
    <div className={css.invitation}>
      <QrCode link={link} />
      <p>{roomWords.others}</p>
      <p className={css.address}>{short}</p>
      <Button small onClick={() => setLarge(true)}>
        {roomWords.large}
      </Button>
      <Sheet open={large} wide title={roomWords.largeTitle} onClose={() => setLarge(false)}>
        <QrCode link={link} large />
        <p className={css.large}>{short}</p>
      </Sheet>
    </div>
  );
}

/** Parses the address that the server gives; this page's own if it is none. */
function readAddress(address: string): string {
  const here = new URL('.', document.baseURI).href;
  try {
    const { protocol, href } = new URL(address);
    return protocol === 'http:' || protocol === 'https:' ? href : here;
  } catch {
    return here;
  }
}

function Experiments({ state }: { state: RoomState }) {
  return (
    <RoomTable label={roomWords.experimentsTable} heads={[roomWords.experiment, roomWords.state, roomWords.person, roomWords.accuracy]}>
      {state.experiments.map((one) => (
        <tr key={one.name}>
          <th scope="row">
            <MethodKey method={one.method}>{one.name}</MethodKey>
          </th>
          <td>{stateOf(one, state)}</td>
          <td>{whoOf(one, state)}</td>
          <td className={css.num}>{one.accuracy === null ? '' : formatPercent(one.accuracy)}</td>
        </tr>
      ))}
    </RoomTable>
  );
}

const personOf = ({ person }: RoomExperiment, { people }: RoomState) => people.find(({ number }) => number === person);

function stateOf(one: RoomExperiment, room: RoomState): string {
  const silent = one.state === 'taken' ? (personOf(one, room)?.silent ?? 0) : 0;
  return one.why ? roomWords.failedWhy(one.why) : partsOf([roomWords.states[one.state], silent > 0 && roomWords.silent(silent)]);
}

function whoOf(one: RoomExperiment, room: RoomState): string {
  const who = personOf(one, room);
  return who ? nameOf(who) : one.state === 'done' ? roomWords.before : '';
}
