import { beforeEach, expect, test, vi } from 'vitest';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { tinyData, tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import type { RateTrial, RunError, RunEvent, RunSpec } from './protocol';
import type { RateProgress } from './findRate';
import { RunFailure } from './runError';
import { searchRate, type RateInput } from './searchRate';
import type { SessionInput } from './session';

/** Results of a search from the events of its trials, whose sessions train nothing here. */

const opened: SessionInput[] = [];
let events: (lr: number) => RunEvent[];
vi.mock('./session', () => ({
  Session: class {
    constructor(
      readonly input: SessionInput,
      private readonly post: (event: RunEvent) => void,
    ) {
      opened.push(input);
    }
    run() {
      events(this.input.spec.train.lr).forEach(this.post);
      return Promise.resolve();
    }
  },
}));

const finished = (accuracy: number, reason: 'done' | 'stopped' = 'done') => ({ type: 'finished', run: 'r', reason, summary: { final: { loss: 1 - accuracy, accuracy, losses: new Float32Array(32).fill(1 - accuracy) } } }) as unknown as RunEvent;
const failed = (kind: RunError['kind']) => ({ type: 'failed', run: 'r', error: { kind, message: 'it broke' } }) as RunEvent;
const checkpoint = (step: number) => ({ type: 'checkpoint', run: 'r', step, bytes: Uint8Array.of(step) }) as RunEvent;
const phase = (name: string, done: number) => ({ type: 'phase', run: 'r', phase: name, done, total: 15, unit: 'steps' }) as RunEvent;
const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'linear_probe' }, train: completeTrain({ steps: 15, batch: 4, seed: 9 }) };
const search = async (follower: Parameters<typeof searchRate>[1] = {}, more: Partial<RateInput> = {}) => searchRate({ spec, model: await tinyModel(), data: tinyData(160), device: {} as Device, ...more }, follower);

beforeEach(() => {
  opened.length = 0;
  events = (lr) => [checkpoint(4), finished(lr > 0.01 ? 0.25 : 0.75)];
});

test('each trial is a session of its own settings, on images of the training alone, of which a fifth is held back', async () => {
  const { lr, trials, held } = await search();
  expect([held, trials.length, opened.length]).toEqual([32, trials.length, trials.length]);
  for (const [i, { spec: { train, ...rest }, splits, classes, trial, batches, resume }] of opened.entries()) {
    expect(rest).toEqual({ ...spec, train: undefined, id: 'r' });
    expect([train.lr, train.steps, train.seed, train.checkpoint_every]).toEqual([trials[i]?.lr, 15, 1_000_003, 0]);
    // What was looked at before goes on from where it was.
    expect([trial?.looks, resume ?? null]).toEqual([[trials[i]?.steps], trials.findIndex(({ lr }) => lr === train.lr) === i ? null : Uint8Array.of(4)]);
    expect([splits?.train.count, splits?.test.count, classes.length, batches?.count]).toEqual([128, 32, 3, 128]);
  }
  expect(lr).toBeLessThanOrEqual(0.01);
  expect(trials.map((one) => one.accuracy)).toEqual(trials.map((one) => (one.lr > 0.01 ? 0.25 : 0.75)));
  expect(trials.map((one) => one.loss)).toEqual(trials.map((one) => (one.lr > 0.01 ? 0.75 : 0.25)));
});

test('who follows is told of steps over all trials, of states, of each session and of each result', async () => {
  const progress: RateProgress[] = [];
  const tried: [number, number, number, RateProgress][] = [];
  const states: string[] = [];
  let sessions = 0;
  events = () => [phase('load', 7), phase('train', 2), { type: 'state', run: 'r', state: 'paused' }, phase('train', 4), finished(0.5)];
  const { trials } = await search({
    opened: () => sessions++,
    progress: (one) => progress.push(one),
    state: ({ state }) => states.push(state),
    tried: ({ lr, steps, accuracy }, at) => tried.push([lr, steps, accuracy, at]),
  });
  expect([sessions, states.length]).toEqual([trials.length, trials.length]);
  expect(states[0]).toBe('paused');
  const [first, second] = trials;
  expect(progress.slice(0, 4).map(({ done, rung }) => [done, rung])).toEqual([[2, 0], [4, 0], [(first?.steps ?? 0) + 2, 0], [(first?.steps ?? 0) + 4, 0]]);
  expect(tried.slice(0, 2).map(([lr, steps, accuracy, { done }]) => [lr, steps, accuracy, done])).toEqual([[first?.lr, 4, 0.5, 4], [second?.lr, 4, 0.5, 8]]);
  expect(tried.at(-1)?.[3].rung).toBe(trials.at(-1)?.rung);
});

test('a trial that goes on from a checkpoint counts what it adds', async () => {
  const progress: RateProgress[] = [];
  events = (lr) => [phase('train', 4), checkpoint(4), { type: 'log' } as unknown as RunEvent, finished(lr > 0.01 ? 0.25 : 0.75)];
  const { trials } = await search({ progress: (one) => progress.push(one) });
  const again = trials.findIndex(({ lr }, i) => trials.findIndex((one) => one.lr === lr) < i);
  expect(again).toBeGreaterThan(0);
  // Its fourth step is where it was before.
  expect(progress[again]?.done).toBe(3 * 4);
});

test('what was looked at before is not trained again', async () => {
  const seen: RateTrial[] = [];
  const whole = await search({ tried: (trial) => void seen.push(trial) });
  const [{ lr, steps }] = whole.trials as [RateTrial];
  opened.length = 0;
  expect(await search({}, { tried: seen })).toEqual(whole);
  expect(opened).toHaveLength(0);
  // Of the same rate at another step, of another rate at the same one, or without its losses it is.
  for (const tried of [seen.map((one) => ({ ...one, steps: one.steps + 100 })), seen.map((one) => ({ ...one, lr: one.lr / 7 })), seen.map(({ losses: _, ...one }) => one)]) {
    opened.length = 0;
    expect(await search({}, { tried })).toEqual(whole);
    expect(opened).toHaveLength(whole.trials.length);
  }
  opened.length = 0;
  await search({}, { tried: seen.filter((one) => one.lr !== lr || one.steps !== steps) });
  expect(opened.map(({ spec: { train }, trial }) => [train.lr, trial?.looks])).toEqual([[lr, [steps]]]);
});

test('a trial that diverged is a loss that is no number, and the search goes on, whether anybody follows it or not', async () => {
  events = (lr) => [phase('train', 4), { type: 'state', run: 'r', state: 'paused' }, lr > 1e-3 ? failed('diverged') : finished(0.5)];
  const { lr, trials } = await search();
  expect(lr).toBeLessThanOrEqual(1e-3);
  const [broken] = trials.filter((one) => one.lr > 1e-3);
  expect(broken).toMatchObject({ loss: NaN, accuracy: 0 });
});

test('any other failure is that of the search, and so is a stop or an end without a result', async () => {
  events = () => [failed('memory' as RunError['kind'])];
  await expect(search()).rejects.toThrow(RunFailure);
  for (const ending of [[finished(0.5, 'stopped')], [failed('cancelled')], []]) {
    events = () => ending;
    let tried = 0;
    const error: unknown = await search({ tried: () => tried++ }).catch((thrown: unknown) => thrown);
    expect([error instanceof EngineError && error.kind, tried]).toEqual(['aborted', 0]);
  }
  expect(opened).toHaveLength(4);
});
