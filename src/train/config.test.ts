import { describe, expect, test } from 'vitest';
import { ConfigError, methodFields } from '../adapters/fields';
import { choosesBest, completeTrain, defaultBudget, evaluationsEvery, fingerprint, heldCount, holdsBack, keptTrain, learningRates, totalSteps, trainDefaults, trainFields, withRule } from './config';
import type { RunSpec, TrainConfig } from './protocol';

/** Settings as scripts, kept runs and checkpoints rely on them: one that a run leaves out has its default. */
const settings = {
  steps: { group: 'length', kind: 'integer', default: 0, min: 0, max: 1e6, unit: 'steps', empty: 0 },
  epochs: { group: 'length', kind: 'number', default: 3, min: 0, max: 10000, unit: 'epochs' },
  early_stopping_patience: { group: 'length', kind: 'integer', default: 0, min: 0, max: 1000, unit: 'evaluations', empty: 0 },
  early_stopping_threshold: { group: 'length', kind: 'number', default: 0, min: 0, max: 100, empty: 0 },
  batch: { group: 'optimisation', kind: 'integer', default: 32, min: 1, max: 4096, unit: 'pictures' },
  lr: { group: 'optimisation', kind: 'number', default: 0, min: 0, max: 10, empty: 0 },
  head_lr: { group: 'optimisation', kind: 'number', default: 0, min: 0, max: 10, empty: 0 },
  weight_decay: { group: 'optimisation', kind: 'number', default: 0.05, min: 0, max: 10 },
  warmup_steps: { group: 'optimisation', kind: 'integer', default: -1, min: -1, max: 1e6, unit: 'steps', empty: -1 },
  schedule: { group: 'optimisation', kind: 'choice', default: 'cosine', choices: ['cosine', 'constant', 'linear'] },
  max_grad_norm: { group: 'optimisation', kind: 'number', default: 1, min: 0, max: 1e6, empty: 0 },
  accumulate: { group: 'memory', kind: 'integer', default: 1, min: 1, max: 1024, unit: 'batches' },
  memory_limit: { group: 'memory', kind: 'integer', default: 0, min: 0, max: 1e6, unit: 'MiB', empty: 0 },
  label_smoothing: { group: 'optimisation', kind: 'number', default: 0, min: 0, max: 0.9 },
  class_weights: { group: 'optimisation', kind: 'text', default: null, empty: null },
  layer_decay: { group: 'optimisation', kind: 'number', default: 1, min: 0.01, max: 1, empty: 1 },
  ema_decay: { group: 'optimisation', kind: 'number', default: 0, min: 0, max: 0.99999, empty: 0 },
  shots: { group: 'data', kind: 'integer', default: 0, min: 0, max: 100000, unit: 'pictures', empty: 0 },
  train_limit: { group: 'data', kind: 'integer', default: 0, min: 0, max: 1e7, unit: 'pictures', empty: 0 },
  test_limit: { group: 'data', kind: 'integer', default: 0, min: 0, max: 1e7, unit: 'pictures', empty: 0 },
  limit_rule: { group: 'data', kind: 'choice', default: 'stratified', choices: ['stratified', 'first'] },
  val_fraction: { group: 'data', kind: 'number', default: 0, min: 0, max: 0.5, percent: true, empty: 0 },
  seed: { group: 'optimisation', kind: 'integer', default: 0, min: 0, max: 2 ** 31 },
  crop: { group: 'data', kind: 'boolean', default: false },
  flip: { group: 'data', kind: 'boolean', default: false },
  mixup_alpha: { group: 'data', kind: 'number', default: 0, min: 0, max: 32, empty: 0 },
  cutmix_alpha: { group: 'data', kind: 'number', default: 0, min: 0, max: 32, empty: 0 },
  image_size: { group: 'data', kind: 'integer', default: 0, min: 0, max: 1024, unit: 'px', empty: 0 },
  eval_every: { group: 'logging', kind: 'integer', default: 0, min: 0, max: 1e6, unit: 'steps', empty: 0 },
  checkpoint_every: { group: 'logging', kind: 'integer', default: 0, min: 0, max: 1e6, unit: 'steps', empty: 0 },
  snapshots: { group: 'logging', kind: 'integer', default: 0, min: 0, max: 64, empty: 0 },
  frozen_dtype: { group: 'memory', kind: 'choice', default: 'f32', choices: ['f32', 'f16', 'q8', 'nf4'] },
  loss: { group: 'optimisation', kind: 'choice', default: 'cross_entropy', choices: ['cross_entropy', 'contrastive'] },
  head: { group: 'optimisation', kind: 'choice', default: 'auto', choices: ['auto', 'text', 'new'] },
  templates: { group: 'data', kind: 'text', default: 'a photo of a {}.' },
  checkpoint_activations: { group: 'memory', kind: 'boolean', default: false },
};

