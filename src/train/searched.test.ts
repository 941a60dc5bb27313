import { beforeEach, expect, test, vi } from 'vitest';
import type { Device } from '../engine/device';
import { EngineError } from '../engine/errors';
import { tinyData, tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import type { RunError, RunEvent, RunSpec } from './protocol';
import type { RateProgress } from './findRate';
import { RunFailure } from './runError';
import { searchRate } from './searchRate';
import type { SessionInput } from './session';

/** What a search makes of the events of its trials, whose sessions train nothing here. */

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
const search = async (follower: Parameters<typeof searchRate>[1] = {}) => searchRate({ spec, model: await tinyModel(), data: tinyData(160), device: {} as Device }, follower);

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
  for (const ending of [[finished(0.5, 'stopped')], []]) {
    events = () => ending;
    const error: unknown = await search().catch((thrown: unknown) => thrown);
    expect(error instanceof EngineError && error.kind).toBe('aborted');
  }
  expect(opened).toHaveLength(3);
});
