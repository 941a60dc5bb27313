import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { defined } from '../numbers/defined';
import { randomWord } from '../ops/dropout';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { addedReference, mergedReference, rankOf, type Base, type Values } from '../testing/deltas';
import { runLayer, type LayerCase, type LayerResult } from '../testing/layer';
import type { MethodConfig } from './field';
import { completeConfig } from './fields';
import { generator } from './init';
import { methodOf } from './index';
import type { Form, Layer } from './method';

const ROWS = 5;
const P = 0.3;
const STEP = { seed: 3, index: 4 };

const randlora = (extra: object): MethodConfig => ({ method: 'randlora', r: 3, randlora_alpha: 2, ...extra });
const configs: MethodConfig[] = [
  { method: 'lora', r: 3, lora_alpha: 5 },
  { method: 'lora', r: 4, lora_alpha: 5, use_rslora: true },
  { method: 'dora', r: 3, lora_alpha: 5 },
  { method: 'vera', r: 5 },
  { method: 'nola', r: 2, nola_num_bases: 7 },
  { method: 'nola', r: 1, nola_num_bases: 5, nola_alpha: 3 },
  ...['uniform', 'normal', 'binary', 'sparse', 'very_sparse'].map((bases) => randlora({ bases })),
  randlora({ pairing: 'paper' }),
  randlora({ ablation: 'a' }),
  randlora({ ablation: 'b' }),
  randlora({ r: 16, ablation: 'b' }),
  { method: 'pissa', r: 3, lora_alpha: 5 },
  { method: 'lora_xs', r: 3, lora_alpha: 5 },
  { method: 'shira', r: 2 },
  { method: 'shira', r: 1, mask_type: 'weight_magnitude' },
  { method: 'hira', r: 3 },
  { method: 'miss', r: 3 },
  { method: 'miss', r: 4 },
  { method: 'kradapter' },
  { method: 'svft', off_diag: 0, pattern: 'plain' },
  { method: 'svft', off_diag: 2 },
  { method: 'svft', off_diag: 1, pattern: 'random' },
  { method: 'svft', off_diag: 1, pattern: 'topk' },
  { method: 'kradapter', scaling: 0.5 },
  { method: 'adalora', init_r: 3, lora_alpha: 5 },
  { method: 'autolora', r: 3, lora_alpha: 5 },
  { method: 'pranc', num_alpha: 7, projection_prng_key: 3 },
  { method: 'randlora_svd', r: 3, randlora_alpha: 2 },
  { method: 'randlora_svd', r: 5, randlora_alpha: 2 },
  { method: 'lora_randlora', r: 2, randlora_r: 3, randlora_alpha: 2 },
  { method: 'lora_randlora', r: 3, lora_alpha: 5, randlora_r: 4, randlora_alpha: 2, pairing: 'paper' },
  { method: 'lora_randlora', r: 2, randlora_r: 3, randlora_alpha: 2, ablation: 'b', bases: 'binary' },
  { method: 'hydralora', r: 3 },
  { method: 'hydralora', r: 2, lora_nums: 4, lora_alpha: 5 },
];
/** Wide, tall and square; the bases are sized for a larger layer besides. */
const layers: Layer[] = [
  { name: 'wide', in: 10, out: 14 },
  { name: 'tall', in: 14, out: 9 },
  { name: 'square', in: 12, out: 12 },
];
const others: Layer[] = [...layers, { name: 'other', in: 16, out: 20 }];

interface Setup extends LayerCase {
  config: MethodConfig;
  values: Values;
  bases: Record<string, Base>;
}

