import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../../../engine/device';
import { defined } from '../../../numbers/defined';
import { randomWord } from '../../../ops/dropout';
import { normalOf } from '../../../ops/sample.cases';
import { maxError, mustOpen, randomNormal } from '../../../testing/checkOp';
import { gpu } from '../../../testing/device';
import { golden } from '../../../testing/golden';
import { runLayer, type LayerCase } from '../../../testing/layer';
import { tinyData, tinyModel } from '../../../testing/tiny';
import { trainRun } from '../../../testing/trainRun';
import { completeTrain } from '../../../train/config';
import type { TrainConfig } from '../../../train/protocol';
import { Adapted } from '../../adapted';
import { parseAdapterConfig } from '../../files/config';
import { writeConfig } from '../../files/writeConfig';
import { completeConfig } from '../../fields';
import type { Layer } from '../../method';
import { veraBases } from '../vera/drawn';
import { method } from './method';

const ROWS = 5;
const R = 3;
const P = 0.3;
const STEP = { seed: 3, index: 4 };
const layer: Layer = { name: 'wide', in: 10, out: 14 };

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

/** A layer with every trained tensor moved off its start; its bases are sized for a larger one. */
function layerOf(more: object): LayerCase {
  const config = completeConfig({ method: 'pvera', r: R, ...more });
  const random = randomNormal(11);
  const draw = (n: number, scale = 1) => Float32Array.from({ length: n }, () => scale * random());
  const shared = Object.fromEntries(Object.entries(method.shared!(config, [layer, { name: 'other', in: 16, out: 20 }])).map(([name, { shape, data }]) => [name, { shape, data: data!() }]));
  return { config, layer, weight: draw(layer.in * layer.out, 0.3), bias: draw(layer.out), own: { pvera_lambda_b: draw(layer.out, 0.5), pvera_lambda_d: draw(2 * R, 0.5) }, shared, x: draw(ROWS * layer.in), dy: draw(ROWS * layer.out), form: 'streamed' };
}

/** Output of the layer for x, in f64: `noise` of each row and rank, `kept` what dropout leaves of each input. */
function made({ weight, bias, shared }: LayerCase, x: Float64Array, b: Float64Array, d: Float64Array, noise: (i: number) => number, kept: (i: number) => number): Float64Array {
  const [A, B] = [defined(shared.pvera_A), defined(shared.pvera_B)];
  const [wide, { in: n, out: m }] = [defined(A.shape[1]), layer];
  const u = (row: number, j: number) => defined(d[j]) * Array.from({ length: n }, (_, k) => kept(row * n + k) * defined(x[row * n + k]) * defined(A.data[j * wide + k])).reduce((s, v) => s + v, 0);
  const z = Array.from({ length: ROWS * R }, (_, i) => {
    const [row, j] = [Math.floor(i / R), i % R];
    return u(row, j) + noise(i) * Math.exp(u(row, R + j) / 2);
  });
  return new Float64Array(ROWS * m).map((_, i) => {
    const [row, o] = [Math.floor(i / m), i % m];
    let base = bias![o]!;
    for (let k = 0; k < n; k++) base += defined(x[row * n + k]) * defined(weight[o * n + k]);
    let update = 0;
    for (let j = 0; j < R; j++) update += defined(B.data[o * R + j]) * defined(z[row * R + j]);
    return base + defined(b[o]) * update;
  });
}

