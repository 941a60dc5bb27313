import { useRef, useState, type DragEvent, type KeyboardEvent } from 'react';
import { MethodKey } from '../kit/charts/MethodKey';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Panel } from '../kit/controls/Panel';
import { part } from '../kit/controls/Part';
import { Sign } from '../kit/controls/Sign';
import { useKeepFocus } from '../kit/controls/useKeepFocus';
import { formatAbout } from '../../language/format';
import { defined } from '../../numbers/defined';
import { clearQueue, deleteRun, moveInQueue } from '../core/runs/actions';
import { useCatalog } from '../core/data/catalog';
import { timeOf } from '../core/runs/estimate';
import { showExperiments } from '../core/runs/experimentSheet';
import { useMetricsVersion } from '../core/runs/metrics';
import { canAsk } from '../core/runs/queueEnd';
import { isEnded, isLive, useRuns, waitingIn, type Run, useKeptRuns } from '../core/runs/runs';
import { describeSpec, whatDiffers } from '../core/runs/specs';
import { useStepTimes } from '../core/runs/stepTimes';
import { showSweep, useSweep } from '../core/settings/sweep';
import { tabId } from '../core/storage/tabs';
import { holdQueue, startQueue, stopRun } from '../core/runs/trainer';
import { useCurrentRun } from '../core/runs/view';
import { timeLeft, useQueueLeft } from './timeLeft';
import css from './queue.module.css';
import { queueWords, sweepWords, experimentWords } from '../core/words/queue';
import { runsWords } from '../core/words/runs';
import { runWords } from '../core/words/run';

/** Few people sweep: the form is loaded when it is opened, or while the page is idle. */
const SweepForm = part(() => import('./SweepForm').then((module) => module.SweepForm));

/** The run in progress and those that wait for their turn, in an order that can be changed. */
export function QueuePanel() {
  const runs = useKeptRuns();
  const current = useCurrentRun();
  const held = useRuns((state) => state.held);
  const elsewhere = useRuns((state) => state.elsewhere);
  const shown = useSweep((state) => state.shown);
  const [asks, setAsks] = useState(canAsk);
  const waiting = waitingIn(runs, tabId);
  // Between two runs the one that has ended is still current.
  const live = current && isLive(current) ? current : undefined;
  return (
    <Panel
      title={queueWords.title}
      aside={live || waiting.length > 0 ? <About current={live} waiting={waiting} runs={runs} /> : queueWords.empty}
      actions={
        <ButtonRow>
          {(current || elsewhere) && waiting.length > 0 && (
            <Button kind="quiet" small pressed={held} onClick={() => (held ? void startQueue() : holdQueue())}>
              {held ? queueWords.held : queueWords.hold}
            </Button>
          )}
          {!current && !elsewhere && waiting.length > 0 && (
            <Button kind="quiet" small onClick={() => void startQueue()}>
              {queueWords.goOn}
            </Button>
          )}
          {waiting.length > 0 && asks && (
            <Button kind="quiet" small onClick={() => void Notification.requestPermission().then(() => setAsks(canAsk()))}>
              {queueWords.tell}
            </Button>
          )}
          {waiting.length > 0 && (
            <Button kind="quiet" small onClick={clearQueue}>
              {queueWords.cancelWaiting}
            </Button>
          )}
          <Button small expanded={shown} onClick={() => showSweep(!shown)}>
            {shown ? sweepWords.close : sweepWords.button}
          </Button>
          <Button small title={experimentWords.about} onClick={() => showExperiments()}>
            {experimentWords.button}
          </Button>
        </ButtonRow>
      }
    >
      {shown && <SweepForm />}
      {(live || waiting.length > 0) && (
        <div className={css.room}>
          <Rows current={live} waiting={waiting} runs={runs} />
        </div>
      )}
    </Panel>
  );
}

/** Runs that are asked for by one action are made within this, in milliseconds. */
const MERGE_MS = 1000;

interface Parts {
  current: Run | undefined;
  waiting: Run[];
  runs: Run[];
}

/** Position of the current run among how many, and the time that the rest will take. */
function About({ current, waiting, runs }: Parts) {
  const left = useQueueLeft(current, waiting, runs);
  if (!current) return queueWords.waiting(waiting.length, left);
  // Of what was asked for together: those that ended since the oldest that waits or runs was asked for.
  const since = Math.min(current.created, ...waiting.map((run) => run.created)) - MERGE_MS;
  const before = runs.filter((run) => isEnded(run) && !run.theirs && run.created >= since && run.created < current.created).length;
  return queueWords.about(before + 1, before + 1 + waiting.length, left);
}

