import { create } from 'zustand';
import { messageOf } from '../../../errors/errors';
import { completeTrain } from '../../../train/config';
import type { RunSpec } from '../../../train/protocol';
import { isAdapterFile, roomBounds, type RoomReply } from '../../../records/class.meta';
import { deleteRun, trainGiven } from '../../core/runs/actions';
import { dataById, modelById, useCatalog } from '../../core/data/catalog';
import { studio } from '../../core/worker/client';
import { get, type AdapterFile } from '../../core/storage/database';
import { methodFields } from '../../core/settings/fields';
import { openFromHub, useHub } from '../../core/data/hub';
import { curveOf, liveOf } from '../../core/runs/metrics';
import { askDevice } from '../../core/data/open';
import { isPassing, openLine, RoomTrouble, troubleOf, useRoom, type RoomLine, type Trouble } from './room';
import { sentCurve } from './curves';
import { followResults, isComplete } from './results';
import { forgetSeat, forgetToken, freeSeat, holdSeat, keepRunIn, runIn, tokenIn } from './roomToken';
import { recordOf } from '../../core/runs/runRecords';
import { isEnded, runById, useRuns, type Run } from '../../core/runs/runs';
import { useGuesses, type Guesses } from '../../core/settings/guesses';
import { changeSettings } from '../../core/settings/settings';
import { useShown } from '../../core/storage/shown';
import { continueRun, pauseRun, resumeRun, startQueue, stopRun } from '../../core/runs/trainer';
import { memberWords } from '../words/member';

/** A page that belongs to a class: it trains the experiments that the class gives it, in its own queue, and sends back what it measured. */

/** `asking` for code and name, `waiting` for an experiment, `stopped` by the person; the rest says what goes on. */
type Status = 'asking' | 'joining' | 'opening' | 'training' | 'sending' | 'waiting' | 'over' | 'stopped' | 'failed';

interface Classmate {
  status: Status;
  code: string;
  /** Of this person in the class; 0 before joining. */
  person: number;
  /** The run that it trains for the class; empty between two. */
  run: string;
  /** Reason why the class does not take the page or answer; empty while it does. */
  trouble: Trouble | '';
  /** Any other problem, as a sentence. */
  message: string;
}

const outside: Classmate = { status: 'asking', code: '', person: 0, run: '', trouble: '', message: '' };
export const useClassmate = create<Classmate>()(() => outside);

/** True for a page that has joined a class and not left it. */
export const isMember = ({ person }: Pick<Classmate, 'person'>): boolean => person > 0;

holdSeat(() => (isMember(useClassmate.getState()) ? tokenIn(useClassmate.getState().code) : ''));

/** Milliseconds between two words about a run, and until something is tried again. */
const every = 2000;

/** The membership that goes on: what an earlier one still waits for is not wanted any more. */
let member = 0;
/** The connection to its class. */
let line: RoomLine;

/** Joins the class and begins with its experiments, as the person that this tab was before it was loaded again. What stands in the way is said in the store. */
export async function joinRoom(code: string, name: string): Promise<void> {
  await enter(code, name, async () => (await comeBack(code)) ?? (await line.ask('join', { name })).person);
}

/** Goes on in the class that this tab was in before it was loaded again; does nothing in a tab that was in none. */
export async function returnToRoom(code: string): Promise<void> {
  if (tokenIn(code) === '' || isMember(useClassmate.getState()) || useClassmate.getState().status === 'joining') return;
  await enter(code, '', async () => {
    const person = await comeBack(code);
    if (person === null) throw new RoomTrouble('person');
    return person;
  });
}

/** The person that this tab, or one of this browser that was closed, is in the class; null where the class knows it no more, or it has never joined. */
async function comeBack(code: string): Promise<number | null> {
  const token = tokenIn(code) || (await freeSeat(code));
  if (token === '') return null;
  try {
    return (await line.ask('again', { token })).person;
  } catch (error) {
    if (troubleOf(error) !== 'person') throw error;
    forgetToken();
    forgetSeat();
    return null;
  }
}

