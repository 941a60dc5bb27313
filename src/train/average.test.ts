import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { averageDecay } from '../optim/average';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyClip } from '../testing/tinyClip';
import { tinyData, tinyModel } from '../testing/tiny';
import { trainRun, type Trained } from '../testing/trainRun';
import { completeTrain, fingerprint } from './config';
import type { MethodConfig, RunSpec, TrainConfig } from './protocol';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const STEPS = 5;
const specOf = (method: MethodConfig, train: Partial<TrainConfig>): RunSpec => ({ id: 'r', name: 'r', model: 'tiny', data: 'tiny', method, train: completeTrain({ batch: 6, lr: 0.02, steps: STEPS, checkpoint_every: 1, warmup_steps: 0, ...train }) });
const run = async (method: MethodConfig, train: Partial<TrainConfig>, resume?: Uint8Array): Promise<Trained> => trainRun(device, { spec: specOf(method, train), model: await tinyModel(), data: tinyData(), resume });

/** Tensors of a file whose names begin with this, without it. */
async function tensorsOf(bytes: Uint8Array, prefix = ''): Promise<Record<string, Float32Array>> {
  const file = await openSafetensors(bytesAccess(bytes));
  const names = file.names().filter((name) => name.startsWith(prefix));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name.slice(prefix.length), await file.readF32(name)] as const)));
}
const saved = ({ files }: Trained) => tensorsOf(files.find(({ path }) => path.endsWith('.safetensors'))!.bytes);

