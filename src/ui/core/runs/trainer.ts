import { messageOf } from '../../../errors/errors';
import { usualStep } from '../../../numbers/stats';
import { proxy, transfer } from '../../../studio/connect';
import type { RateSearch, RunError, RunEvent } from '../../../train/protocol';
import { atRate } from '../../../train/rates.meta';
import { weightBytes } from '../../../records/weightBytes.meta';
import { restartWorker, studio } from '../worker/client';
import * as database from '../storage/database';
import { adopt, keepCurve, keepRun } from '../storage/keep';
import { curveOf, idle, liveOf, setLive } from './metrics';
import { askDevice } from '../data/open';
import { stampNow } from './dataStamp';
import { looksFor, searchFor } from './rates';
import { isLive, keptOf, runById, selectRun, updateRun, useRuns, waitingIn, type Run, type RunState } from './runs';
import { verdictNow } from '../worker/selfTest';
import { putLiveStep } from './stepTimes';
import { inTurn, tabId } from '../storage/tabs';
import { toast } from '../../kit/toast';
import { queueWords } from '../words/queue';

/** Runs go in turn: the waiting runs of this tab in their order, until there is none or the queue is held. */
let pumping = false;
/** Runs in a row that the device did not survive. */
let lostInARow = 0;

/** Lets the queue go on. */
export async function startQueue(): Promise<void> {
  useRuns.setState({ held: false });
  if (pumping) return;
  pumping = true;
  try {
    // One run at a time on a device, whichever tab asked for it: two would halve each other's speed and falsify the seconds.
    const one = async () => {
      useRuns.setState({ elsewhere: false });
      const next = nextRun();
      if (next) await train(next.id);
    };
    // While another tab trains no run of this one is current: the last that has ended would look as if it went on.
    while (nextRun()) await inTurn('training', one, () => useRuns.setState({ elsewhere: true, current: '' }));
  } finally {
    pumping = false;
    // Only now: between two runs the one that has ended stands for the queue, so that nothing gives way and comes back.
    useRuns.setState({ current: '' });
  }
}

function nextRun(): Run | undefined {
  const { runs, held } = useRuns.getState();
  return held ? undefined : waitingIn(runs, tabId)[0];
}

export const holdQueue = (): void => useRuns.setState({ held: true });

/** Goes on with a run from its last checkpoint (or from the start when there is none). */
export async function resumeRun(id: string): Promise<void> {
  if (!(await adopt(id))) return;
  const run = runById(id);
  if (run?.error?.kind === 'device-lost') await askDevice();
  updateRun(id, { error: null, ended: 0, summary: null });
  await startQueue();
}

export const pauseRun = (): Promise<void> => studio().pause();

export const continueRun = (): Promise<void> => studio().resume();

/** Exactly one optimizer step, while paused. */
export const stepRun = (): Promise<void> => studio().step();

/** Stops the current run and holds the queue, unless it shall `goOn`. The page says so at once; the worker follows at its next step. */
export function stopRun(goOn = false): void {
  const { current } = useRuns.getState();
  const run = runById(current);
  if (!run) return;
  if (!goOn) useRuns.setState({ held: true });
  if (!isLive(run)) return;
  updateRun(current, { state: 'stopping' });
  void studio().stop();
}

/** Ends a search for a rate: the run trains at the best so far. */
export const takeRateNow = (): Promise<void> => studio().takeRate();

/** Times the next step of the current run by kernel. */
export const timeStep = (): Promise<void> => studio().time();

/** Ends the worker together with a run that does not answer. Its last checkpoint stays. */
export function abandonRun(): void {
  if (useRuns.getState().current !== '') restartWorker();
}

/** Steps after which a run's own pace tells what its step takes. */
const timedEvery = 4;

/** Changes of memory that are kept of a run. */
const mostMemory = 500;

/** Longest wait for the last event after the worker's call has returned, in milliseconds. */
const lastEventWithin = 10_000;