/** Opens the class and works for it as the person that `asWhom` says. */
async function enter(code: string, name: string, asWhom: () => Promise<number>): Promise<void> {
  const mine = ++member;
  useClassmate.setState({ ...outside, status: 'joining', code });
  results?.end();
  results = followResults(() => line, false);
  line = openLine(code, hearResults);
  try {
    const person = await asWhom();
    if (name.trim()) changeSettings({ person: name.trim() });
    useClassmate.setState({ person });
    useShown.setState({ room: code, board: false });
    void tellGuesses(useGuesses.getState());
    // A class that has ended says its state once.
    hearResults();
    void work(mine);
  } catch (error) {
    line.close();
    useClassmate.setState({ ...outside, trouble: troubleOf(error) });
  }
}

/** What the class found, once this tab has nothing to train for it: its person sees it beside their own results. */
let results: ReturnType<typeof followResults> | undefined;

function hearResults(state = useRoom.getState().state): void {
  const now = useClassmate.getState();
  if (state && isMember(now) && (isComplete(state) || now.status === 'waiting' || now.status === 'over')) results?.hear(state);
}

/** Leaves the class: its experiment is free for others at once. */
export function leaveRoom(): void {
  const { run } = useClassmate.getState();
  member++;
  results?.end();
  line.close();
  forgetToken();
  useClassmate.setState(outside);
  useShown.setState({ room: '', board: false });
  endRun(run);
}

/** Goes on after the person, or a failure, has stopped it. */
export function goOn(): void {
  const mine = ++member;
  useClassmate.setState({ trouble: '', message: '' });
  void work(mine);
}

/** Takes one experiment after another until there is none, or something ends it. */
async function work(mine: number): Promise<void> {
  const current = () => mine === member;
  const be = (change: Partial<Classmate>) => void (current() && useClassmate.setState(change));
  let failures = 0;
  try {
    be({ status: 'opening' });
    await needDevice();
    while (current()) {
      const { experiment, over } = await patiently(() => line.ask('take', {}), current);
      if (!current()) return;
      if (over) return be({ status: 'over', run: '' });
      if (!experiment) {
        be({ status: 'waiting', run: '' });
        const before = statesNow();
        // The state is said once a second at most: what came back and was taken between two of them shows in none.
        await Promise.race([until(() => !current() || statesNow() !== before, useRoom.subscribe), pause(10 * every)]);
        continue;
      }
      const ended = await trainShared(experiment, current, be);
      if (!current()) return;
      if (ended === 'stopped') return be({ status: 'stopped', run: '' });
      failures = ended === 'failed' ? failures + 1 : 0;
      // What fails here twice in a row would fail with the next as well, and the class would lose them all.
      if (failures === 2) return be({ status: 'failed', run: '' });
    }
  } catch (error) {
    if (current() && troubleOf(error) === 'person') return beNobody();
    be({ status: 'failed', run: '', ...(error instanceof RoomTrouble ? { trouble: error.trouble } : { message: messageOf(error) }) });
  }
}

/** Tells the class what its person has guessed in lessons. What is not to be had by it is told again when the tab is loaded again. */
async function tellGuesses(guesses: Guesses): Promise<void> {
  const mine = member;
  for (const [lesson, answer] of Object.entries(guesses)) await patiently(() => line.ask('guess', { lesson, answer }), () => mine === member).catch(() => {});
}

useGuesses.subscribe((now, before) => void (isMember(useClassmate.getState()) && tellGuesses(Object.fromEntries(Object.entries(now).filter(([lesson, answer]) => before[lesson] !== answer)))));

/** The class has given this person's place to another: this tab may join it again. */
function beNobody(): void {
  member++;
  results?.end();
  line.close();
  forgetToken();
  useClassmate.setState({ ...outside, trouble: 'person' });
}

useRoom.subscribe(({ trouble }) => void (trouble === 'person' && isMember(useClassmate.getState()) && beNobody()));

/** States of the class's experiments: once they change, asking for one may have another answer. */
const statesNow = (): string => (useRoom.getState().state?.experiments ?? []).map(({ state }) => state).join();

/** Something to compute on. */
async function needDevice(): Promise<void> {
  const report = () => useCatalog.getState().device;
  await until(() => report() !== null);
  if (!report()!.ok) await askDevice();
  const { ok, message } = report()!;
  if (!ok) throw new Error(message);
}