test('names, groups, defaults and ranges of all settings', () => {
  const described = trainFields.map(({ name, group, kind, default: of, min, max, choices, unit, percent, empty }) => [name, { group, kind, default: of, min, max, choices, unit, percent, empty: empty?.value }]);
  expect(Object.fromEntries(described)).toEqual(settings);
  expect(described.map(([name]) => name)).toEqual(Object.keys(settings));
  expect(trainDefaults).toEqual(Object.fromEntries(Object.entries(settings).map(([name, { default: of }]) => [name, of])));
});

describe('a complete config', () => {
  test('has what was given and the defaults of the rest', () => {
    expect(completeTrain({})).toEqual(trainDefaults);
    expect(completeTrain({ steps: 7, class_weights: ' 1 2;3 ' })).toEqual({ ...trainDefaults, steps: 7, class_weights: '1, 2, 3' });
  });

  test('names settings that there are not, and values that cannot be', () => {
    expect(() => completeTrain({ stepz: 1, lrs: 2, lr: 0.1 } as object)).toThrow(/no setting stepz, lrs\./);
    expect(() => completeTrain({ batch: 0 })).toThrow(/batch is 0/);
    for (const wrong of [{ stepz: 1 }, { batch: 0 }, { steps: 1.5 }]) expect(() => completeTrain(wrong)).toThrow(ConfigError);
  });
});

describe('runs of before', () => {
  test('took the first images where they had a limit, and had none of the settings that came later', () => {
    const later = { early_stopping_patience: 0, early_stopping_threshold: 0, class_weights: null, mixup_alpha: 0, cutmix_alpha: 0, layer_decay: 1, ema_decay: 0, memory_limit: 0 };
    expect(withRule({})).toEqual({ ...later, limit_rule: 'stratified' });
    expect(withRule({ train_limit: 5, test_limit: 0 })).toEqual({ ...later, train_limit: 5, test_limit: 0, limit_rule: 'first' });
    expect(withRule({ train_limit: 0, test_limit: 5 }).limit_rule).toBe('first');
    expect(withRule({ train_limit: 5, limit_rule: 'stratified', ema_decay: 0.9 })).toEqual({ ...later, train_limit: 5, limit_rule: 'stratified', ema_decay: 0.9 });
    expect(keptTrain({ train_limit: 5 })).toEqual({ ...trainDefaults, train_limit: 5, limit_rule: 'first' });
    expect(() => keptTrain({ batch: 0 })).toThrow(ConfigError);
  });
});

test('learning rates are those given, the method\'s and the same for the head where none are', () => {
  const rates = (train: Partial<TrainConfig>) => learningRates({ method: 'lora' }, completeTrain(train));
  const own = methodFields.lora?.lr;
  expect(own).toBeGreaterThan(0);
  expect(rates({})).toEqual({ lr: own, headLr: own });
  expect(rates({ lr: 0.5 })).toEqual({ lr: 0.5, headLr: 0.5 });
  expect(rates({ head_lr: 0.25 })).toEqual({ lr: own, headLr: 0.25 });
});