async function train(id: string): Promise<void> {
  takeRate(id);
  const run = runById(id)!;
  const checkpoint = run.checkpointStep > 0 ? await database.get('checkpoints', id) : undefined;
  const from = checkpoint?.step ?? 0;
  curveOf(id).truncate(from);
  // Before the run takes the stamp of the data as it is now.
  const looks = run.spec.rate === 'find' ? looksFor(run.spec) : [];
  const evaluations = run.evaluations.filter((evaluation) => evaluation.step <= from);
  const best = keptOf(run, evaluations);
  const trained = secondsOf(id);
  clock = { opened: performance.now(), paused: 0, since: 0 };
  updateRun(id, { state: 'running', phase: '', started: run.started || Date.now(), evaluations, best, lastStep: from, seconds: trained, selfTest: verdictNow(), dataStamp: stampNow(run.spec.data) });
  useRuns.setState({ current: id });
  replaces = useRuns.getState().selected;
  if (!runById(replaces)?.evaluations.length) showResults(id);
  setLive(id, { ...idle, step: from });
  await keepRun(id);
  // Events come over a channel of their own and are written one after another: the call may return before the last of them.
  let writes = Promise.resolve();
  let ended = false;
  let sayEnd = () => {};
  const end = new Promise<void>((done) => (sayEnd = done));
  const handle = (event: RunEvent): void => {
    if (ended || event.run !== id) return;
    ended = event.type === 'finished' || event.type === 'failed';
    writes = writes.then(() => record(id, event)).catch(() => {});
    if (ended) void writes.then(sayEnd);
  };
  let thrown: unknown = null;
  try {
    const bytes = checkpoint && new Uint8Array(checkpoint.bytes);
    if (run.spec.rate === 'find') planAhead(id);
    const start = run.spec.init_from === undefined ? null : ((await database.get('adapters', run.spec.init_from)) ?? null);
    const working = studio().run(run.spec, bytes ? transfer(bytes) : null, proxy(handle), looks, start);
    // Stopped before the worker had heard of it: that would be forgotten when it begins.
    if (runById(id)?.state === 'stopping') void studio().stop();
    await working;
    await Promise.race([end, new Promise((late) => setTimeout(late, lastEventWithin))]);
  } catch (error) {
    thrown = error;
  }
  const silent = !ended;
  ended = true;
  await writes;
  if (silent) fail(id, { kind: 'internal', message: thrown === null ? '' : messageOf(thrown), kept: '', details: thrown instanceof Error ? (thrown.stack ?? '') : '' });
  updateRun(id, { overhead: (run.overhead ?? 0) + Math.max(0, busySeconds() - (secondsOf(id) - trained)) });
  showResults(id);
  await keepCurve(id, true);
  await keepRun(id);
}

/** A run that looks for its rate is planned by the worker after that: what it will take is shown meanwhile, in place of the run before. */
function planAhead(id: string): void {
  const { spec, plan } = runById(id)!;
  if (plan) return;
  // Whatever is wrong with it the run will say.
  void studio().plan(spec).then((ahead) => runById(id)?.plan || updateRun(id, { plan: ahead }), () => {});
}

/** The run whose results stay in sight until the current one has some. */
let replaces = '';

/** Shows a run's results in place of those, unless the person has chosen others since. */
function showResults(id: string): void {
  if (useRuns.getState().selected === replaces) selectRun(id);
}

/** Time when the current run was opened, and length of its pauses since, in milliseconds of a monotonic clock. */
let clock = { opened: 0, paused: 0, since: 0 };
const busySeconds = (): number => (performance.now() - clock.opened - clock.paused) / 1000;

function notePause(state: RunState): void {
  if (state === 'paused') clock.since ||= performance.now();
  else if (clock.since) clock = { ...clock, paused: clock.paused + performance.now() - clock.since, since: 0 };
}

const secondsOf = (id: string): number => {
  const seconds = curveOf(id).column('seconds');
  return seconds[seconds.length - 1] ?? 0;
};

function fail(id: string, error: RunError): void {
  const run = runById(id)!;
  if (error.kind === 'cancelled') {
    updateRun(id, { state: 'stopped', owner: '', ended: Date.now(), seconds: secondsOf(id), phase: '' });
    return;
  }
  // A lost device or a dead worker leaves a run that can go on; what failed by its own settings has ended.
  const canResume = run.checkpointStep > 0 && (error.kind === 'device-lost' || error.kind === 'internal');
  updateRun(id, { state: canResume ? 'interrupted' : 'failed', owner: '', error, ended: Date.now(), seconds: secondsOf(id), phase: '' });
  // A failure is of one run, and the others go on. Twice in a row it is the device's: the rest would only fail as well.
  lostInARow = error.kind === 'device-lost' || error.kind === 'internal' ? lostInARow + 1 : 0;
  if (lostInARow >= 2) holdQueue();
}

/** A run that waits for its rate trains at the one that was found: just now, or before for another run of the same settings. */
function takeRate(id: string, found?: RateSearch): void {
  const { spec } = runById(id)!;
  const rates = spec.rate === 'find' ? (found ?? searchFor(spec)) : undefined;
  if (!rates) return;
  updateRun(id, { spec: atRate(spec, rates), rates, looks: undefined });
  // What was found serves other runs as well, and is no part of this one's time.
  clock = { opened: performance.now(), paused: 0, since: 0 };
}

/** First steps reported by a run's search, and when, in busy seconds. */
let searching = { id: '', done: 0, at: 0 };

/** Seconds that a search has left at the pace of its steps so far, without pauses; NaN before there is one. */
function searchLeft(id: string, { done, total }: { done: number; total: number }): number {
  if (searching.id !== id || done < searching.done) searching = { id, done, at: busySeconds() };
  const took = done - searching.done;
  return took > 0 ? ((busySeconds() - searching.at) / took) * (total - done) : NaN;
}

