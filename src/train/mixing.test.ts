import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { twoTowers } from '../models/byText';
import { defined } from '../numbers/defined';
import { classify } from '../tasks/classes';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { fill, mixedCrossEntropy } from '../testing/reference';
import { tinyClip } from '../testing/tinyClip';
import { tinyData, tinyModel } from '../testing/tiny';
import { trainRun } from '../testing/trainRun';
import { completeTrain, fingerprint } from './config';
import type { BatchSource } from './feeds';
import { mixedBatches } from './mixing';
import { planRun } from './plan';
import type { MethodConfig, RunSpec, TrainConfig } from './protocol';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const specOf = (method: MethodConfig, train: Partial<TrainConfig>): RunSpec => ({ id: 'r', name: 'r', model: 'tiny', data: 'tiny', method, train: completeTrain({ batch: 6, lr: 0.02, steps: 4, checkpoint_every: 1, mixup_alpha: 0.8, cutmix_alpha: 1, label_smoothing: 0.1, ...train }) });

/** Batches of one-pixel pictures whose value is their number, as is their label. */
const numbered = (B: number): BatchSource => ({
  count: 1000, steps: null, labels: [],
  labelsAt: (at) => Array.from({ length: B }, (_, b) => at * B + b),
  fill(at, batch) {
    for (let b = 0; b < B; b++) batch.pixel_values![b] = batch.labels![b] = at * B + b;
    return Promise.resolve();
  },
});

/** Mixed rows of one step, whose pictures are their numbers. */
async function stepOf(step: number, B: number, accumulate: number) {
  const source = mixedBatches(numbered(B), { mixup_alpha: 0.8, cutmix_alpha: 0, accumulate, seed: 3 }, [B, 1, 1, 1]);
  const rows: number[][] = [];
  for (let micro = 0; micro < accumulate; micro++) {
    const batch = { pixel_values: new Float32Array(B), labels: new Uint32Array(B), other_labels: new Uint32Array(B), shares: new Float32Array(B) };
    await source.fill(step * accumulate + micro, batch);
    for (let b = 0; b < B; b++) rows.push([defined(batch.pixel_values[b]), defined(batch.labels[b]), defined(batch.other_labels[b]), defined(batch.shares[b])]);
  }
  return rows;
}

describe('mixed batches', () => {
  test('a picture has one partner in its step, however the step is divided, and the label that counts more stands first', async () => {
    const whole = await stepOf(5, 12, 1);
    for (const [B, accumulate] of [[4, 3], [3, 4], [6, 2], [1, 12]] as const) expect(await stepOf(5, B, accumulate)).toEqual(whole);
    const share = defined(defined(whole[0])[3]);
    expect(share).toBeGreaterThanOrEqual(0.5);
    for (const [i, [pixel, label, other, own]] of whole.entries()) {
      expect([Math.min(label!, other!), Math.max(label!, other!), own]).toEqual([60 + Math.min(i, 11 - i), 60 + Math.max(i, 11 - i), share]);
      expect(pixel).toBeCloseTo(share * label! + (1 - share) * other!, 4);
    }
    expect(defined((await stepOf(6, 12, 1))[0])[3]).not.toBe(share);
  });

  test('the loss and its gradient are those of a target shared by two labels', async () => {
    const [B, K, smoothing] = [7, 10, 0.1];
    const rec = new Recorder();
    const inputs = {
      labels: rec.declare('input', 'labels', [B], 'u32'), other_labels: rec.declare('input', 'other_labels', [B], 'u32'), shares: rec.declare('input', 'shares', [B]),
    };
    const logits = rec.declare('input', 'logits', [B, K]);
    let grad = logits;
    const program = rec.program('loss', () => void (grad = rec.keep(classify.loss(logits, inputs, smoothing).dout!)));
    const machine = await Machine.build(device, rec);
    const random = randomNormal(2);
    const values = fill(B * K, () => Math.fround(3 * random()));
    const targets = Array.from({ length: B }, (_, i): [number, number, number] => [i % K, (i * i) % K, Math.fround(0.5 + i / (2 * B))]);
    machine.write(logits, Float32Array.from(values));
    machine.write(inputs.labels, Uint32Array.from(targets, ([label]) => label));
    machine.write(inputs.other_labels, Uint32Array.from(targets, ([, other]) => other));
    machine.write(inputs.shares, Float32Array.from(targets, ([, , share]) => share));
    machine.setStep({ ...noStep, invCount: 1 / B });
    await machine.run(program);
    const { losses, dlogits } = mixedCrossEntropy(values, targets, K, smoothing, 1 / B);
    expect(maxError(await machine.readF32(grad), dlogits)).toBeLessThan(1e-6);
    const [loss, correct, counted] = await machine.readF32(rec.find('metrics')!);
    expect(loss! / (losses.reduce((a, b) => a + b, 0) / B)).toBeCloseTo(1, 5);
    // Right is what names the label that counts more.
    const right = targets.filter(([label], b) => values.subarray(b * K, b * K + K).indexOf(Math.max(...values.subarray(b * K, b * K + K))) === label).length;
    expect([correct, counted]).toEqual([right, B]);
    // And the gradient is that of the loss: central differences in double precision.
    const at = (i: number, by: number) => mixedCrossEntropy(values.map((v, j) => (j === i ? v + by : v)), targets, K, smoothing, 1).losses.reduce((a, b) => a + b, 0) / B;
    for (let i = 0; i < B * K; i += 3) expect(dlogits[i]).toBeCloseTo((at(i, 1e-5) - at(i, -1e-5)) / 2e-5, 8);
    machine.destroy();
  });
});

