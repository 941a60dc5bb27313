import { describe, expect, test } from 'vitest';
import type { Split } from '../data/source';
import { stampOf } from '../data/stamp';
import type { Machine } from '../engine/machine';
import type { Program, Recorder } from '../engine/record';
import type { StepScalars } from '../engine/step';
import type { Tensor } from '../engine/tensor';
import type { HostBatch, OpenedTask } from '../tasks/task';
import { packAnswers } from './answers.meta';
import { averageRests, beginAverage, leave, recordAveraging, withAverage } from './average';
import type { Best } from './checkpoint';
import { Follower, type FollowEvents } from './follow';
import type { Feed } from './images';
import { Patience } from './patience';
import type { Programs } from './programs';
import type { Evaluation } from './protocol';
import { startFrom } from './startFrom';

/** Following a run, keeping its average and putting in place what it leaves: in memory, without a device. */
const tensor = (label: string, shape: number[]): Tensor => ({ label, shape, dtype: 'f32', storage: { bytes: 4 * shape.reduce((a, b) => a * b, 1) } }) as unknown as Tensor;
const program = (name: string): Program => ({ name }) as unknown as Program;
const weight = tensor('w', [2]);

interface World {
  /** Programs that ran, in order. */
  ran: string[];
  /** Values of what is trained, as on the device. */
  held: Float32Array;
  /** Losses of evaluations to come. */
  losses: number[];
  scalars: StepScalars[];
  machine: Machine;
  programs: Programs;
}

function world(losses: number[], { averaged = false, once = false, answered = false } = {}): World {
  const rec = { flats: { seal: () => [{ chunk: 0, offset: 0, bytes: 8 }], chunks: [8], params: () => [{ tensor: weight }], placeOf: () => ({ chunk: 0, offset: 0 }) }, flatRange: () => weight } as unknown as Recorder;
  const self: World = {
    ran: [], held: Float32Array.of(1, 1), losses, scalars: [],
    machine: {
      run: async ({ name }: { name: string }) => void self.ran.push(name),
      read: async (wanted: { data: Float32Array }[]) => wanted.forEach(({ data }) => data.set(self.held)),
      write: (to: Tensor, data: Float32Array) => to === weight && self.held.set(data),
      setStep: (step: StepScalars) => void self.scalars.push(step),
      gather: (body: (gathering: unknown) => Promise<void>) => body({ run: async ({ name }: { name: string }) => void self.ran.push(name) }),
    } as unknown as Machine,
    programs: {
      rec, evaluate: program('evaluate'), rows: tensor('rows', [4, 4]), once: once ? program('once') : null, averaging: averaged ? { begin: program('begin'), exchange: program('exchange') } : null,
      measured: {
        inputs: { pixel_values: tensor('pixels', [4]) },
        objective: {
          judge: (_: Float32Array, { name }: { name?: (i: number) => string }) => ({ loss: self.losses.shift(), confusion: answered ? [[9]] : [], ...(name && { named: name(1) }) }),
          better: (than: Evaluation, found: Evaluation) => found.loss < than.loss,
        },
      },
    } as unknown as Programs,
  };
  return self;
}

const splitOf = (count: number): Split => ({ count, labels: new Uint16Array(count), image: () => Promise.reject(new Error('decoded')), name: (i) => `${count}/${i}.png` });
const feed: Feed = { fill: async (_: ArrayLike<number>, __: number, ___: HostBatch) => {}, labels: [], labelsOf: () => [] };

/** A run that is followed on so many images, which are those of the test where it says so. */
function follow(of: World, { held = 5, classes = 2, best = null as Best | null, patience = null as Patience | null, nameImages = false, onTest = false, refreshes = true, trial = false } = {}) {
  const test = splitOf(9);
  const found: [step: number, split: string, count: number, loss: number, better: boolean][] = [];
  const heard: string[] = [];
  const events: FollowEvents = { begin: () => heard.push('begin'), progress: (done, total) => heard.push(`${done} of ${total}`), found: ({ step, split, count, loss }, better) => found.push([step, split, count, loss, better]) };
  const splits = { train: splitOf(20), follow: onTest ? test : splitOf(held), followIs: onTest ? ('test' as const) : ('val' as const), test, taken: 0 };
  const task = (refreshes ? { refresh: async () => void of.ran.push('refresh') } : {}) as unknown as OpenedTask;
  const follower = new Follower({ machine: of.machine, programs: of.programs, splits, feedOf: () => feed, classes, task, nameImages, trial, signal: new AbortController().signal }, events, best, patience);
  return { follower, found, heard };
}