/** Seconds and images of a run's evaluations, with one more. */
const addLook = (before: Run['looked'], { evaluation, seconds = 0 }: Extract<RunEvent, { type: 'evaluation' }>): Run['looked'] =>
  seconds > 0 ? { seconds: (before?.seconds ?? 0) + seconds, images: (before?.images ?? 0) + evaluation.count } : before;

/** Newest steps by which a run's pace is told. */
const PACE = 16;

/** Tells what waits by what the steps of this run take now. */
function notePace({ id, spec }: Run): void {
  const ms = usualStep(curveOf(id).column('ms').slice(-PACE));
  if (ms > 0) putLiveStep(spec, ms / 1000);
}

/** One event of a run: high-rate numbers go to the curves, the rest to the store and to storage. */
async function record(id: string, event: RunEvent): Promise<void> {
  const run = runById(id);
  if (!run) return;
  switch (event.type) {
    case 'phase':
      setLive(id, { done: event.done, total: event.total, unit: event.unit, ...(event.phase === 'search' ? { secondsLeft: searchLeft(id, event) } : event.seconds_left !== undefined && { secondsLeft: event.seconds_left }) });
      if (run.phase !== event.phase) updateRun(id, { phase: event.phase });
      return;
    case 'trial':
      setLive(id, { trials: [...liveOf(id).trials, event.trial] });
      // What is gone over once more of a search that was broken off is kept already.
      if (liveOf(id).trials.length <= (run.looks?.length ?? 0)) return;
      updateRun(id, { looks: [...liveOf(id).trials] });
      await keepRun(id);
      return;
    case 'rate':
      takeRate(id, event.search);
      setLive(id, { secondsLeft: NaN, trials: [] });
      await keepRun(id);
      return;
    case 'planned':
      updateRun(id, { plan: event.plan });
      return;
    case 'allocated':
      updateRun(id, { allocated: event.bytes });
      return;
    case 'step':
      curveOf(id).push(event.point);
      setLive(id, { step: event.point.step, imagesPerSecond: event.images_per_second, secondsLeft: event.seconds_left });
      if (event.point.step % timedEvery === 0) notePace(run);
      void keepCurve(id);
      return;
    case 'evaluation':
      // Only the newest evaluation and the best one show their pictures.
      showResults(id);
      updateRun(id, { evaluations: [...run.evaluations.map((one) => ({ ...one, images: undefined })), event.evaluation], best: event.best ? event.evaluation : run.best, looked: addLook(run.looked, event) });
      await keepRun(id);
      return;
    case 'memory':
      if ((run.memory?.length ?? 0) < mostMemory) updateRun(id, { memory: [...(run.memory ?? []), event.point] });
      return;
    case 'times':
      updateRun(id, { times: event.times });
      return;
    case 'state':
      notePause(event.state);
      // "Stopping" was shown at once and stays until the end.
      if (run.state !== 'stopping') updateRun(id, { state: event.state });
      return;
    case 'checkpoint':
      // The curve first: a tab that closes between the two leaves points to drop, never a gap before the step it goes on from.
      if (await keepCurve(id, true)) await database.put('checkpoints', id, { step: event.step, bytes: event.bytes });
      else database.hold('checkpoints', id, { step: event.step, bytes: event.bytes });
      updateRun(id, { checkpointStep: event.step, lastStep: event.step, seconds: secondsOf(id) });
      await keepRun(id);
      return;
    case 'snapshot': {
      const before = (await database.get('snapshots', id)) ?? [];
      await database.put('snapshots', id, [...before.filter((one) => one.step < event.step), { step: event.step, bytes: event.bytes }]);
      return;
    }
    case 'adapter':
      await database.put('adapters', id, event.files);
      updateRun(id, { adapterBytes: weightBytes(event.files) });
      return;
    case 'finished':
      holdIfPaused(run);
      await finish(id, event);
      return;
    case 'failed':
      holdIfPaused(run);
      fail(id, event.error);
  }
}

/** A pause that came when nothing of its run was left to wait holds those behind it, and says why they do not begin. */
function holdIfPaused({ name, state }: Run): void {
  if (state !== 'paused') return;
  holdQueue();
  const waiting = waitingIn(useRuns.getState().runs, tabId).length;
  if (waiting > 0) toast(queueWords.paused(name, waiting));
}

async function finish(id: string, { reason, summary }: Extract<RunEvent, { type: 'finished' }>): Promise<void> {
  lostInARow = 0;
  const change: Partial<Run> = {
    state: reason,
    owner: '',
    phase: '',
    summary,
    plan: summary.plan,
    allocated: summary.allocated,
    lastStep: summary.steps,
    seconds: secondsOf(id),
    imagesPerSecond: summary.images_per_second,
    ended: Date.now(),
  };
  // A run that came to its end has nothing left to resume.
  if (reason === 'done') change.checkpointStep = 0;
  // Kept before it is shown: whoever loads the page again has seen it end.
  await Promise.all([keepCurve(id, true), keepRun(id, change)]);
  updateRun(id, change);
  if (reason === 'done') await database.remove('checkpoints', id);
}
