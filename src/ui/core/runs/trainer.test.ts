import { beforeEach, expect, test, vi } from 'vitest';
import { completeTrain } from '../../../train/config';
import type { Evaluation, RunEvent, RunSpec } from '../../../train/protocol';
import { makeRun, runById, selectRun, updateRun, useRuns } from './runs';
import { tabId } from '../storage/tabs';
import { useToasts } from '../../kit/toast';
import { resumeRun, startQueue, stopRun } from './trainer';

/** Work of the worker on a run. */
let work: (run: string, say: (event: RunEvent) => void) => Promise<void>;
const stop = vi.fn();
vi.mock('../worker/client', () => ({
  messageOf: (error: Error) => error.message,
  restartWorker: () => {},
  studio: () => ({ run: (spec: RunSpec, _resume: null, say: (event: RunEvent) => void) => work(spec.id, say), stop, plan: async ({ id }: RunSpec) => ({ steps: 1, of: id }) }),
}));
vi.mock('../data/open', () => ({ askDevice: async () => {} }));
/** Writes to storage, in order. */
const written: string[] = [];
/** True if the browser stores a curve. */
let storesCurve = true;
vi.mock('../storage/database', () => ({ get: async () => undefined, put: async (store: string) => void written.push(store), hold: (store: string) => void written.push(`${store}, in memory`), remove: async () => {} }));
vi.mock('../storage/keep', () => ({ adopt: async (id: string) => (updateRun(id, { state: 'waiting', owner: tabId }), true), keepCurve: async () => (written.push('curves'), storesCurve), keepRun: async () => void written.push('runs') }));

const evaluation = { step: 1, split: 'test', accuracy: 0.5, count: 10 } as Evaluation;
const finished = (run: string): RunEvent => ({ type: 'finished', run, reason: 'done', summary: { steps: 1 } }) as RunEvent;
const spec = (id: string): RunSpec => ({ id, name: id, model: 'm', data: 'd', method: { method: 'lora' }, train: completeTrain({}) });

beforeEach(() => {
  stop.mockReset();
  useToasts.setState({ toasts: [] });
  written.length = 0;
  useRuns.setState({ runs: ['a', 'b', 'c'].map((id, i) => makeRun(spec(id), { modelTitle: '', dataTitle: '', classes: [] }, tabId, i)), selected: '', current: '', held: false });
});

test('from the first run of a queue to its last there is always a current one, and results stay until there are new ones', async () => {
  const currents: string[] = [];
  const selected: string[] = [];
  useRuns.subscribe((now, before) => {
    if (now.current !== before.current) currents.push(now.current);
    if (now.selected !== before.selected) selected.push(now.selected);
  });
  const atStart: string[] = [];
  work = async (run, say) => {
    atStart.push(useRuns.getState().selected);
    say({ type: 'evaluation', run, evaluation, best: true });
    say(finished(run));
  };
  await startQueue();
  expect(currents).toEqual(['a', 'b', 'c', '']);
  expect(atStart).toEqual(['a', 'a', 'b']);
  expect(selected).toEqual(['a', 'b', 'c']);
});