function Rows({ current, waiting, runs }: Parts) {
  useCatalog();
  useStepTimes();
  const each = waiting.map((run) => timeOf([run.spec], runs));
  const body = useRef<HTMLTableSectionElement>(null);
  useKeepFocus(body, (rows) => rows.querySelector('button'));
  const [dragged, setDragged] = useState('');
  const [over, setOver] = useState(-1);
  const [announced, setAnnounced] = useState('');
  const baseline = defined(runs[0]);

  const move = (run: Run, place: number) => {
    const to = Math.max(0, Math.min(waiting.length - 1, place));
    moveInQueue(run.id, to);
    setAnnounced(queueWords.moved(run.name, to + 1, waiting.length));
    // The focus goes with the run.
    setTimeout(() => body.current?.querySelector<HTMLElement>(`[data-grip="${CSS.escape(run.id)}"]`)?.focus());
  };
  const onKey = (event: KeyboardEvent, run: Run, place: number) => {
    const to: Record<string, number> = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: waiting.length - 1 };
    const wanted = to[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    move(run, wanted);
  };
  const onDrop = (event: DragEvent, place: number) => {
    event.preventDefault();
    const run = waiting.find((one) => one.id === dragged);
    if (run) move(run, place);
    setDragged('');
    setOver(-1);
  };

  return (
    <>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">{queueWords.move('')}</span>
            </th>
            <th scope="col">{queueWords.method}</th>
            <th scope="col">{queueWords.run}</th>
            <th scope="col" className={css.differs}>
              {queueWords.differs}
            </th>
            <th scope="col" className={css.num}>
              {queueWords.time}
            </th>
            <th scope="col">
              <span className="sr">{queueWords.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {current && <CurrentRow run={current} baseline={baseline} />}
          {waiting.map((run, place) => (
            <tr
              key={run.id}
              className={place === over ? css.over : undefined}
              draggable
              onDragStart={() => setDragged(run.id)}
              onDragEnd={() => setOver(-1)}
              onDragOver={(event) => {
                if (dragged === '') return;
                event.preventDefault();
                setOver(place);
              }}
              onDrop={(event) => onDrop(event, place)}
            >
              <td>
                <button type="button" className={css.grip} data-grip={run.id} aria-label={queueWords.move(run.name)} title={queueWords.moveKeys} onKeyDown={(event) => onKey(event, run, place)}>
                  <Sign name="wait" />
                </button>
              </td>
              <td>
                <MethodKey method={run.spec.method.method}>{describeSpec(run.spec)}</MethodKey>
              </td>
              <th scope="row">{run.name}</th>
              <td className={css.differs}>{run.id === baseline.id ? runsWords.baseline : whatDiffers(run.spec, baseline.spec) || runsWords.same}</td>
              <td className={css.num}>{defined(each[place]).unknown > 0 ? runsWords.states.waiting : <span title={runsWords.states.waiting}>{queueWords.takes(formatAbout(defined(each[place]).seconds))} <span className="sr">{runsWords.states.waiting}</span></span>}</td>
              <td className={css.act}>
                <Button kind="quiet" small disabled={place === 0} onClick={() => move(run, place - 1)}>
                  {queueWords.up}
                  <span className="sr"> {run.name}</span>
                </Button>
                <Button kind="quiet" small disabled={place === waiting.length - 1} onClick={() => move(run, place + 1)}>
                  {queueWords.down}
                  <span className="sr"> {run.name}</span>
                </Button>
                <Button kind="quiet" small onClick={() => deleteRun(run.id)}>
                  {queueWords.cancel}
                  <span className="sr"> {run.name}</span>
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {waiting.length > 1 && <p className={css.hint}>{queueWords.moveKeys}</p>}
      <span className="sr" role="status">
        {announced}
      </span>
    </>
  );
}

function CurrentRow({ run, baseline }: { run: Run; baseline: Run }) {
  useMetricsVersion();
  const stopping = run.state === 'stopping';
  return (
    <tr className={css.now}>
      <td>
        <Sign name="info" />
      </td>
      <td>
        <MethodKey method={run.spec.method.method}>{describeSpec(run.spec)}</MethodKey>
      </td>
      <th scope="row">{run.name}</th>
      <td className={css.differs}>{run.id === baseline.id ? runsWords.baseline : whatDiffers(run.spec, baseline.spec) || runsWords.same}</td>
      <td className={css.num}>
        <span className={css.state}>{runsWords.states[run.state]}</span> {timeLeft(run)}
      </td>
      <td className={css.act}>
        <Button kind="quiet" small disabled={stopping} onClick={() => stopRun(true)}>
          {stopping ? runWords.stopping : queueWords.skip}
          <span className="sr"> {run.name}</span>
        </Button>
      </td>
    </tr>
  );
}