describe('a run that is followed', () => {
  test('keeps the best weights that were seen, leaves them, and is measured on the test once', async () => {
    const of = world([3, 1, 2, 7], { once: true });
    const { follower, found, heard } = follow(of);
    for (const step of [0, 1, 2]) {
      of.held.fill(10 + step);
      await follower.look(step);
    }
    expect(follower.best).toEqual({ evaluation: { step: 1, split: 'val', count: 5, loss: 1, confusion: [] }, values: { w: Float32Array.of(11, 11) } });
    expect([follower.looked(1), follower.looked(2)]).toEqual([false, true]);
    of.ran.length = heard.length = 0;
    expect(await follower.end(2)).toEqual({ step: 1, split: 'test', count: 9, loss: 7, confusion: [] });
    expect([...of.held]).toEqual([11, 11]);
    expect(found).toEqual([[0, 'val', 5, 3, true], [1, 'val', 5, 1, true], [2, 'val', 5, 2, false], [1, 'test', 9, 7, false]]);
    expect([of.ran, heard]).toEqual([['once', 'refresh', 'evaluate', 'evaluate', 'evaluate'], ['begin', '4 of 9', '8 of 9', '9 of 9']]);
  });

  test('is looked at before it ends where that was not after its last step', async () => {
    const of = world([2, 1, 7]);
    const { follower, found } = follow(of);
    await follower.look(3);
    of.held.fill(4);
    expect(await follower.end(4)).toMatchObject({ step: 4, split: 'test', loss: 7 });
    expect([found.map(([step, split]) => [step, split]), [...of.held]]).toEqual([[[3, 'val'], [4, 'val'], [4, 'test']], [4, 4]]);
  });

  test('on the test itself keeps no weights, and its last look is what it comes to', async () => {
    const of = world([1, 2]);
    const { follower, found } = follow(of, { onTest: true, held: 9 });
    await follower.look(1);
    of.held.fill(8);
    expect(await follower.end(2)).toEqual({ step: 2, split: 'test', count: 9, loss: 2, confusion: [] });
    expect([follower.best, [...of.held], found.map((one) => one.at(-1))]).toEqual([{ evaluation: { step: 1, split: 'test', count: 9, loss: 1, confusion: [] }, values: {} }, [8, 8], [true, false]]);
  });

  test.each<[string, Parameters<typeof follow>[1] & object, boolean]>([
    ['enough images choose', { held: 5 }, true], ['too few keep the last', { held: 4 }, false], ['fewer than classes keep the last', { held: 6, classes: 7 }, false], ['few that end the run choose', { held: 1, patience: new Patience(5, 0) }, true], ['images of the test choose, however few', { onTest: true, classes: 20 }, true],
  ])('%s', async (_, options, chooses) => {
    const { follower, found } = follow(world([1, 2]), options);
    await follower.look(1);
    await follower.look(2);
    expect([follower.best?.evaluation.step, found.map((one) => one.at(-1))]).toEqual(chooses ? [1, [true, false]] : [2, [true, true]]);
  });

  test('goes on from the best of its checkpoint, and ends where its patience does', async () => {
    const best: Best = { evaluation: { step: 3, split: 'val', count: 5, loss: 1 } as Evaluation, values: { w: Float32Array.of(5, 6) } };
    const of = world([2, 3, 7]);
    const patience = new Patience(2, 0, { best: 1, evaluations: 0 });
    const { follower, found } = follow(of, { best, patience });
    expect(follower.looked(3)).toBe(false);
    await follower.look(4);
    expect([patience.state, follower.looked(5)]).toEqual([{ best: 1, evaluations: 1 }, false]);
    await follower.look(5);
    expect([follower.looked(9), follower.best]).toEqual([true, best]);
    expect(await follower.end(9)).toMatchObject({ step: 3, split: 'test', loss: 7 });
    expect([[...of.held], found.map((one) => one.at(-1))]).toEqual([[5, 6], [false, false, false]]);
  });

  test('names images where that is asked for', async () => {
    expect([await follow(world([1])).follower.look(0), await follow(world([1]), { nameImages: true, refreshes: false }).follower.look(0)].map((found) => 'named' in found && found.named)).toEqual([false, '5/1.png']);
  });

  test('keeps which test images were right with its result alone, whether it was followed on them or on others', async () => {
    for (const onTest of [true, false]) {
      const { follower } = follow(world([1, 2, 3], { answered: true }), { onTest, held: onTest ? 9 : 5 });
      const looks: Evaluation[] = [];
      follower['events'].found = (evaluation) => looks.push(evaluation);
      await follower.look(1);
      const final = await follower.end(2);
      expect(final.answers).toEqual({ of: stampOf(splitOf(9)), right: packAnswers(new Array<boolean>(9).fill(false), '').right });
      expect([...looks, follower.best!.evaluation].filter((one) => 'answers' in one)).toEqual([]);
    }
  });

  test('is measured by the average of its weights, and leaves it where none are better', async () => {
    const of = world([1, 2], { averaged: true });
    const { follower } = follow(of, { onTest: true });
    await follower.look(1);
    expect(of.ran).toEqual(['exchange', 'refresh', 'evaluate', 'evaluate', 'evaluate', 'exchange']);
    of.ran.length = 0;
    await follower.end(1);
    expect(of.ran).toEqual(['exchange']);
  });
});

