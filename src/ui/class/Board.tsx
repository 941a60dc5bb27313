import { useEffect, useState, type ReactNode } from 'react';
import { countsOf, type RoomExperiment, type RoomPerson, type RoomState } from '../../records/class.meta';
import { MethodKey } from '../kit/charts/MethodKey';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Fold } from '../kit/controls/Fold';
import { part } from '../kit/controls/Part';
import { Sheet } from '../core/parts/Sheet';
import { Note } from '../kit/controls/Sign';
import { formatPercent, partsOf } from '../../language/format';
import { Asked, type Asking } from './Asked';
import { command, discardResult, followBoard, renamePerson } from './store/classBoard';
import { troubleOf, useRoom, type Trouble } from './store/room';
import { Report } from './ClassResult';
import { addressesOf } from './address';
import { openTeacher, present } from '../core/storage/shown';
import { nameOf, Progress, RoomTable } from './People';
import css from './room.module.css';
import { memberWords } from './words/member';
import { roomWords } from './words/room';

const QrCode = part(() => import('../core/parts/QrCode').then((module) => module.default));

/** The teacher's board: how others join, who has what, and how far the class is. Results become runs of the page below. */
export default function Board({ code }: { code: string }) {
  const { state, trouble, teaches } = useRoom();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [failed, setFailed] = useState<Trouble | ''>('');
  const act: Act = (deed) => {
    setFailed('');
    void deed().catch((error: unknown) => setFailed(troubleOf(error)));
  };
  useEffect(() => void followBoard(code), [code]);
  const { done, all } = countsOf(state ?? { experiments: [] });
  return (
    <div className={css.body}>
      {trouble && <Note sign="warn">{roomWords.troubles[trouble]}</Note>}
      {!state && !trouble && <p>{memberWords.loading}</p>}
      {state && (
        <>
          <Invitation state={state} />
          <ButtonRow>
            <Button id="present-class" kind="primary" onClick={present}>
              {roomWords.project}
            </Button>
            <Report state={state} />
            <Button onClick={() => openTeacher('rank')}>{roomWords.plan}</Button>
          </ButtonRow>
          {teaches ? (
            <ButtonRow>
              <Button pressed={state.stopped} onClick={() => act(() => command('stop', { stopped: !state.stopped }))}>
                {roomWords.stopAll}
              </Button>
              {state.stopped && <span role="status">{roomWords.allStopped}</span>}
            </ButtonRow>
          ) : (
            trouble === '' && <p className={css.soft}>{roomWords.looksOnly}</p>
          )}
          {failed && <Note sign="err">{roomWords.troubles[failed]}</Note>}
          <Progress state={state} heard={trouble === ''} actions={teaches ? (person) => <PersonActions person={person} ask={setAsking} act={act} /> : undefined} />
          <Fold title={roomWords.experiments} what={roomWords.ofAll(done, all)}>
            <Experiments state={state} actions={teaches ? (place) => <ExperimentActions place={place} state={state} ask={setAsking} act={act} /> : undefined} />
          </Fold>
          <Asked asking={asking} onClose={() => setAsking(null)} />
        </>
      )}
    </div>
  );
}

/** Does something on the class, and says where that fails. */
type Act = (deed: () => Promise<void>) => void;

interface Actions {
  ask: (asking: Asking) => void;
  act: Act;
}

function PersonActions({ person, ask, act }: Actions & { person: RoomPerson }) {
  const [name, { number }] = [nameOf(person), person];
  const { rename, remove } = roomWords.actions;
  return (
    <ButtonRow>
      <Button small label={rename.of(name)} onClick={() => ask({ title: rename.of(name), text: rename.text, yes: rename.yes, name: person.name, act: (typed) => act(() => renamePerson(number, typed)) })}>
        {rename.yes}
      </Button>
      <Button small label={remove.of(name)} onClick={() => ask({ title: remove.of(name), text: remove.text, yes: remove.yes, act: () => act(() => command('remove', { person: number })) })}>
        {remove.yes}
      </Button>
    </ButtonRow>
  );
}

function ExperimentActions({ place, state: { experiments }, ask, act }: Actions & { place: number; state: RoomState }) {
  const one = experiments[place];
  if (!one || one.state === 'free') return null;
  const { discard, free } = roomWords.actions;
  const isDone = one.state === 'done';
  const words = isDone ? discard : free;
  const deed = () => act(() => (isDone ? discardResult(place) : command('free', { experiment: place })));
  // Of one that has failed nothing is lost.
  const press = () => (one.state === 'failed' ? deed() : ask({ title: words.of(one.name), text: words.text, yes: words.yes, act: deed }));
  return (
    <Button small label={words.of(one.name)} onClick={press}>
      {words.yes}
    </Button>
  );
}

/** The address that others open, for the blackboard and for telephones. */
function Invitation({ state }: { state: RoomState }) {
  const [large, setLarge] = useState(false);
  const { short, link } = addressesOf(state);
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

function Experiments({ state, actions }: { state: RoomState; actions?: (place: number) => ReactNode }) {
  return (
    <RoomTable label={roomWords.experimentsTable} heads={[roomWords.experiment, roomWords.state, roomWords.person, roomWords.accuracy]} actions={actions !== undefined}>
      {state.experiments.map((one, place) => (
        <tr key={one.name}>
          <th scope="row">
            <MethodKey method={one.method}>{one.name}</MethodKey>
          </th>
          <td>{stateOf(one, state)}</td>
          <td>{whoOf(one, state)}</td>
          <td className={css.num}>{one.accuracy === null ? '' : formatPercent(one.accuracy)}</td>
          {actions && <td>{actions(place)}</td>}
        </tr>
      ))}
    </RoomTable>
  );
}

const personOf = ({ person }: RoomExperiment, { people }: RoomState) => people.find(({ number }) => number === person);

function stateOf(one: RoomExperiment, room: RoomState): string {
  const silent = one.state === 'taken' ? (personOf(one, room)?.silent ?? 0) : 0;
  return one.why ? roomWords.failedWhy(one.why) : partsOf([roomWords.states[one.state], one.repeated !== '' && roomWords.repeated[one.repeated], silent > 0 && roomWords.silent(silent)]);
}

function whoOf(one: RoomExperiment, room: RoomState): string {
  const who = personOf(one, room);
  return who ? nameOf(who) : one.state === 'done' ? roomWords.before : '';
}
