import { describe, expect, test } from 'vitest';
import { perClass } from '../data/split';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { completeTrain, evaluationsEvery, fingerprint, heldCount, keptTrain, trainDefaults } from './config';
import { splitBatches } from './feeds';
import { Patience } from './patience';
import type { RunEvent, RunSpec, TrainConfig } from './protocol';
import { Session } from './session';
import { runSplits } from './split';

/** Evaluations after which a run ends, of the losses that it would have; null where it goes on. */
function endOf(losses: number[], most: number, threshold = 0): number | null {
  const patience = new Patience(most, threshold);
  for (const [i, loss] of losses.entries()) {
    patience.see(loss);
    if (patience.over) return i + 1;
  }
  return null;
}

test('patience counts evaluations in a row that are no better, as transformers counts them', () => {
  expect(endOf([3, 2, 2, 2.5], 2)).toBe(4);
  expect(endOf([3, 2, 2.5, 1.9, 2, 2], 2)).toBe(6);
  expect(endOf([3, 2, 1, 0.5], 2)).toBeNull();
  // An improvement within the threshold does not count, and moves what the next one must be below, all the same.
  expect(endOf([3, 2.95, 2.9, 2.85], 3, 0.1)).toBe(4);
  expect(endOf([3, 2.95, 2.5, 2.45], 3, 0.1)).toBeNull();
  // What is no number is no improvement.
  expect(endOf([NaN, NaN], 2)).toBe(2);
  expect(endOf([NaN, 3, NaN, 2], 2)).toBeNull();
});

describe('images to be followed on', () => {
  const counts = (of: Uint16Array) => [...new Set(of)].sort().map((label) => of.filter((one) => one === label).length);
  const stopping = { early_stopping_patience: 2, val_fraction: 0 };

  test('are a tenth, of each class that has one to spare, the same for a seed; a share that is set, or images that the data have, come first', () => {
    const data = tinyData(200, 10, 4);
    const splits = runSplits(data, completeTrain(stopping));
    expect([splits.followIs, splits.taken, splits.train.count, ...counts(splits.follow.labels)]).toEqual(['val', 20, 180, 5, 5, 5, 5]);
    expect(runSplits(data, completeTrain(stopping)).follow.labels).toEqual(splits.follow.labels);
    const set = runSplits(data, completeTrain({ ...stopping, val_fraction: 0.25 }));
    expect([set.follow.count, set.taken]).toEqual([50, 0]);
    expect(set.follow.labels).toEqual(runSplits(data, completeTrain({ val_fraction: 0.25 })).follow.labels);
    const { test: val } = tinyData(8, 6, 4);
    const own = runSplits({ ...data, val }, completeTrain(stopping));
    expect([own.follow, own.taken, own.train.count]).toEqual([val, 0, 200]);
  });

  test('of few images are one of each class, and none of a class that has no other', () => {
    const data = tinyData(9, 10, 4);
    // Classes of 4, 3 and 1 images, and one of 1.
    const labels = Uint16Array.of(0, 1, 2, 3, 0, 1, 0, 1, 0);
    const few = { ...data, train: { ...data.train, labels } };
    const { train, follow } = runSplits(few, completeTrain(stopping));
    expect([...follow.labels].sort()).toEqual([0, 1]);
    expect(counts(train.labels)).toEqual([3, 2, 1, 1]);
    expect(heldCount(completeTrain(stopping), perClass(few.train, 4))).toBe(2);
    const single = { ...data, train: { ...data.train, count: 4, labels: Uint16Array.of(0, 1, 2, 3) } };
    expect(() => runSplits(single, completeTrain(stopping))).toThrow(/Early stopping needs examples that are not trained on/);
  });
});

test('evaluations are as set, or twenty', () => {
  expect(evaluationsEvery(completeTrain({ early_stopping_patience: 2 }), 200)).toBe(10);
  expect(evaluationsEvery(completeTrain({ early_stopping_patience: 2 }), 6)).toBe(1);
  expect(evaluationsEvery(completeTrain({ early_stopping_patience: 2, eval_every: 7 }), 200)).toBe(7);
  expect(evaluationsEvery(completeTrain({}), 200)).toBe(0);
});

test('runs that do not use it are the same runs as before', () => {
  const of = (train: Partial<TrainConfig>) => fingerprint({ id: '', name: '', model: 'm', data: 'd', method: { method: 'lora' }, train: train as TrainConfig });
  const { early_stopping_patience: _, early_stopping_threshold: __, class_weights: ___, ...before } = trainDefaults;
  expect(of(keptTrain(before))).toBe(of(before));
  expect(of(trainDefaults)).not.toMatch(/early|class_weights/);
  expect(of({ ...trainDefaults, eval_every: 5 })).toBe(of(before));
  // What ends a run, and what weighs its classes, makes another of it.
  const others = [{ early_stopping_patience: 2 }, { early_stopping_patience: 2, eval_every: 5 }, { early_stopping_patience: 2, early_stopping_threshold: 0.1 }, { class_weights: 'balanced' }];
  expect(new Set([{}, ...others].map((change) => of({ ...trainDefaults, ...change }))).size).toBe(5);
});