describe('a layer', () => {
  test('draws in training, with dropout on what the means and variances are made of, and its gradients are those of the drawn numbers', async () => {
    const c = layerOf({ pvera_dropout: P });
    const result = await runLayer(device, { ...c, training: true, step: STEP });
    // Dropout has the first stream.
    const masks = Array.from(c.x, (_, i) => (randomWord(STEP.seed, STEP.index, 0, i) < Math.floor(P * 2 ** 32) ? 0 : 1 / (1 - P)));
    const noises = Array.from({ length: ROWS * R }, (_, i) => normalOf(randomWord(STEP.seed, STEP.index, 1, i)));
    const [x, b, d] = [Float64Array.from(c.x), Float64Array.from(c.own.pvera_lambda_b!), Float64Array.from(c.own.pvera_lambda_d!)];
    const forward = () => made(c, x, b, d, (i) => defined(noises[i]), (i) => defined(masks[i]));
    expect(maxError(result.y, forward())).toBeLessThan(2e-6);
    const objective = () => forward().reduce((sum, y, i) => sum + y * defined(c.dy[i]), 0);
    const differences = (values: Float64Array) => values.map((v, i) => {
      const [above, below] = [1e-4, -1e-4].map((h) => {
        values[i] = v + h;
        return objective();
      }) as [number, number];
      values[i] = v;
      return (above - below) / 2e-4;
    });
    expect(maxError(result.dx, differences(x))).toBeLessThan(1e-5);
    expect(maxError(result.grads.pvera_lambda_b!, differences(b))).toBeLessThan(1e-5);
    expect(maxError(result.grads.pvera_lambda_d!, differences(d))).toBeLessThan(1e-5);
  });

  test('takes the means elsewhere, beside the weight and merged: the variances get no gradient', async () => {
    const c = layerOf({ pvera_dropout: P });
    const wanted = made(c, Float64Array.from(c.x), Float64Array.from(c.own.pvera_lambda_b!), Float64Array.from(c.own.pvera_lambda_d!), () => 0, () => 1);
    for (const form of ['streamed', 'merged'] as const) {
      const { y, grads } = await runLayer(device, { ...c, form, step: STEP });
      expect(maxError(y, wanted)).toBeLessThan(2e-6);
      expect(grads.pvera_lambda_d!.subarray(R)).toEqual(new Float32Array(R));
      expect(grads.pvera_lambda_d!.subarray(0, R).every((g) => g !== 0)).toBe(true);
    }
  });

  test('draws other noise for each step and seed of a run, unless it has a seed of its own', async () => {
    const y = async (more: object, step: object) => (await runLayer(device, { ...layerOf(more), training: true, step })).y;
    const [here, again, later, elsewhere] = [await y({}, STEP), await y({}, STEP), await y({}, { ...STEP, index: 5 }), await y({}, { ...STEP, seed: 4 })];
    expect(again).toEqual(here);
    expect(later).not.toEqual(here);
    expect(elsewhere).not.toEqual(here);
    const own = { generator_seed: 12 };
    expect(await y(own, { ...STEP, seed: 4 })).toEqual(await y(own, STEP));
    expect(await y(own, { ...STEP, index: 5 })).not.toEqual(await y(own, STEP));
    expect(await y(own, STEP)).not.toEqual(here);
  });

  test('its matrices are those that PEFT draws, the first with rows for means and variances', async () => {
    const file = await golden('methods2/adapters/vit_small_dev/pvera_r6/adapter_model.safetensors');
    const { A, B, shapeA, shapeB } = veraBases(88, 6, 112, 112, 2);
    expect([shapeA, shapeB]).toEqual([[12, 112], [112, 6]]);
    expect(A).toEqual(await file.readF32('base_model.pvera_A'));
    expect(B).toEqual(await file.readF32('base_model.pvera_B'));
  });
});

describe('a run', () => {
  const run = async (train: Partial<TrainConfig>) => trainRun(device, { spec: { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'pvera', r: 8 }, train: completeTrain({ batch: 12, lr: 0.01, steps: 4, ...train }) }, model: await tinyModel(), data: tinyData() });

  test('draws the same noise where activations are made again, and is planned to the byte', async () => {
    const [kept, again] = [await run({}), await run({ checkpoint_activations: true })];
    expect(again.losses).toEqual(kept.losses);
    for (const { summary } of [kept, again]) expect(summary.allocated).toEqual(summary.plan.bytes);
  });

  test('is never merged while it trains: a weight has no noise', async () => {
    const adapted = new Adapted((await tinyModel()).net, { method: 'pvera', r: 8 });
    expect(new Set(Object.values(adapted.forms(100_000, 8)))).toEqual(new Set(['streamed']));
  });
});

describe('its file', () => {
  const parse = (more: object) => parseAdapterConfig(new TextEncoder().encode(JSON.stringify({ peft_type: 'PVERA', r: 4, target_modules: ['query'], ...more })));

  test('that draws outside training is refused in a sentence', () => {
    expect(parse({ sample_at_inference: false }).ignored).toEqual([]);
    expect(() => parse({ sample_at_inference: true })).toThrow('adapter_config.json sets sample_at_inference to "true", which draws noise outside training, so that the same image gives other results each time; this is not supported.');
  });

  test('has the seed of the noise where it is set, which PEFT 0.19 does not know', async () => {
    const { net } = await tinyModel();
    const written = (more: object) => JSON.parse(writeConfig(new Adapted(net, { method: 'pvera', r: 8, ...more }), 'base')) as Record<string, unknown>;
    expect(written({ generator_seed: 0 })).toMatchObject({ generator_seed: 0, sample_at_inference: false, save_projection: true });
    expect('generator_seed' in written({})).toBe(false);
  });
});