describe('a run on mixed pictures', () => {
  test.each<{ method: MethodConfig; besides: Partial<TrainConfig> }>([{ method: { method: 'lora', r: 2 }, besides: { class_weights: 'balanced' } }, { method: { method: 'full' }, besides: {} }])('of $method.method, $besides, takes what is planned, gives the same however its steps are divided, and goes on bit for bit', async ({ method, besides }) => {
    const [model, data] = [await tinyModel(), tinyData()];
    const whole = await trainRun(device, { spec: specOf(method, besides), model, data });
    expect(whole.summary.allocated).toEqual(whole.summary.plan.bytes);
    const again = await trainRun(device, { spec: specOf(method, besides), model, data, resume: defined(whole.checkpoints[1]) });
    expect(again.losses).toEqual(whole.losses.slice(2));
    const divided = await trainRun(device, { spec: specOf(method, { ...besides, batch: 2, accumulate: 3 }), model, data });
    // Adam's first steps carry roundings of the gradient further than the loss does.
    for (const [i, loss] of divided.losses.entries()) expect(Math.abs(loss / defined(whole.losses[i]) - 1)).toBeLessThan(1e-4);
    const plain = await trainRun(device, { spec: specOf(method, { ...besides, mixup_alpha: 0, cutmix_alpha: 0 }), model, data });
    expect(plain.losses).not.toEqual(whole.losses);
    // Labels and shares of six rows, in whole vec4s.
    expect(whole.summary.plan.bytes.input! - plain.summary.plan.bytes.input!).toBe(64);
  });

  test('goes with what a prompt learns by besides', async () => {
    const spec = specOf({ method: 'promptsrc' }, { steps: 2, lr: 1e-3 });
    const [model, data] = [await tinyClip(), tinyData()];
    const whole = await trainRun(device, { spec, model, data });
    const divided = await trainRun(device, { spec: { ...spec, train: { ...spec.train, batch: 3, accumulate: 2 } }, model, data });
    for (const [i, loss] of divided.losses.entries()) expect(Math.abs(loss / defined(whole.losses[i]) - 1)).toBeLessThan(1e-4);
  });

  test('is refused where there are no labels to be mixed', async () => {
    const { net } = await tinyClip();
    expect(() => planRun(new Adapted(twoTowers(net), { method: 'lora' }), completeTrain({ mixup_alpha: 0.2, loss: 'contrastive' }), 1)).toThrow('the loss contrastive has no labels to be mixed');
  });

  test('is no part of what a checkpoint of before belongs to', () => {
    const { train, ...spec } = specOf({ method: 'lora' }, { mixup_alpha: 0, cutmix_alpha: 0 });
    const { mixup_alpha: _, cutmix_alpha: __, ...before } = train;
    expect(fingerprint({ ...spec, train })).toBe(fingerprint({ ...spec, train: before as TrainConfig }));
  });
});