test.each<[Partial<TrainConfig>, number, number, number]>([
  [{ steps: 30 }, 1000, 30, 3], [{ steps: 30, warmup_steps: 0 }, 1000, 30, 0], [{ steps: 30, warmup_steps: 7 }, 1000, 30, 7], [{ steps: 30, warmup_steps: 31 }, 1000, 30, 30], [{ steps: 4 }, 1000, 4, 0], [{ steps: 5 }, 1000, 5, 1],
  [{ epochs: 2, batch: 10 }, 101, 22, 2], [{ epochs: 2, batch: 10, accumulate: 2 }, 101, 12, 1], [{ epochs: 2, batch: 10 }, 100, 20, 2], [{ epochs: 0.5, batch: 10 }, 70, 4, 0], [{ epochs: 0, batch: 10 }, 100, 1, 0], [{ epochs: 3, batch: 10 }, 0, 3, 0],
])('%j on %d images: %d steps, %d of them to warm up', (train, images, steps, warmup) => {
  expect(totalSteps(completeTrain(train), images)).toEqual({ steps, warmup });
});

test('a run is evaluated as it says, and twenty times where it stops early and does not say', () => {
  const every = (train: Partial<TrainConfig>, steps: number) => evaluationsEvery(completeTrain(train), steps);
  expect([every({}, 100), every({ eval_every: 7 }, 100), every({ eval_every: 7, early_stopping_patience: 2 }, 100)]).toEqual([0, 7, 7]);
  expect([every({ early_stopping_patience: 2 }, 100), every({ early_stopping_patience: 1 }, 250), every({ early_stopping_patience: 1 }, 3)]).toEqual([5, 13, 1]);
});

describe('images that are held back', () => {
  test('by a share, or for early stopping', () => {
    expect([{}, { val_fraction: 0.1 }, { early_stopping_patience: 1 }, { val_fraction: 0, early_stopping_patience: 0 }].map(holdsBack)).toEqual([false, true, true, false]);
  });

  test.each([
    [0.25, 0, [10, 10], 5], [0.25, 3, [10, 10], 5], [0, 0, [10, 10], 0], [0.3, 0, [3, 2], 2],
    // A tenth, of each class one at least, which keeps one.
    [0, 1, [100, 100], 20], [0, 1, [10, 10, 10], 3], [0, 1, [5, 5, 5], 3], [0, 1, [2, 2, 2], 3], [0, 1, [2, 1, 1], 1], [0, 1, [1, 1], 0], [0, 1, [96, 1, 1, 1, 1], 10], [0, 1, [3, 1, 1, 20], 3], [0, 1, [2, ...new Array<number>(98).fill(1)], 1], [0, 1, [], 0],
  ])('share %d, patience %d, of %j images a class: %d', (val_fraction, early_stopping_patience, counts, held) => {
    expect(heldCount({ val_fraction, early_stopping_patience }, counts)).toBe(held);
  });

  test('choose the best weights where there are five, one a class, or the run ends by them', () => {
    expect([choosesBest(5, 2, false), choosesBest(4, 2, false), choosesBest(7, 7, false), choosesBest(6, 7, false), choosesBest(1, 7, true), choosesBest(0, 0, false)]).toEqual([true, false, true, false, true, false]);
  });
});

test('parameters to aim at: a nineteenth in two digits', () => {
  expect([819_000, 1_900_000, 19, 10, 1, 0].map(defaultBudget)).toEqual([43_000, 100_000, 1, 1, 1, 1]);
  expect([2_375, 23_750].map(defaultBudget)).toEqual([130, 1300]);
});