/** Trains one experiment and sends its result. Says how it ended: `gone` where another has it by now. */
async function trainShared({ place, spec }: NonNullable<RoomReply<'take'>['experiment']>, current: () => boolean, be: (change: Partial<Classmate>) => void): Promise<'done' | 'gone' | 'stopped' | 'failed'> {
  const back = (why: string) => patiently(() => line.ask('back', { experiment: place, why: why.slice(0, 1000) }), current);
  let id: string;
  try {
    const checked = checkShared(spec);
    await needShared(checked);
    if (!current()) return 'gone';
    id = (await goneOnWith(place)) || trainGiven(checked, { room: useClassmate.getState().code });
    keepRunIn(useClassmate.getState().code, place, id);
  } catch (error) {
    const message = messageOf(error);
    be({ message });
    await back(message);
    return 'failed';
  }
  be({ status: 'training', run: id, message: '' });
  const run = await followRun(id, place, current);
  if (!current() || run === 'gone') return 'gone';
  if (!run || run.deleted || run.state === 'stopped') {
    await back('');
    return 'stopped';
  }
  if (run.state !== 'done') {
    const message = run.error?.message ?? '';
    be({ message });
    await back(message || run.state);
    return 'failed';
  }
  be({ status: 'sending' });
  try {
    await patiently(() => sendResult(run, place), current);
  } catch (error) {
    if (troubleOf(error) !== 'untrue') throw error;
    be({ message: memberWords.untrue((error as RoomTrouble).why) });
    keepRunIn(useClassmate.getState().code, place, '');
    return 'failed';
  }
  keepRunIn(useClassmate.getState().code, place, '');
  return 'done';
}

/** The run of an experiment that this tab had begun before its page was loaded again: it goes on, or has ended; empty where there is none. */
async function goneOnWith(place: number): Promise<string> {
  const id = runIn(useClassmate.getState().code, place);
  if (id === '') return '';
  await until(() => useRuns.getState().loaded, useRuns.subscribe);
  const isLeft = () => runById(id)?.state === 'interrupted';
  if (isLeft()) {
    void resumeRun(id);
    await Promise.race([until(() => !isLeft(), useRuns.subscribe), pause(5 * every)]);
  }
  const run = runById(id);
  // A page that was left before its run began has it in a queue that nobody starts.
  if (run?.state === 'waiting') void startQueue();
  return run && !run.deleted && (!isEnded(run) || run.state === 'done') && !isLeft() ? id : '';
}

/** Pauses the class's run while the teacher has stopped all, and lets it go on after that. */
function obey(stopped: boolean, id: string): void {
  const state = useRuns.getState().current === id ? runById(id)?.state : undefined;
  if (stopped && state === 'running') {
    halted = id;
    void pauseRun();
  } else if (!stopped && halted === id) {
    halted = '';
    if (state === 'paused') void continueRun();
  }
}
/** The run that the teacher has paused; empty for none. */
let halted = '';

/** Says how far a run is until it has ended, or is another's; undefined for one that was removed. */
async function followRun(id: string, place: number, current: () => boolean): Promise<Run | undefined | 'gone'> {
  const isOver = (run: Run | undefined) => !run || run.deleted > 0 || isEnded(run) || run.state === 'interrupted';
  const ended = until(() => isOver(runById(id)) || !current(), useRuns.subscribe);
  for (;;) {
    const run = runById(id);
    if (isOver(run) || !current()) return run;
    const { step } = liveOf(id);
    const loss = curveOf(id).column('loss').at(-1) ?? NaN;
    try {
      const { yours, stopped } = await line.ask('progress', { experiment: place, paused: run!.state === 'paused', step, steps: run!.plan?.steps ?? 0, loss: Number.isFinite(loss) ? loss : null, curve: sentCurve(curveOf(id).column('step'), curveOf(id).column('loss')) });
      heard();
      obey(stopped, id);
      if (!yours && !isOver(runById(id))) {
        endRun(id);
        return 'gone';
      }
    } catch (error) {
      if (!passes(error)) {
        endRun(id);
        throw error;
      }
    }
    await Promise.race([pause(every), ended]);
  }
}

