import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Device } from '../engine/device';
import type { TensorSource } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { TILES } from '../ops/productForms';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { golden, goldenNames } from '../testing/golden';
import { runLayer, type LayerCase } from '../testing/layer';
import type { MethodConfig } from './field';

/** Sums of some hundred f32 products, in another order than torch's. */
const TOLERANCE = 3e-6;

interface Kind {
  config: (meta: Record<string, string>) => MethodConfig;
  /** Suffix in our files -> name in the golden. */
  own: Record<string, string>;
  shared?: Record<string, string>;
}

const peft = (meta: Record<string, string>, alpha: string) => ({ r: Number(meta.rank), [alpha]: Number(meta.alpha) });
const randlora = (bases: string): Kind => ({
  config: (meta) => ({ method: 'randlora', bases, ...peft(meta, 'randlora_alpha') }),
  own: { randlora_lambda: 'lambda', randlora_gamma: 'gamma' },
  shared: { randlora_A: 'basis_A', randlora_B: 'basis_B' },
});
const kinds: Record<string, Kind> = {
  full_ft: { config: () => ({ method: 'full' }), own: { weight: 'base.weight', bias: 'base.bias' } },
  lora: { config: (m) => ({ method: 'lora', ...peft(m, 'lora_alpha') }), own: { 'lora_A.weight': 'lora_A', 'lora_B.weight': 'lora_B' } },
  dora: {
    config: (m) => ({ method: 'dora', ...peft(m, 'lora_alpha') }),
    own: { 'lora_A.weight': 'lora_A', 'lora_B.weight': 'lora_B', lora_magnitude_vector: 'magnitude' },
  },
  vera: {
    config: (m) => ({ method: 'vera', r: Number(m.rank) }),
    own: { vera_lambda_b: 'lambda_b', vera_lambda_d: 'lambda_d' },
    shared: { vera_A: 'basis_A', vera_B: 'basis_B' },
  },
  randlora_dense: randlora('uniform'),
  randlora_sparse: randlora('sparse'),
  randlora_very_sparse: randlora('very_sparse'),
  nola: {
    config: (m) => ({ method: 'nola', r: Number(m.rank), nola_num_bases: Number(m.num_bases) }),
    own: { nola_coefficients: 'coefficients' },
    shared: { nola_basis_A: 'basis_A', nola_basis_B: 'basis_B' },
  },
};

const files = goldenNames('layers').filter((f) => f.endsWith('.safetensors'));

describe('layers equal PEFT and the authors\' code', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  type Case = readonly [file: string, form: 'streamed' | 'merged', tile: string];
  const cases = files.filter((f) => !f.includes('official_randlora')).flatMap((f) => (['streamed', 'merged'] as const).map((form): Case => [f, form, 'usual']));
  // One golden with all its products in each exact tile.
  const inTiles = TILES.filter((tile) => !tile.startsWith('half')).map((tile): Case => ['dev_randlora_dense_a_40x56_r6.safetensors', 'merged', tile]);
  test.each([...cases, ...inTiles])('%s, %s, tile %s', async (file, form, tile) => {
    if (tile !== 'usual') device.choices = { product: [tile] };
    onTestFinished(() => void (device.choices = {}));
    const g = await golden(`layers/${file}`);
    const kind = defined(kinds[g.metadata.method!]);
    expect(kind, `a layer of method ${g.metadata.method}`).toBeDefined();
    const shared: LayerCase['shared'] = {};
    for (const [name, from] of Object.entries(kind.shared ?? {})) shared[name] = { shape: g.info(from).shape, data: await g.readF32(from) };
    const own: LayerCase['own'] = {};
    for (const [name, from] of Object.entries(kind.own)) own[name] = await g.readF32(from);
    const r = await runLayer(device, { ...(await common(g)), config: kind.config(g.metadata), own, shared, form });
    expect(maxError(r.y, await g.readF32('y')), 'y').toBeLessThan(TOLERANCE);
    expect(maxError(r.dx, await g.readF32('grad.x')), 'grad x').toBeLessThan(TOLERANCE);
    for (const [name, from] of Object.entries(kind.own)) expect(maxError(defined(r.grads[name]), await g.readF32(`grad.${from}`)), `grad ${name}`).toBeLessThan(TOLERANCE);
    const delta = ['delta_weight', 'merged_minus_base'].find((n) => g.has(n));
    if (delta) {
      const base = await g.readF32('base.weight');
      const want = await g.readF32(delta);
      expect(maxError(r.merged!, base.map((w, i) => w + defined(want[i]))), 'W + delta').toBeLessThan(TOLERANCE);
    }
  });

  // The authors' layer (lambda (n, r), A (1, r, .), B (n, ., r), alpha 1) is PEFT's with its tensors transposed, as long
  // as in differs from out and n = floor(min / r) + 1 equals ceil(min / r).
  test.each(files.filter((f) => f.includes('official_randlora')).flatMap((f) => (['streamed', 'merged'] as const).map((form) => [f, form] as const)))('%s, %s', async (file, form) => {
    const g = await golden(`layers/${file}`);
    const [n, r] = g.info('lambda').shape as [number, number];
    const [maxN, D] = g.info('basis_B').shape as [number, number];
    const transpose = (from: Float32Array, a: number, b: number, inner = 1) =>
      Float32Array.from(from, (_, i) => defined(from[((Math.floor(i / inner) % a) * b + Math.floor(i / inner / a)) * inner + (i % inner)]));
    const A = g.info('basis_A').shape;
    const result = await runLayer(device, {
      ...(await common(g)),
      config: { method: 'randlora', r, randlora_alpha: 1 },
      own: { randlora_lambda: transpose(await g.readF32('lambda'), n, r), randlora_gamma: await g.readF32('gamma') },
      shared: {
        randlora_A: { shape: [r, 1, defined(A[2])], data: await g.readF32('basis_A') },
        randlora_B: { shape: [D, maxN, r], data: transpose(await g.readF32('basis_B'), maxN, D, r) },
      },
      form,
    });
    expect(maxError(result.y, await g.readF32('y')), 'y').toBeLessThan(TOLERANCE);
    expect(maxError(result.dx, await g.readF32('grad.x')), 'grad x').toBeLessThan(TOLERANCE);
    expect(maxError(result.grads.randlora_lambda!, transpose(await g.readF32('grad.lambda'), n, r)), 'grad lambda').toBeLessThan(TOLERANCE);
    expect(maxError(result.grads.randlora_gamma!, await g.readF32('grad.gamma')), 'grad gamma').toBeLessThan(TOLERANCE);
  });
});

async function common(g: TensorSource): Promise<Pick<LayerCase, 'layer' | 'weight' | 'bias' | 'x' | 'dy'>> {
  const [out, n] = g.info('base.weight').shape as [number, number];
  return { layer: { name: 'layer', in: n, out }, weight: await g.readF32('base.weight'), bias: await g.readF32('base.bias'), x: await g.readF32('x'), dy: await g.readF32('dy') };
}
