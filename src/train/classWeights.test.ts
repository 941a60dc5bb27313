import { describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import { loadWeights } from '../models/load';
import { defined } from '../numbers/defined';
import { mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { tinyClip } from '../testing/tinyClip';
import { trainRun } from '../testing/trainRun';
import { classWeightsOf, classWeightsText, forMean } from '../tasks/classWeights.meta';
import { completeTrain } from './config';
import { deviceOptions } from './plan';
import { recordPrograms } from './programs';
import type { RunSpec, TrainConfig } from './protocol';

test('the setting is none, balanced, or a number for each class', () => {
  expect([null, undefined, '', 'none', ' balanced ', '1, 2, 0.5', '[1,2 ; .5]', [1, 2, 0.5], 3].map(classWeightsText)).toEqual([null, null, null, null, 'balanced', '1, 2, 0.5', '1, 2, 0.5', '1, 2, 0.5', '3']);
  for (const bad of ['some', '1, -2', '0, 0', '1, x', 'NaN', '1, Infinity']) expect(() => classWeightsText(bad)).toThrow(/must be none, balanced, or a number/);
  expect(completeTrain({ class_weights: [2, 1] as never }).class_weights).toBe('2, 1');
  expect(() => classWeightsOf('1, 2', [0], 3)).toThrow('class_weights has 2 numbers, and there are 3 classes');
});

test('balanced weights are those of scikit-learn', () => {
  // compute_class_weight('balanced', classes=[0, 1, 2], y=[0, 0, 0, 0, 1, 2, 2]): 7 / (3 * 4), 7 / (3 * 1), 7 / (3 * 2).
  expect([...classWeightsOf('balanced', [0, 0, 0, 0, 1, 2, 2], 3)!].map((w) => w.toFixed(6))).toEqual(['0.583333', '2.333333', '1.166667']);
  // A class without images has no weight there, and counts 1 here: 4 / (2 * 3) and 4 / (2 * 1) beside it.
  expect([...classWeightsOf('balanced', [0, 0, 0, 2], 3)!].map((w) => w.toFixed(6))).toEqual(['0.666667', '1.000000', '2.000000']);
  expect(classWeightsOf(null, [0, 1], 2)).toBeNull();
});

test('rows of no weight at all leave no loss instead of none that is a number', () => {
  expect([...forMean(Float32Array.of(0, 2), [[0, 0]])]).toEqual([0, 0]);
  expect([...forMean(Float32Array.of(1, 3), [[0, 0], [0, 1]])]).toEqual([4 / 6, 2].map(Math.fround));
});

/** torch.nn.functional.cross_entropy(logits, labels, weight, reduction='mean', label_smoothing) and its gradient by the logits, in f64. */
function torchLoss(logits: ArrayLike<number>, labels: readonly number[], weight: readonly number[], smoothing: number): { loss: number; grad: Float64Array } {
  const K = weight.length;
  const sum = labels.reduce((s, y) => s + defined(weight[y]), 0);
  const grad = new Float64Array(logits.length);
  let loss = 0;
  labels.forEach((y, b) => {
    const row = Array.from({ length: K }, (_, k) => defined(logits[b * K + k]));
    const logTotal = Math.log(row.reduce((s, z) => s + Math.exp(z), 0));
    const logP = row.map((z) => z - logTotal);
    const factors = weight.map((w, k) => ((k === y ? 1 - smoothing : 0) + smoothing / K) * w);
    loss -= factors.reduce((s, f, k) => s + f * defined(logP[k]), 0) / sum;
    const all = factors.reduce((s, f) => s + f, 0);
    logP.forEach((l, k) => (grad[b * K + k] = (all * Math.exp(l) - defined(factors[k])) / sum));
  });
  return { loss, grad };
}

test('the reference is PyTorch’s', () => {
  // torch 2.6: F.cross_entropy(logits, labels, weight=weight, label_smoothing=0.2), and the gradient that its backward leaves.
  const { loss, grad } = torchLoss([1, 2, 0.5, -1, 0, 3], [1, 0], [0.5, 2, 1], 0.2);
  expect(loss).toBeCloseTo(1.2638944387435913, 6);
  const found = [0.1562308371067047, -0.23241011798381805, 0.07617920637130737, -0.16898921132087708, -0.04152480512857437, 0.21051400899887085];
  found.forEach((value, i) => expect(grad[i]).toBeCloseTo(value, 6));
});

describe('a step', () => {
  test.each([0, 0.15])('over micro-batches is the weighted mean of the whole batch, smoothing %d', async (label_smoothing) => {
    const [B, micros, weight] = [3, 2, [0.5, 2, 1]];
    const device = await mustOpen(gpu());
    const model = await tinyModel();
    const adapted = new Adapted(model.net, { method: 'linear_probe' });
    const programs = recordPrograms(adapted, { batch: B, accumulate: micros, weight_decay: 0, label_smoothing, class_weights: true, frozen_dtype: 'f32', checkpoint_activations: false, ...deviceOptions(device.report), optimizer: false });
    const { rec } = programs;
    const machine = await Machine.build(device, rec);
    await loadWeights(machine, rec, adapted.trace, model.source, {});
    // The second micro-batch weighs four times the first.
    const labels = [[0, 0, 0], [1, 1, 1]];
    const logits: number[] = [];
    machine.write(programs.classWeights!, forMean(Float32Array.from(weight), labels));
    for (const [micro, own] of labels.entries()) {
      machine.write(programs.inputs.pixel_values!, Float32Array.from({ length: B * 3 * 16 * 16 }, randomNormal(5 + micro)));
      machine.write(programs.inputs.labels!, Uint32Array.from(own));
      machine.setStep({ ...noStep, micro, invCount: 1 / (B * micros) });
      await machine.run(programs.train);
      logits.push(...(await machine.readF32(programs.outputs)));
    }
    const { loss, grad } = torchLoss(logits, labels.flat(), weight, label_smoothing);
    const [found] = await machine.readF32(programs.metrics);
    expect(found! / loss).toBeCloseTo(1, 5);
    // The bias of the head adds up the gradients of the logits.
    const bias = rec.flats.params().find(({ tensor }) => tensor.label === 'classifier.bias')!.tensor;
    const got = await machine.readF32(rec.paramGrad(bias));
    const want = weight.map((_, k) => grad.reduce((s, g, i) => s + (i % 3 === k ? g : 0), 0));
    want.forEach((value, k) => expect(Math.abs(defined(got[k]) - value)).toBeLessThan(1e-6));
    machine.destroy();
    device.destroy();
  });
});

describe('a run', () => {
  const spec = (train: Partial<TrainConfig>, method: string): RunSpec => ({ id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method }, train: completeTrain({ steps: 3, batch: 8, lr: 0.01, seed: 3, ...train }) });
  const data = tinyData();
  const rare = { ...data, train: { ...data.train, labels: Uint16Array.from(data.train.labels, (label, i) => (i % 4 ? 0 : label)) } };

  test('weighs the same however its batch is split, and differently than without', async () => {
    const device = await mustOpen(gpu());
    const model = await tinyModel();
    const losses = async (train: Partial<TrainConfig>) => (await trainRun(device, { spec: spec(train, 'full'), model, data: rare })).losses;
    const [whole, split, plain] = [await losses({ class_weights: 'balanced' }), await losses({ class_weights: 'balanced', batch: 4, accumulate: 2 }), await losses({})];
    whole.forEach((loss, i) => expect(defined(split[i]) / loss).toBeCloseTo(1, 4));
    expect(whole[0]).not.toBeCloseTo(defined(plain[0]), 3);
    // Weights that are all the same change nothing.
    const equal = await losses({ class_weights: '3, 3, 3' });
    plain.forEach((loss, i) => expect(defined(equal[i]) / loss).toBeCloseTo(1, 5));
    device.destroy();
  });

  test('under a text head weighs, too; a loss that compares pairs refuses', async () => {
    const device = await mustOpen(gpu());
    const model = await tinyClip();
    const run = (train: Partial<TrainConfig>) => trainRun(device, { spec: spec({ head: 'text', ...train }, 'lora'), model, data: rare });
    const [weighed, plain] = [await run({ class_weights: '1, 9, 4' }), await run({})];
    expect(weighed.losses[0]).not.toBeCloseTo(defined(plain.losses[0]), 3);
    await expect(run({ class_weights: 'balanced', loss: 'contrastive', head: 'auto' })).rejects.toThrow('the loss contrastive does not weigh classes');
    await expect(run({ class_weights: '1, 2' })).rejects.toThrow('class_weights has 2 numbers, and there are 3 classes');
    device.destroy();
  });
});
