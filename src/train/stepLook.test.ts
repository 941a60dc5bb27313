import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted, adapterLabel } from '../adapters/adapted';
import type { Device } from '../engine/device';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { there } from '../testing/there';
import { completeTrain } from './config';
import { trainBatches } from './feeds';
import { oneStep } from './oneStep';
import type { LoadedModel } from './openModel';
import { planRun } from './plan';
import type { MethodConfig, RunSpec } from './protocol';
import { runSplits } from './split';
import { lookIntoStep, workgroupOf } from './stepLook';
import type { StepLook, StepRows } from './stepLook.meta';

const data = { ...tinyData(12, 7), classes: ['cat', 'dog', 'owl'] };
const train = completeTrain({ steps: 20, batch: 3, lr: 0.05, val_fraction: 0 });
const specOf = (method: MethodConfig): RunSpec => ({ id: 'a', name: 'a', model: 'tiny', data: 'tiny', method, train });
const { signal } = new AbortController();

let device: Device;
let model: LoadedModel;
beforeAll(async () => {
  device = await mustOpen(gpu());
  model = await tinyModel();
});

const look = (method: MethodConfig, layer: string, step = 3): Promise<StepLook> => lookIntoStep(device, { model, data }, specOf(method), { step, layer }, signal);
const row = ({ width, values }: StepRows, token: number): number[] => Array.from(values.subarray(token * width, (token + 1) * width));
const times = (W: Float32Array, x: readonly number[]): number[] => Array.from({ length: W.length / x.length }, (_, o) => x.reduce((sum, v, i) => sum + v * defined(W[o * x.length + i]), 0));

const layers = ['attention.attention.query', 'attention.attention.value', 'intermediate.dense', 'output.dense'].map((name) => `vit.encoder.layer.1.${name}`);

describe.each<MethodConfig>([{ method: 'lora', r: 2 }, { method: 'randlora', r: 8, form: 'merged' }, { method: 'randlora', r: 8, form: 'streamed' }])('$method $form', (method) => {
  test.each(layers)('%s: what flows out is x Wᵀ + b, the update and what is added, in f64 from the weights', async (name) => {
    const { layer, tokens } = await look(method, name);
    const [W, b] = [await model.source.readF32(`${name}.weight`), await model.source.readF32(`${name}.bias`)];
    for (const token of [0, tokens - 1]) {
      const plain = times(W, row(layer.x, token));
      const [y, update, residual] = [row(layer.y, token), row(layer.update, token), layer.residual && row(layer.residual, token)];
      for (const [o, value] of y.entries()) expect(value).toBeCloseTo(defined(plain[o]) + defined(b[o]) + defined(update[o]) + (residual?.[o] ?? 0), 4);
      // After two updates it is no rounding.
      expect(Math.max(...update.map(Math.abs))).toBeGreaterThan(1e-3);
    }
    expect(layer.residual !== null).toBe(name.endsWith('output.dense'));
  });
});

test('the first step is the one that `fullrank step` computes: loss, and gradients of what is trained; LoRA adds nothing yet', async () => {
  const name = defined(layers[2]);
  const { loss, layer } = await look({ method: 'lora', r: 2 }, name, 1);
  const adapted = new Adapted(model.net.with({ labels: data.classes }), { method: 'lora', r: 2 });
  const values = { ...(await adapted.initialise(train.seed, (weight) => model.source.readF32(weight))), ...adapted.newHead(train.seed) };
  const inputs = { pixel_values: new Float32Array(3 * 3 * 16 * 16), labels: new Uint32Array(3) };
  await trainBatches(runSplits(data, train).train, model, train).fill(0, inputs);
  const step = await oneStep(device, { adapted, source: model.source, values, pixels: inputs.pixel_values, labels: inputs.labels });
  expect(loss).toBeCloseTo(step.loss, 6);
  expect(Math.max(...layer.update.values)).toBe(0);
  const length = (all: Float32Array) => Math.hypot(...all);
  for (const { name: suffix, gradient, norm } of layer.trained) {
    const label = adapterLabel(name, suffix);
    expect(gradient).toBeCloseTo(length(there(step.grads[label])), 6);
    expect(norm).toBeCloseTo(length(there(values[label])), 5);
  }
  expect(layer.trained.map(({ gradient }) => gradient > 0)).toEqual([false, true]);
});