/** A layer with every trainable tensor moved off its start, so that all gradients are alive. */
async function setup(config: MethodConfig, layer: Layer, form: Form): Promise<Setup> {
  const c = completeConfig(config);
  const method = methodOf(c.method);
  const random = randomNormal(11);
  const draw = (n: number, scale = 1) => Float32Array.from({ length: n }, () => scale * random());
  const own = Object.fromEntries(Object.entries(method.tensors(c, layer)).map(([name, shape]) => [name, draw(shape.reduce((a, b) => a * b, 1), 0.5)]));
  const common = Object.fromEntries(Object.entries(method.common?.(c, [layer]) ?? {}).map(([name, { shape }]) => [name, draw(shape.reduce((a, b) => a * b, 1), 0.5)]));
  const shared = Object.fromEntries(Object.entries(method.shared?.(c, others) ?? {}).map(([name, { shape, data }]) => [name, { shape, data: data!() }]));
  const weight = draw(layer.in * layer.out, 0.3);
  const values: Values = { weight: Float64Array.from(weight) };
  for (const [name, data] of Object.entries({ ...own, ...common })) values[name] = Float64Array.from(data);
  const start = method.fixed ? await method.init(c, layer, generator('fixed tensors'), () => Promise.resolve(weight)) : {};
  const fixed = Object.fromEntries(Object.entries(method.fixed?.(c, layer) ?? {}).map(([name, { shape }]) => [name, { shape, data: defined(start[name]) }]));
  const bases = Object.fromEntries(Object.entries({ ...shared, ...fixed }).map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]));
  return { config: c, layer, weight, bias: draw(layer.out), own, common, fixed: Object.fromEntries(Object.entries(fixed).map(([name, { data }]) => [name, data])), shared, x: draw(ROWS * layer.in), dy: draw(ROWS * layer.out), form, values, bases };
}

/** x W'^T + b. */
function apply(x: ArrayLike<number>, w: Float64Array, bias: ArrayLike<number> | null, { in: n, out: m }: Layer): Float64Array {
  return new Float64Array(ROWS * m).map((_, i) => {
    const [row, o] = [Math.floor(i / m), i % m];
    let s = bias?.[o] ?? 0;
    for (let k = 0; k < n; k++) s += defined(x[row * n + k]) * defined(w[o * n + k]);
    return s;
  });
}

/** The whole layer, in f64. `dropped` is x with what dropout leaves of it. */
function layerReference(s: Setup, layer: Layer, x: Float64Array, values: Values, dropped = x): Float64Array {
  const plus = (a: Float64Array, b: Float64Array) => a.map((v, i) => v + defined(b[i]));
  if (!methodOf(s.config.method).merged) return plus(apply(x, values.weight!, s.bias, layer), addedReference(s.config, layer, values, x, dropped));
  const merged = mergedReference(s.config, layer, values, s.values, s.bases);
  if (dropped === x) return apply(x, merged, s.bias, layer);
  // PEFT drops inputs of the factors alone: y = x W^T + b + drop(x) delta^T, with what PiSSA took off the weight in W.
  const frozen = s.config.method === 'pissa' ? mergedReference(s.config, layer, { ...values, 'lora_B.weight': defined(values['lora_B.weight']).map(() => 0) }, s.values, s.bases) : values.weight!;
  return plus(apply(x, frozen, s.bias, layer), apply(dropped, merged.map((w, i) => w - defined(frozen[i])), null, layer));
}

/** Compares a layer with `forward`, an f64 function of x and the trainable tensors, and its central differences. */
function check(s: Setup, result: LayerResult, forward: (x: Float64Array, values: Values) => Float64Array): void {
  const x = Float64Array.from(s.x);
  const values: Values = Object.fromEntries(Object.entries(s.values).map(([k, v]) => [k, v.slice()]));
  expect(maxError(result.y, forward(x, values)), 'y').toBeLessThan(2e-6);
  const objective = () => forward(x, values).reduce((sum, y, i) => sum + y * defined(s.dy[i]), 0);
  const differences = (a: Float64Array) =>
    a.map((v, i) => {
      const h = 1e-4;
      a[i] = v + h;
      const above = objective();
      a[i] = v - h;
      const below = objective();
      a[i] = v;
      return (above - below) / (2 * h);
    });
  expect(maxError(result.dx, differences(x)), 'gradient of x').toBeLessThan(1e-5);
  for (const name of Object.keys({ ...s.own, ...s.common })) expect(maxError(defined(result.grads[name]), differences(defined(values[name]))), `gradient of ${name}`).toBeLessThan(1e-5);
}

