import { useEffect, useId, useRef, useState } from 'react';
import { readCode, roomBounds, type RoomState } from '../../records/class.meta';
import { Button, ButtonRow } from '../kit/controls/Button';
import { methodLook } from '../../figures/methods';
import { formatCount } from '../../language/format';
import controls from '../kit/controls/controls.module.css';
import { Note } from '../kit/controls/Sign';
import { isByAddress } from '../core/worker/deviceName';
import { useCatalog } from '../core/data/catalog';
import { goOn, isMember, joinRoom, leaveRoom, returnToRoom, useClassmate } from './store/classmate';
import { only, useShown } from '../core/storage/shown';
import { liveOf, useMetricsVersion } from '../core/runs/metrics';
import { useRoom, type Trouble } from './store/room';
import { runById } from '../core/runs/runs';
import { mainSetting } from '../core/runs/specs';
import { useSettings } from '../core/settings/settings';
import { ClassResult } from './ClassResult';
import { Progress } from './People';
import { isComplete } from './store/results';
import css from './room.module.css';
import { roomWords } from './words/room';
import { deviceWords } from '../core/words/device';

/** The page of somebody in the class: the form that joins it, then what this tab does for it, and how far the others are. */
export default function Member({ code }: { code: string }) {
  const member = useClassmate(isMember);
  // The page was loaded again.
  useEffect(() => void returnToRoom(code), [code]);
  return member ? <Working /> : <Join code={code} />;
}

function Join({ code }: { code: string }) {
  const id = useId();
  const { status, trouble } = useClassmate();
  const known = useSettings((settings) => settings.person);
  const [typed, setTyped] = useState(code);
  const [name, setName] = useState(known);
  const read = readCode(typed);
  const joining = status === 'joining';
  const byAddress = useCatalog(({ device }) => device !== null && isByAddress(device));
  return (
    <form
      className={css.join}
      aria-label={roomWords.join}
      onSubmit={(event) => {
        event.preventDefault();
        if (read && !joining) void joinRoom(read, name);
      }}
    >
      <p>{roomWords.lead}</p>
      {byAddress && <p>{deviceWords.byAddress}</p>}
      <div className={controls.field}>
        <label htmlFor={`${id}-code`}>{roomWords.code}</label>
        <input id={`${id}-code`} className={`${controls.input} ${controls.code}`} value={typed} maxLength={20} autoComplete="off" spellCheck={false} aria-invalid={read === ''} aria-describedby={read === '' ? `${id}-wrong` : undefined} onChange={({ target }) => setTyped(target.value)} />
        {read === '' && (
          <span id={`${id}-wrong`} className={`${controls.hint} ${controls.error}`}>
            {roomWords.codeWrong}
          </span>
        )}
      </div>
      <div className={controls.field}>
        <label htmlFor={`${id}-name`}>{roomWords.name}</label>
        <input id={`${id}-name`} className={controls.input} value={name} maxLength={roomBounds.name} autoComplete="name" aria-describedby={`${id}-hint`} onChange={({ target }) => setName(target.value)} />
        <span id={`${id}-hint`} className={controls.hint}>
          {roomWords.nameHint}
        </span>
      </div>
      <ButtonRow>
        <Button kind="primary" submit disabled={read === '' || joining}>
          {joining ? roomWords.joining : roomWords.join}
        </Button>
      </ButtonRow>
      <div role="status">{trouble && <Note sign="err">{roomWords.troubles[trouble]}</Note>}</div>
    </form>
  );
}

/** Troubles that asking again does not change. */
const final: (Trouble | '')[] = ['person', 'code', 'elsewhere'];

function Working() {
  const { status, person, trouble, message, run } = useClassmate();
  const { state, trouble: unheard } = useRoom();
  useMetricsVersion();
  const first = useRef<HTMLDivElement>(null);
  // The form has gone, and the focus with it.
  useEffect(() => first.current?.focus(), []);
  const shown = trouble || unheard;
  const ended = status === 'failed' || status === 'stopped';
  return (
    <div ref={first} tabIndex={-1} className={css.body}>
      <p role="status" className={css.status}>
        <Status />
      </p>
      {status === 'training' && <About run={run} />}
      {status === 'failed' && message && <Note sign="err">{message}</Note>}
      {shown && <Note sign={status === 'failed' ? 'err' : 'warn'}>{roomWords.troubles[shown]}</Note>}
      <ButtonRow>
        {ended && !final.includes(shown) && (
          <Button kind="primary" onClick={goOn}>
            {roomWords.goOn}
          </Button>
        )}
        {(status === 'waiting' || status === 'over') && <Button onClick={() => useShown.setState(only('lessons'))}>{roomWords.lessons}</Button>}
        <Button onClick={leaveRoom}>{roomWords.leave}</Button>
      </ButtonRow>
      {state && (isComplete(state) || status === 'waiting' || status === 'over') && <ClassResult state={state} />}
      {state && <Progress state={ahead(state, person, status === 'training' ? liveOf(run).step : 0)} heard={unheard === ''} me={person} />}
    </div>
  );
}

/** The class, with this tab's own step as the tab knows it: the class hears of it a moment later. */
const ahead = (state: RoomState, me: number, step: number): RoomState => (step > 0 ? { ...state, people: state.people.map((person) => (person.number === me ? { ...person, step } : person)) } : state);

/** The run's names in words. */
function About({ run: id }: { run: string }) {
  const run = runById(id);
  if (!run?.plan) return null;
  const { plan, spec } = run;
  return <p className={css.soft}>{roomWords.status.about(methodLook(spec.method.method).title, formatCount(plan.adapter_parameters + plan.head_parameters), mainSetting(spec.method))}</p>;
}

/** Current activity of this tab. */
function Status() {
  useMetricsVersion();
  const { status, run: id } = useClassmate();
  const run = runById(id);
  const stopped = useRoom(({ state }) => state?.stopped ?? false);
  if (status === 'asking' || status === 'joining') return null;
  if (stopped && (status === 'waiting' || status === 'training')) return roomWords.halted;
  if (status === 'training') return roomWords.status.training(run?.name ?? '', liveOf(id).step, run?.plan?.steps ?? 0);
  return roomWords.status[status];
}