describe('a run', () => {
  const settings: Partial<TrainConfig> = { steps: 40, batch: 4, lr: 0.1, schedule: 'constant', seed: 3, eval_every: 2, checkpoint_every: 2, early_stopping_patience: 2 };

  async function train(change: Partial<TrainConfig> = {}, resume?: Uint8Array, data = tinyData()) {
    const device = await mustOpen(gpu());
    const model = await tinyModel();
    const config = completeTrain({ ...settings, ...change });
    const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'full' }, train: config };
    const splits = runSplits(data, config);
    const events: RunEvent[] = [];
    await new Session({ spec, model, device, splits, classes: data.classes, resume, batches: splitBatches(splits.train, model.preprocess, 16, config) }, (event) => events.push(event)).run();
    const of = <T extends RunEvent['type']>(type: T) => events.filter((e): e is Extract<RunEvent, { type: T }> => e.type === type);
    expect(of('failed')).toEqual([]);
    const [{ reason, summary }] = of('finished') as [Extract<RunEvent, { type: 'finished' }>];
    const evaluations = of('evaluation').map(({ evaluation }) => evaluation);
    return { reason, summary, evaluations, vals: evaluations.filter(({ split }) => split === 'val'), steps: of('step').map(({ point }) => point), checkpoints: of('checkpoint'), adapter: defined(of('adapter')[0]).files };
  }

  test('ends when the validation loss stays, keeps the best weights, tests once, and says so; resumed, it ends the same', async () => {
    const whole = await train();
    const losses = whole.vals.map(({ loss }) => loss);
    const ends = endOf(losses, 2)!;
    expect(ends).toBe(losses.length);
    const steps = 2 * ends;
    expect(steps).toBeLessThan(40);
    expect([whole.reason, whole.summary.steps, whole.steps.length, whole.summary.plan.steps]).toEqual(['done', steps, steps, 40]);
    expect(whole.summary.early_stopping).toEqual({ eval_every: 2, held: 3, evaluations: 2, stopped: true });
    // The best by accuracy, the earliest of those that are the same, as without early stopping.
    const best = whole.vals.reduce((one, other) => (other.accuracy > one.accuracy ? other : one));
    expect(whole.summary.best).toEqual(best);
    // Which pictures were right stands in the result alone.
    const { answers, ...final } = whole.summary.final!;
    expect(answers).toBeDefined();
    expect(whole.evaluations.filter(({ split }) => split === 'test')).toEqual([final]);
    expect(whole.summary.final!.step).toBe(best.step);
    // From any checkpoint, also the one at which it had ended, and the one before, where half of the patience was gone.
    for (const from of [whole.checkpoints.at(-1)!, whole.checkpoints.at(-2)!, defined(whole.checkpoints[0])]) {
      const again = await train({}, from.bytes);
      expect([again.summary.steps, again.summary.early_stopping, again.summary.best, again.summary.final]).toEqual([steps, whole.summary.early_stopping, whole.summary.best, whole.summary.final]);
      expect(again.vals).toEqual(whole.vals.filter(({ step }) => step > from.step));
      expect(again.adapter).toEqual(whole.adapter);
    }
  });

  test('that gets better goes to its end, and one without early stopping has no word of it', async () => {
    const patient = await train({ steps: 4, eval_every: 0, lr: 1e-4 });
    expect([patient.summary.steps, patient.vals.length]).toEqual([4, 4]);
    expect(patient.summary.early_stopping).toMatchObject({ eval_every: 1, stopped: false });
    const without = await train({ steps: 4, early_stopping_patience: 0 });
    expect(without.summary).not.toHaveProperty('early_stopping');
    expect(without.summary.final!.split).toBe('test');
  });
});

test('fixed batches bring no images to follow a run on', async () => {
  const device = await mustOpen(gpu());
  const model = await tinyModel();
  const config = completeTrain({ early_stopping_patience: 1 });
  const batches = splitBatches(tinyData().train, model.preprocess, 16, config);
  const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: '', method: { method: 'full' }, train: config };
  await expect(new Session({ spec, model, device, splits: null, classes: ['a', 'b', 'c'], batches }, () => {}).plan()).rejects.toThrow(/fixed batches bring none/);
  device.destroy();
});
