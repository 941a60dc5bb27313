import { useEffect, useRef, useState } from 'react';
import { MethodKey } from '../kit/charts/MethodKey';
import { Button, ButtonRow } from '../kit/controls/Button';
import { Icon } from '../kit/controls/Icon';
import { useKeepFocus } from '../kit/controls/useKeepFocus';
import { formatRate } from '../../language/format';
import { methodLook } from '../../figures/methods';
import { isStill } from '../kit/idle';
import { clearQueue } from '../core/runs/actions';
import { compareOwn, wayOn } from '../core/runs/comparedData';
import { useFailure } from '../core/runs/failures';
import { liveOf, useMetricsVersion } from '../core/runs/metrics';
import { counts } from '../core/runs/runGroups';
import { askingIn, canResume, isEnded, leftWeights, useRuns, waitingIn, type Run, useKeptRuns } from '../core/runs/runs';
import { useSettings } from '../core/settings/settings';
import { go, isInClass, isStaged, useShown } from '../core/storage/shown';
import { besideName } from '../core/runs/specs';
import { tabId } from '../core/storage/tabs';
import { abandonRun, continueRun, pauseRun, resumeRun, startQueue, stepRun, stopRun } from '../core/runs/trainer';
import { useCurrentRun } from '../core/runs/view';
import { useAnalysing, type Analysing } from '../core/analyses/analysing';
import { announcement } from './announce';
import { PhaseLine } from './PhaseLine';
import { canPause } from './phases';
import { failureCard } from '../core/parts/RunFailures';
import { runBar, StartButton, StartCaption, useIsNew } from '../core/parts/Start';
import { afterSteps, leftOfRun, useQueueLeft } from './timeLeft';
import css from '../core/parts/panels.module.css';
import { runWords } from '../core/words/run';
import { queueWords } from '../core/words/queue';
import { failuresWords } from '../core/words/failures';

/** The sticky line of the run in progress: name, phases, Pause, Step, Stop. Between runs: what is measured of them, or else what is kept and what to do next. */
export function RunBar() {
  const runs = useKeptRuns();
  const current = useCurrentRun();
  const [last, setLast] = useState({ now: '', before: '' });
  if (current && current.id !== last.now) setLast({ now: current.id, before: last.now });
  const bar = useRef<HTMLDivElement>(null);
  useKeepFocus(bar);
  const view = useShown((shown) => shown.view);
  const analysing = useAnalysing();
  const lesson = useShown((shown) => shown.lesson);
  const inClass = useShown(isInClass);
  const waiting = waitingIn(runs, tabId);
  const isNew = useIsNew(current !== undefined);
  // Whatever runs, is measured or waits is in sight everywhere.
  const busy = current || analysing || waiting.length > 0;
  const [trainedIn, setTrainedIn] = useState('');
  if (current && trainedIn !== lesson) setTrainedIn(lesson);
  // A lesson has ways on of its own; what was trained while it was open stays in sight.
  if (lesson !== '' && !busy && trainedIn !== lesson) return null;
  // The start has a button of its own, and where one trains there is always one.
  if (view === 'start' && !busy) return null;
  // What comes next in a class is the class's: one's own begins where one trains.
  if (view !== 'train' && !busy && (runs.length === 0 || inClass)) return null;
  const ended = current ? last.before : last.now;
  return (
    <div ref={bar} id={runBar} tabIndex={-1} className={[css.runbar, !current && css.idle, !current && lesson !== '' && css.reading].filter(Boolean).join(' ')} data-running={current ? '' : undefined}>
      {current ? <Running run={current} waiting={waiting} runs={runs} /> : analysing ? <Beside analysing={analysing} here={view === analysing.view} /> : <Idle runs={runs} waiting={waiting} ended={runs.find(({ id }) => id === ended)} isNew={isNew} />}
      <span className="sr" role="status">
        {announcement(current, runs.find(({ id }) => id === ended))}
      </span>
    </div>
  );
}

function Running({ run, waiting, runs }: { run: Run; waiting: Run[]; runs: Run[] }) {
  const paused = run.state === 'paused';
  const stopping = run.state === 'stopping';
  // On the stage they turn pages.
  const keys = !useShown(isStaged);
  const inTrain = useShown((shown) => shown.view === 'train');
  return (
    <>
      <div className={css.runid}>
        <div className={css.runname}>
          <h2>{run.name}</h2>
          <After run={run} waiting={waiting} runs={runs} />
        </div>
        <p>
          <MethodKey method={run.spec.method.method}>{besideName(run) || undefined}</MethodKey>
          <Brief run={run} />
        </p>
      </div>
      <PhaseLine run={run} />
      <div className={css.controls}>
        <Button kind="primary" disabled={stopping || (!paused && !canPause(run.phase))} onClick={() => void (paused ? continueRun() : pauseRun())}>
          <Icon name={paused ? 'play' : 'pause'} />
          {paused ? runWords.resume : runWords.pause} {keys && inTrain && <kbd>{runWords.spaceKey}</kbd>}
        </Button>
        <Button disabled={!paused} onClick={() => void stepRun()}>
          <Icon name="step" />
          {runWords.step} {keys && <kbd>S</kbd>}
        </Button>
        <Button disabled={stopping} title={runWords.stopHint} onClick={() => stopRun()}>
          <Icon name="stop" />
          {stopping ? runWords.stopping : runWords.stop} {keys && <kbd>.</kbd>}
        </Button>
        {stopping && <EndNow />}
      </div>
    </>
  );
}