describe('an average of the weights', () => {
  test('decays as tf.train.ExponentialMovingAverage does with num_updates', () => {
    expect([0, 1, 8, 1000].map((t) => averageDecay(0.99, t))).toEqual([0.1, 2 / 11, 0.5, 0.99]);
  });

  test.each<MethodConfig>([{ method: 'lora', r: 2 }, { method: 'adalora', init_r: 6, target_r: 2, tinit: 1, tfinal: 1 }])('of $method is what torch would keep, is saved, and changes nothing of the training', async (method) => {
    const decay = 0.3;
    const plain = await run(method, { steps: STEPS });
    const averaged = await run(method, { ema_decay: decay });
    expect(averaged.losses).toEqual(plain.losses);
    expect(averaged.summary.allocated).toEqual(averaged.summary.plan.bytes);
    const { state, param } = plain.summary.plan.bytes;
    expect(averaged.summary.plan.bytes.state! - state!).toBe(param);
    // The weights after each step are what the same run without it left: the average is made of them here.
    let average: Record<string, Float64Array> | undefined;
    for (const [t, bytes] of plain.checkpoints.entries()) {
      const weights = await tensorsOf(bytes, 'param ');
      const kept = Math.min(decay, (1 + t) / (10 + t));
      if (average) for (const [name, data] of Object.entries(weights)) average[name] = defined(average[name]).map((a, i) => (data[i] === 0 ? 0 : kept * a + (1 - kept) * defined(data[i])));
      // The first one is the base of the check: what it is made of lies before the first checkpoint.
      else average = Object.fromEntries(Object.entries(await tensorsOf(defined(averaged.checkpoints[0]), 'average ')).map(([name, data]) => [name, Float64Array.from(data)]));
      const found = await tensorsOf(defined(averaged.checkpoints[t]), 'average ');
      expect(Object.keys(found)).toEqual(Object.keys(weights));
      for (const [name, data] of Object.entries(average)) data.forEach((a, i) => Math.abs(defined(defined(found[name])[i]) - a) > 1e-6 && expect.fail(`${name} ${i} after step ${t + 1}: ${defined(found[name])[i]} for ${a}`));
      // One tenth of the start, which of B is zero.
      if (t === 0) for (const name of Object.keys(weights).filter((one) => one.endsWith('lora_B.weight'))) defined(weights[name]).forEach((w, i) => expect(defined(found[name])[i]).toBeCloseTo(0.9 * w, 7));
    }
    // What both runs leave is one step further; ranks that were taken away are gone from both.
    const [files, last] = [await saved(averaged), await saved(plain)];
    const sizes = (of: Record<string, Float32Array>) => Object.entries(of).map(([name, { length }]) => [name, length]);
    expect(sizes(files)).toEqual(sizes(last));
    expect(files).not.toEqual(last);
    const same = Object.keys(average!).filter((name) => last[name]?.length === defined(average![name]).length);
    if (method.method === 'lora') expect(same.length).toBeGreaterThan(4);
    for (const name of same) defined(last[name]).forEach((w, i) => expect(defined(files[name])[i]).toBeCloseTo(w === 0 ? 0 : decay * defined(defined(average![name])[i]) + (1 - decay) * w, 6));
  });

  test('is what the last step leaves, and is what is measured', async () => {
    const method = { method: 'linear_probe' };
    const whole = await run(method, { ema_decay: 0.5, steps: 4, max_grad_norm: 0 });
    const next = await run(method, { ema_decay: 0.5, steps: 4, max_grad_norm: 0, checkpoint_every: 2 });
    expect(await saved(next)).toEqual(await saved(whole));
    // With next to no decay the average is the weights.
    const [raw, near] = [await run(method, { steps: 4 }), await run(method, { steps: 4, ema_decay: 1e-9 })];
    expect(near.summary.final!.loss).toBeCloseTo(raw.summary.final!.loss, 6);
    expect(whole.summary.final!.loss).not.toBeCloseTo(raw.summary.final!.loss, 3);
  });

  test('goes on bit for bit from a checkpoint, also where it has been the best', async () => {
    const train = { ema_decay: 0.7, val_fraction: 0.25, eval_every: 1 };
    const whole = await run({ method: 'lora', r: 2 }, train);
    const again = await run({ method: 'lora', r: 2 }, train, defined(whole.checkpoints[2]));
    expect(again.losses).toEqual(whole.losses.slice(3));
    expect(again.files.map(({ bytes }) => bytes)).toEqual(whole.files.map(({ bytes }) => bytes));
    expect(again.summary.final).toEqual(whole.summary.final);
    expect(again.checkpoints.at(-1)).toEqual(whole.checkpoints.at(-1));
    expect(device.ledger).toEqual({});
  });

  test('of a prompt that counts epochs is their weighted mean, and goes on bit for bit', async () => {
    // Two steps an epoch.
    const train = { batch: 12, steps: 8, lr: 1e-3, schedule: 'constant' as const };
    const on = async (method: MethodConfig, resume?: Uint8Array) => trainRun(device, { spec: specOf(method, train), model: await tinyClip(), data: tinyData(), resume });
    const prompts = { method: 'promptsrc', n_ctx_text: 2, n_ctx_vision: 2, prompt_depth_text: 2, prompt_depth_vision: 2 };
    const [plain, averaged] = [await on(prompts), await on({ ...prompts, gpa_mean: 2, gpa_std: 0.8 })];
    expect(averaged.losses).toEqual(plain.losses);
    expect(averaged.summary.allocated).toEqual(averaged.summary.plan.bytes);
    const weights = [1, 2, 3].map((epoch) => Math.exp(-((epoch - 2) ** 2) / (2 * 0.8 ** 2)));
    const states = await Promise.all([1, 3, 5].map((at) => tensorsOf(defined(plain.checkpoints[at]), 'param ')));
    const found = await tensorsOf(defined(averaged.checkpoints[5]), 'average ');
    expect(Object.keys(found).length).toBeGreaterThan(3);
    const sum = weights.reduce((a, b) => a + b);
    for (const [name, data] of Object.entries(found)) data.forEach((value, i) => expect(value, name).toBeCloseTo(states.reduce((s, state, e) => s + defined(weights[e]) * defined(defined(state[name])[i]), 0) / sum, 6));
    const again = await on({ ...prompts, gpa_mean: 2, gpa_std: 0.8 }, defined(averaged.checkpoints[4]));
    expect(again.files.map(({ bytes }) => bytes)).toEqual(averaged.files.map(({ bytes }) => bytes));
    expect(averaged.files.map(({ bytes }) => bytes)).not.toEqual(plain.files.map(({ bytes }) => bytes));
  });

  test('is no part of what a checkpoint of before belongs to', () => {
    const { train, ...spec } = specOf({ method: 'lora' }, {});
    const { ema_decay: _, ...before } = train;
    expect(fingerprint({ ...spec, train })).toBe(fingerprint({ ...spec, train: before as TrainConfig }));
    expect(fingerprint({ ...spec, train: { ...train, ema_decay: 0.9 } })).not.toBe(fingerprint({ ...spec, train }));
  });
});