describe('an average of weights', () => {
  test('has programs that record no gradients', () => {
    const made: [string, unknown][] = [];
    recordAveraging({ program: (name: string, _: unknown, options: unknown) => made.push([name, options]) } as unknown as Recorder);
    expect(made).toEqual([['average', { gradients: false }], ['exchange', { gradients: false }]]);
  });

  test('begins where the weights are, and where there is none nothing runs', async () => {
    const [none, kept] = [world([]), world([], { averaged: true })];
    for (const { machine, programs } of [none, kept]) await beginAverage(machine, programs);
    expect([none.ran, none.scalars, kept.ran, kept.scalars]).toEqual([[], [], ['begin'], [expect.objectContaining({ averageRest: 1, lr: 0, invCount: 1 })]]);
  });

  test('gives place again, also where what was done with it fails', async () => {
    const [none, kept] = [world([]), world([], { averaged: true })];
    expect(await withAverage(none.machine, none.programs, async () => none.ran.push('body'))).toBe(1);
    await expect(withAverage(kept.machine, kept.programs, () => Promise.reject(new Error(kept.ran.join())))).rejects.toThrow('exchange');
    expect([none.ran, kept.ran]).toEqual([['body'], ['exchange', 'exchange']]);
  });

  test('is left where there are no best weights', async () => {
    const best: Best = { evaluation: { step: 1 } as Evaluation, values: { w: Float32Array.of(3, 4) } };
    const left = async (averaged: boolean, given: Best | null) => {
      const of = world([], { averaged });
      await leave(of.machine, of.programs, given);
      return [...of.ran, ...of.held];
    };
    expect([await left(false, null), await left(false, best), await left(true, best), await left(true, null), await left(true, { ...best, values: {} })]).toEqual([[1, 1], [3, 4], [3, 4], ['exchange', 1, 1], ['exchange', 1, 1]]);
  });

  test('moves by its decay, or at the end of each epoch by what that counts', () => {
    const rests = (ema_decay: number, average: ((epoch: number, of: number) => number) | null, total: number, perEpoch: number) => {
      const rest = averageRests({ ema_decay }, { average }, total, perEpoch);
      return Array.from({ length: total }, (_, i) => rest(i));
    };
    const byEpoch = (epoch: number, of: number) => (epoch === 1 ? 0 : epoch / of);
    expect(rests(0.5, null, 3, 1)).toEqual([0.9, 1 - 2 / 11, 0.75]);
    expect(rests(0.15, byEpoch, 3, 1)).toEqual([0.9, 0.85, 0.85]);
    expect(rests(0, null, 2, 1)).toEqual([1, 1]);
    // Of three epochs, the last of which is cut short: counts 0, 2/3 and 1.
    expect(rests(0, byEpoch, 5, 2)).toEqual([0, 0, 0, 1, 1 / (2 / 3 + 1)]);
    expect(rests(0, byEpoch, 6, 2)).toEqual([0, 0, 0, 1, 0, 1 / (2 / 3 + 1)]);
    expect(rests(0, () => 1, 7, 3)).toEqual([0, 0, 1, 0, 0, 1 / 2, 1 / 3]);
  });
});

test('a run takes over an adapter whole where classes and their order are its own, and else without what was trained of the head', () => {
  const values = { 'lora.a': Float32Array.of(1), 'head.w': Float32Array.of(2) };
  const from = { adapted: { model: { labels: ['a', 'b'] }, config: { method: 'lora', r: 2, modules_to_save: ['head'] }, trace: { head: new Set(['head.w']) } }, values } as unknown as Parameters<typeof startFrom>[0];
  expect(startFrom(from, ['a', 'b'])).toEqual({ method: { method: 'lora', r: 2, modules_to_save: ['head'] }, start: values });
  for (const classes of [['b', 'a'], ['a'], ['a', 'b', 'c'], ['a', 'c'], []]) expect(startFrom(from, classes), classes.join()).toEqual({ method: { method: 'lora', r: 2 }, start: { 'lora.a': values['lora.a'] } });
});