describe('a checkpoint is continued', () => {
  const train = completeTrain({ steps: 100, seed: 4, eval_every: 5 });
  const spec: RunSpec = { id: 'r', name: 'r', model: 'm', data: 'd', method: { method: 'lora', r: 4 }, train };
  const own = fingerprint(spec);
  const changed = (change: Partial<TrainConfig>, of = train) => fingerprint({ ...spec, train: { ...of, ...change } });

  test('by a run that is called, looked at, kept or divided otherwise', () => {
    expect(fingerprint({ ...spec, id: 'x', name: 'y', method: { r: 4, method: 'lora' } })).toBe(own);
    expect(changed({}, Object.fromEntries(Object.entries(train).reverse()) as unknown as TrainConfig)).toBe(own);
    for (const change of [{ checkpoint_every: 3 }, { eval_every: 9 }, { snapshots: 4 }, { memory_limit: 512 }, { limit_rule: 'first' }] as const) expect(changed(change), JSON.stringify(change)).toBe(own);
  });

  test('by no other run', () => {
    for (const change of [{ model: 'n' }, { data: 'e' }, { method: { method: 'lora', r: 5 } }, { method: { method: 'dora', r: 4 } }]) expect(fingerprint({ ...spec, ...change }), JSON.stringify(change)).not.toBe(own);
    const changes: Partial<TrainConfig>[] = [
      { steps: 101 }, { seed: 5 }, { lr: 1 }, { flip: true }, { early_stopping_patience: 1 }, { early_stopping_threshold: 1 }, { class_weights: 'balanced' }, { mixup_alpha: 1 }, { cutmix_alpha: 1 }, { layer_decay: 0.5 }, { ema_decay: 0.9 }, { train_limit: 5 }, { test_limit: 5 }, { frozen_dtype: 'q8' },
    ];
    for (const change of changes) expect(changed(change), JSON.stringify(change)).not.toBe(own);
    expect(new Set(changes.map((change) => changed(change))).size).toBe(changes.length);
    expect(fingerprint({ ...spec, text: { prefix: 'a' } as unknown as RunSpec['text'] })).not.toBe(own);
  });

  test('how often it is evaluated counts where it ends by that, and the rule where there is a limit', () => {
    const stopping = completeTrain({ ...train, early_stopping_patience: 2 });
    expect(changed({ eval_every: 9 }, stopping)).not.toBe(changed({}, stopping));
    for (const limit of [{ train_limit: 5 }, { test_limit: 5 }]) {
      expect(changed({ ...limit, limit_rule: 'first' })).not.toBe(changed({ ...limit, limit_rule: 'stratified' }));
      // As runs of before had it.
      const { limit_rule: _, ...before } = { ...train, ...limit };
      expect(changed({ ...limit, limit_rule: 'first' })).toBe(fingerprint({ ...spec, train: before as TrainConfig }).replace(/,\["limit_rule",null\]/, ''));
    }
  });

  // Only numbers above 0: what is no number, as in settings that are not complete, is not set.
  test.each<[Partial<TrainConfig>, boolean]>([
    [{}, false], [{ val_fraction: 0.5 }, false], [{ shots: 1 }, true], [{ shots: 1, val_fraction: 0.5 }, true], [{ early_stopping_patience: 1 }, true], [{ early_stopping_patience: 1, val_fraction: 0.5 }, false],
    [{ early_stopping_patience: 1, val_fraction: 0.5, shots: 1 }, true], [{ early_stopping_patience: 1, val_fraction: undefined }, true], [{ shots: undefined, early_stopping_patience: undefined }, false],
  ])('of which images are drawn by class is none of before they were: %j, %s', (change, drawn) => {
    const print = JSON.parse(changed(change)) as unknown[];
    expect([print.length, print.at(-1) === 'drawn by class']).toEqual(drawn ? [5, true] : [4, false]);
  });

  test('what runs of before do not have says nothing where it is as by default', () => {
    const before = Object.fromEntries(Object.entries(train).filter(([name]) => !['early_stopping_patience', 'early_stopping_threshold', 'class_weights', 'mixup_alpha', 'cutmix_alpha', 'layer_decay', 'ema_decay', 'memory_limit', 'limit_rule'].includes(name))) as unknown as TrainConfig;
    expect(fingerprint({ ...spec, train: before })).toBe(own);
    expect(JSON.parse(own)).toEqual(['m', 'd', [['method', 'lora'], ['r', 4]], Object.entries(before).filter(([name]) => !['checkpoint_every', 'eval_every', 'snapshots'].includes(name)).sort()]);
  });
});