test('the gradient of B is the outer product of that of what flows out and x A, summed over tokens', async () => {
  const name = defined(layers[2]);
  // One picture, so that its rows are all there are.
  const spec = { ...specOf({ method: 'lora', r: 2 }), train: { ...train, batch: 1 } };
  const { layer, tokens } = await lookIntoStep(device, { model, data }, spec, { step: 1, layer: name }, signal);
  const adapted = new Adapted(model.net.with({ labels: data.classes }), spec.method);
  const A = there((await adapted.initialise(train.seed, (weight) => model.source.readF32(weight)))[adapterLabel(name, 'lora_A.weight')]);
  const sum = new Float64Array(layer.out * 2);
  for (let t = 0; t < tokens; t++) for (const [k, u] of times(A, row(layer.x, t)).entries()) for (const [o, d] of row(layer.gradient, t).entries()) sum[2 * o + k]! += d * u;
  expect(there(layer.trained[1]).gradient).toBeCloseTo(Math.hypot(...sum), 5);
});

test('parts of the model have all dispatches of the recorded step, once each, and the layers’ multiply-adds', async () => {
  const method = { method: 'lora', r: 2 };
  const { parts, dispatches, update, layer, sources, batch, tokens, processor } = await look(method, '', 1);
  const adapted = new Adapted(model.net.with({ labels: data.classes }), method);
  expect(dispatches).toBe(planRun(adapted, train, 20, device.report).plan.dispatches);
  expect(parts.map(({ block }) => block)).toEqual([null, 0, 1, null]);
  expect(parts.reduce((sum, { forward, backward }) => sum + forward.dispatches + backward.dispatches, 0)).toBe(dispatches - update);
  // q, k, v and the output (32 x 32), the MLP (32 x 48 and back); A and B of rank 2 on all but the output.
  const rows = batch * tokens;
  expect(parts.slice(1, 3).map(({ forward }) => forward.work)).toEqual([1, 2].map(() => rows * (4 * 32 * 32 + 2 * 32 * 48 + 3 * 2 * 64 + 2 * 2 * 80)));
  expect(parts.map(({ shape }) => shape)).toEqual([[3, 5, 32], [3, 5, 32], [3, 5, 32], [3, 3]]);
  expect(layer.together.map((name) => name.split('.').at(-1))).toEqual(['query', 'key', 'value']);
  for (const { source, workgroup, grid } of layer.dispatches) {
    expect(there(sources[source]).text).toContain('fn main');
    expect(workgroup.reduce((a, b) => a * b, 1)).toBeGreaterThan(0);
    expect(grid).toHaveLength(3);
  }
  expect(processor).toBe(true);
});

test('a workgroup is as large as its text and what is set of it say', () => {
  expect(workgroupOf('@compute @workgroup_size(8, 4) fn main() {}', {})).toEqual([8, 4]);
  expect(workgroupOf('override WG: u32 = 64u; // @workgroup_size(1)\n@workgroup_size(WG) fn main() {}', {})).toEqual([64]);
  expect(workgroupOf('override WG: u32 = 64u;\n@workgroup_size(WG) fn main() {}', { WG: 12 })).toEqual([12]);
});

test('what is no layer with an adapter, or no step, is refused', async () => {
  await expect(look({ method: 'lora', r: 2 }, 'vit.<b>')).rejects.toThrow('has no adapter');
  await expect(look({ method: 'lora', r: 2 }, '', 21)).rejects.toThrow('from 1 to 20');
  await expect(look({ method: 'linear_probe' }, '')).rejects.toThrow('on no layer');
  expect(device.ledger).toEqual({});
});