/** Offered when a run does not stop by itself. */
function EndNow() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 8000);
    return () => clearTimeout(timer);
  }, []);
  return late ? (
    <Button kind="danger" onClick={abandonRun}>
      {runWords.endNow}
    </Button>
  ) : null;
}

/** Number of runs that wait behind this one, and the time that all of them will take. */
function After({ run, waiting, runs }: { run: Run; waiting: Run[]; runs: Run[] }) {
  const left = useQueueLeft(run, waiting, runs, true);
  return waiting.length > 0 ? <span>{queueWords.waiting(waiting.length, left)}</span> : null;
}

function Brief({ run }: { run: Run }) {
  useMetricsVersion();
  const { imagesPerSecond } = liveOf(run.id);
  const left = leftOfRun(run);
  return (
    <span className={css.brief}>
      {imagesPerSecond > 0 ? <b>{runWords.brief(formatRate(imagesPerSecond), left, afterSteps(run))}</b> : left && <b>{queueWords.left(left)}</b>}
    </span>
  );
}

/** A landscape that is measured, or updates that are analysed, which takes minutes and may be out of sight. */
function Beside({ analysing: { view, title, words, to }, here }: { analysing: Analysing; here: boolean }) {
  return (
    <>
      <div className={css.runid}>
        <h2>{title}</h2>
        <p>{words}</p>
      </div>
      {!here && (
        <div className={css.controls}>
          <Button onClick={() => go(view)}>{to}</Button>
        </div>
      )}
    </>
  );
}

function Waiting({ waiting, runs }: { waiting: Run[]; runs: Run[] }) {
  return runWords.waiting(waiting.length, useQueueLeft(undefined, waiting, runs));
}

/** The card may be out of sight above. */
function toFailure(): void {
  const card = document.getElementById(failureCard);
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: 'center', behavior: isStill() ? 'auto' : 'smooth' });
}

function Idle({ runs, waiting, ended, isNew }: { runs: Run[]; waiting: Run[]; ended: Run | undefined; isNew: boolean }) {
  const elsewhere = useRuns((state) => state.elsewhere);
  const view = useShown((shown) => shown.view);
  // What runs came to is the next thing to look at, and there it is what to do next.
  const some = runs.some(counts);
  const offers = view !== 'compare' && some;
  // What others have trained did not finish here.
  const own = runs.filter((run) => !run.theirs);
  const done = own.filter((run) => run.state === 'done').length;
  const stopped = own.filter((run) => run.state === 'stopped').length;
  const failed = own.filter((run) => run.state === 'failed').length;
  const failure = useFailure();
  const sets = new Set(own.filter(isEnded).map(({ spec }) => spec.data)).size;
  // Whoever stopped it may want it to go on, also where its line is one of a group in the table.
  const halted = ended?.state === 'stopped' ? ended : null;
  const usable = halted && leftWeights(halted);
  const [next] = waiting;
  const chosen = useSettings(({ data }) => data);
  return (
    <>
      <div className={css.runid}>
        <h2>{done > 0 ? runWords.finished(done, stopped, failed, sets) : halted ? runWords.stoppedAt(halted.name, halted.checkpointStep) : stopped > 0 ? runWords.stoppedRuns(stopped) : failed > 0 ? runWords.failedRuns(failed) : runWords.ready}</h2>
        <p>{waiting.length > 0 ? (elsewhere ? runWords.elsewhere(waiting.length) : <Waiting waiting={waiting} runs={runs} />) : <StartCaption next={done + stopped > 0} />}</p>
        {usable && <p>{runWords.usable}</p>}
      </div>
      <div className={css.controls}>
        {next ? (
          <>
            {!elsewhere && (
              <Button kind={askingIn(runs, view === 'train').length > 0 ? 'plain' : 'primary'} onClick={() => void startQueue()}>
                <Icon name="play" />
                {runWords.goOn(methodLook(next.spec.method.method).title)} {view === 'train' && <kbd>{runWords.startKey}</kbd>}
              </Button>
            )}
            {!elsewhere && halted && canResume(halted) && <Button onClick={() => void resumeRun(halted.id)}>{runWords.continueRun(halted.name)}</Button>}
            <Button onClick={clearQueue}>{runWords.clear}</Button>
          </>
        ) : (
          <ButtonRow>
            {failure && <Button onClick={toFailure}>{failuresWords.why}</Button>}
            {halted && canResume(halted) && <Button onClick={() => void resumeRun(halted.id)}>{runWords.continueRun(halted.name)}</Button>}
            {usable && view !== 'try' && <Button onClick={() => go('try')}>{runWords.tryIt}</Button>}
            {offers && (
              <Button
                kind={isNew ? 'plain' : 'primary'}
                onClick={() => {
                  compareOwn(runs);
                  go('compare');
                }}
              >
                {runWords[wayOn(runs, chosen)]}
              </Button>
            )}
            <StartButton secondary={some && !(offers && isNew)} />
          </ButtonRow>
        )}
      </div>
    </>
  );
}