/** Ends a run of the class that is not wanted any more; the queue goes on. */
function endRun(id: string): void {
  const run = runById(id);
  if (!run || isEnded(run)) return;
  if (useRuns.getState().current === id) stopRun(true);
  else if (run.state === 'waiting') deleteRun(id);
}

/** Sends what was measured: settings and curves as a file of runs, without notes and names of pictures, then the adapter's files. Nothing where another was quicker. */
async function sendResult(run: Run, place: number): Promise<void> {
  const { notes: _, ...record } = recordOf(run, curveOf(run.id));
  const { blob } = await studio().exportRuns([record], 'runs');
  const files = ((await get('adapters', run.id)) ?? []).filter(({ path }) => isAdapterFile(path)).slice(0, roomBounds.files);
  const fit = files.reduce((sum, { bytes }) => sum + bytes.length, 0) <= roomBounds.adapter;
  const sent: AdapterFile[] = fit ? files : [];
  await unlessGone(line.send('result', { experiment: place, files: sent.length }, new Uint8Array(await blob.arrayBuffer())));
  for (const { path, bytes } of sent) await unlessGone(line.send('file', { experiment: place, path }, bytes));
}

/** Ignores that the class does not want something any more: this page sent it before it lost the connection, or another was quicker. */
async function unlessGone(sent: Promise<unknown>): Promise<void> {
  await sent.catch((error: unknown) => {
    if (!(error instanceof RoomTrouble && error.trouble === 'gone')) throw error;
  });
}

/** Steps between checkpoints where an experiment names none: a page that is loaded again goes on from the last one. */
const SAVED = 10;

/** The spec of an experiment as a run of this page: with a method and settings that it knows. Throws. */
function checkShared(spec: NonNullable<RoomReply<'take'>['experiment']>['spec']): RunSpec {
  if (!Object.hasOwn(methodFields, spec.method.method)) throw new Error(memberWords.unknownMethod(spec.method.method));
  const train = completeTrain(spec.train);
  return { id: '', name: spec.name.replaceAll(/[/\\\p{Cc}]/gu, '-').slice(0, 100), model: spec.model, data: spec.data, method: spec.method, train: { ...train, checkpoint_every: train.checkpoint_every || SAVED } };
}

/** Has the model and the images of an experiment here, from the hub where they do not come with the page. Throws. */
async function needShared({ model, data }: RunSpec): Promise<void> {
  await until(() => useCatalog.getState().models.length > 0 || useCatalog.getState().failure !== '');
  const lacks = () => ({ model: !modelById(useCatalog.getState(), model), dataset: !dataById(useCatalog.getState(), data) });
  for (const [kind, id] of [['model', model], ['dataset', data]] as const) {
    if (!lacks()[kind]) continue;
    const [name = '', revision = ''] = id.split('@');
    if (id.includes('/')) await openFromHub(kind, name, revision);
    if (lacks()[kind]) throw new Error(useHub.getState()[kind].error || memberWords.notHere(id));
  }
}

/** Again and again while the class is not reached or asks for patience. Throws RoomTrouble for what stays. */
async function patiently<T>(job: () => Promise<T>, current: () => boolean = () => true): Promise<T> {
  for (;;) {
    try {
      const answer = await job();
      heard();
      return answer;
    } catch (error) {
      if (!passes(error) || !current()) throw error;
      await pause(every);
    }
  }
}

const heard = (): void => void (useClassmate.getState().trouble && useClassmate.setState({ trouble: '' }));

/** True for what passes by itself; the store says it meanwhile. */
function passes(error: unknown): boolean {
  if (!(error instanceof RoomTrouble) || !isPassing(error.trouble)) return false;
  useClassmate.setState({ trouble: error.trouble });
  return true;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Waits until something holds, which the catalog or another store says. */
function until(holds: () => boolean, subscribe: (heard: () => void) => () => void = useCatalog.subscribe): Promise<void> {
  if (holds()) return Promise.resolve();
  return new Promise((done) => {
    const stop = subscribe(() => {
      if (!holds()) return;
      stop();
      done();
    });
  });
}