test('while another tab trains, the run that has ended stands for nothing', async () => {
  let free: () => void = () => {};
  let asked = 0;
  // Between the first run and the second another tab takes its turn.
  const request = async (_name: string, ...rest: unknown[]) => {
    const job = rest.at(-1) as (lock: object | null) => Promise<unknown>;
    if (rest.length === 2) return job(++asked === 2 ? null : {});
    await new Promise<void>((done) => (free = done));
    return job({});
  };
  vi.stubGlobal('navigator', { locks: { request } });
  work = async (run, say) => say(finished(run));
  const ended = startQueue();
  await vi.waitUntil(() => useRuns.getState().elsewhere);
  expect(useRuns.getState()).toMatchObject({ current: '', elsewhere: true });
  expect(useRuns.getState().runs.map(({ state }) => state)).toEqual(['done', 'waiting', 'waiting']);
  free();
  await ended;
  expect(useRuns.getState().elsewhere).toBe(false);
  expect(useRuns.getState().runs.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  vi.unstubAllGlobals();
});

test('a run that looks for its rate has a plan meanwhile', async () => {
  useRuns.setState({ runs: useRuns.getState().runs.slice(0, 1).map((run) => ({ ...run, spec: { ...run.spec, rate: 'find' as const } })) });
  work = async (run, say) => {
    say({ type: 'phase', run, phase: 'search', done: 0, total: 2, unit: 'steps' });
    await vi.waitUntil(() => runById(run)!.plan !== null);
    expect(runById(run)!.plan).toMatchObject({ of: 'a' });
    say(finished(run));
  };
  await startQueue();
  expect(runById('a')!.state).toBe('done');
});

test('an end is kept before it is shown', async () => {
  let kept: string[] | null = null;
  const forget = useRuns.subscribe(() => {
    if (runById('a')?.state === 'done') kept ??= [...written];
  });
  work = async (run, say) => {
    written.length = 0;
    say(finished(run));
  };
  await startQueue();
  forget();
  expect(kept).toEqual(['curves', 'runs']);
});

test('results that the person has chosen meanwhile stay', async () => {
  work = async (run, say) => {
    say({ type: 'evaluation', run, evaluation, best: true });
    if (run === 'c') selectRun('a');
    say(finished(run));
  };
  await startQueue();
  expect(useRuns.getState().selected).toBe('a');
});

test('a stop between two runs holds the queue, and the run that has ended stays as it is', async () => {
  work = async (run, say) => {
    say(finished(run));
    await vi.waitUntil(() => runById(run)!.state === 'done');
    stopRun();
  };
  await startQueue();
  expect(useRuns.getState()).toMatchObject({ current: '', held: true });
  expect(useRuns.getState().runs.map(({ state }) => state)).toEqual(['done', 'waiting', 'waiting']);
  expect(stop).not.toHaveBeenCalled();
});

test('a run that ends while it is paused leaves the queue held, until it is told to go on', async () => {
  work = async (run, say) => {
    say({ type: 'state', run, state: 'running' });
    if (run === 'a') say({ type: 'state', run, state: 'paused' });
    say(finished(run));
  };
  await startQueue();
  expect(useRuns.getState()).toMatchObject({ current: '', held: true });
  expect(useRuns.getState().runs.map(({ state }) => state)).toEqual(['done', 'waiting', 'waiting']);
  expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual(['a had ended when you paused. The 2 runs behind it wait until you continue.']);
  await startQueue();
  expect(useRuns.getState().runs.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
});

test('whoever goes on with a run that a loading of the page cut off goes on with the queue behind it', async () => {
  useRuns.setState({ held: true });
  updateRun('a', { state: 'interrupted', owner: '' });
  work = async (run, say) => say(finished(run));
  await resumeRun('a');
  expect(useRuns.getState().runs.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
});

test('a pause that was taken back holds nothing', async () => {
  work = async (run, say) => {
    say({ type: 'state', run, state: 'paused' });
    say({ type: 'state', run, state: 'running' });
    say(finished(run));
  };
  await startQueue();
  expect(useRuns.getState().runs.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
});

test('a stop while a run is prepared reaches the worker once it has begun', async () => {
  let begun = false;
  const order: string[] = [];
  stop.mockImplementation(() => void order.push(begun ? 'stop after the beginning' : 'stop before'));
  work = async (run, say) => {
    begun = true;
    order.push('run');
    await vi.waitUntil(() => order.includes('stop after the beginning'));
    say({ ...finished(run), reason: 'stopped' } as RunEvent);
  };
  let pressed = false;
  const off = useRuns.subscribe(({ current }) => {
    if (current !== 'a' || pressed) return;
    pressed = true;
    setTimeout(() => stopRun());
  });
  await startQueue();
  off();
  expect(order.at(-1)).toBe('stop after the beginning');
});

test('a checkpoint whose curve the browser does not store is in memory, and the one before it stays with its curve', async () => {
  useRuns.setState({ runs: useRuns.getState().runs.slice(0, 1) });
  storesCurve = false;
  work = async (run, say) => {
    written.length = 0;
    say({ type: 'checkpoint', run, step: 4, bytes: new Uint8Array(1) });
    await vi.waitUntil(() => written.includes('runs'));
    expect(written).toEqual(['curves', 'checkpoints, in memory', 'runs']);
    say(finished(run));
  };
  await startQueue();
  storesCurve = true;
  expect(runById('a')!.state).toBe('done');
});

test('a tab that closes while a checkpoint is kept leaves no gap in the curve before the step it goes on from', async () => {
  work = async (run, say) => {
    written.length = 0;
    say({ type: 'checkpoint', run, step: 4, bytes: new Uint8Array(1) });
    await vi.waitUntil(() => written.includes('runs'));
    expect(written).toEqual(['curves', 'checkpoints', 'runs']);
    expect(runById(run)!.checkpointStep).toBe(4);
    say(finished(run));
  };
  await startQueue();
  expect(runById('a')!.state).toBe('done');
});