const formsOf = (c: MethodConfig): Form[] => (methodOf(c.method).merged ? ['streamed', 'merged'] : ['streamed']);
const named = (c: MethodConfig) => Object.entries(c).map(([k, v]) => (k === 'method' ? v : `${k} ${v as string}`)).join(', ');

describe('every method and variant', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  const cases = configs.flatMap((c) => layers.flatMap((layer) => formsOf(c).map((form) => ({ name: `${named(c)}: ${layer.name}, ${form}`, c, layer, form }))));
  test.each(cases)('$name', async ({ c, layer, form }) => {
    const s = await setup(c, layer, form);
    const result = await runLayer(device, s);
    if (result.merged) expect(maxError(result.merged, mergedReference(s.config, layer, s.values, s.values, s.bases)), 'W + delta').toBeLessThan(2e-6);
    check(s, result, (x, values) => layerReference(s, layer, x, values));
  });

  const dropouts: [MethodConfig, string][] = [
    [{ method: 'lora', r: 3 }, 'lora_dropout'],
    [{ method: 'dora', r: 3 }, 'lora_dropout'],
    [{ method: 'pissa', r: 3 }, 'lora_dropout'],
    [{ method: 'hira', r: 3 }, 'hira_dropout'],
    [{ method: 'adalora', init_r: 3 }, 'lora_dropout'],
    [{ method: 'autolora', r: 3 }, 'lora_dropout'],
    [{ method: 'vera', r: 5 }, 'vera_dropout'],
    [randlora({}), 'randlora_dropout'],
    [randlora({ pairing: 'paper' }), 'randlora_dropout'],
    [{ method: 'randlora_svd', r: 3, randlora_alpha: 2 }, 'randlora_dropout'],
    [{ method: 'hydralora', r: 3 }, 'lora_dropout'],
  ];
  test.each(dropouts.flatMap(([c, field]) => layers.map((layer) => ({ name: `${named(c)}: ${layer.name} under dropout`, c: { ...c, [field]: P }, layer }))))('$name', async ({ c, layer }) => {
    const s = await setup(c, layer, 'streamed');
    const result = await runLayer(device, { ...s, training: true, step: STEP });
    const kept = s.x.map((_, i) => (randomWord(STEP.seed, STEP.index, 0, i) < Math.floor(P * 2 ** 32) ? 0 : 1 / (1 - P)));
    expect(kept.some((k) => k === 0)).toBe(true);
    check(s, result, (x, values) => layerReference(s, layer, x, values, x.map((v, i) => v * defined(kept[i]))));
    // Evaluation switches it off.
    const evaluated = await runLayer(device, { ...s, training: false, step: STEP });
    expect(maxError(evaluated.y, layerReference(s, layer, Float64Array.from(s.x), s.values))).toBeLessThan(2e-6);
  });

  test.each(configs.filter((c) => !c.bases || c.bases === 'uniform'))('$method on f16 weights', async (c) => {
    const layer = defined(layers[0]);
    const s = await setup(c, layer, 'streamed');
    s.weight.forEach((w, i) => (s.weight[i] = Math.round(w * 256) / 256)); // exact in f16
    const plain = await runLayer(device, s);
    for (const form of formsOf(c)) {
      const r = await runLayer(device, { ...s, frozen: 'f16', form });
      expect(maxError(r.y, plain.y)).toBeLessThan(2e-6);
      expect(maxError(r.dx, plain.dx)).toBeLessThan(2e-6);
      for (const name of Object.keys(s.own)) expect(maxError(defined(r.grads[name]), defined(plain.grads[name]))).toBeLessThan(3e-6);
    }
  });

  test.each([
    [{}, 12], // full
    [{ pairing: 'paper' }, 12],
    [{ ablation: 'a' }, 3], // r
    [{ ablation: 'b' }, 6], // half
  ])('rank of the update of RandLoRA %j is %i of 12', async (extra, rank) => {
    const s = await setup(randlora(extra), defined(layers[2]), 'merged');
    const { merged } = await runLayer(device, s);
    expect(rankOf(Float64Array.from(merged!, (w, i) => w - defined(s.weight[i])), 12, 12)).toBe(rank);
  });
});
