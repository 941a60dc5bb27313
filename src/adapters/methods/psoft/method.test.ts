import { describe, expect, test } from 'vitest';
import type { MethodConfig } from '../../field';
import { completeConfig } from '../../fields';
import { folderTree } from '../../../io/fileTree.node';
import { memoryTree } from '../../../io/fileTree';
import { parseModel } from '../../../models';
import { defined } from '../../../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../../../testing/checkOp';
import { gpu } from '../../../testing/device';
import { golden, goldenPath } from '../../../testing/golden';
import { loadVit, savedTree } from '../../../testing/goldenAdapters';
import { Adapted, adapterLabel } from '../../adapted';
import { asEquivalent } from '../../equivalent';
import { loadAdapter, saveAdapter } from '../../files';
import { mergedWeights } from '../../merge';
import { method } from './method';
import { vectorsOf } from './vectors';

const FOLDER = 'methods2/adapters/vit_small_dev/psoft_r6';
const SAYS = /A folder of PSOFT from PEFT holds no singular vectors\. They are made again/;
const layer = { name: 'x', in: 9, out: 7 };
const weight = (seed = 3): Float32Array => Float32Array.from({ length: 63 }, randomNormal(seed));
const of = (more: object): MethodConfig => completeConfig({ method: 'psoft', r: 3, ...more });

describe('singular vectors', () => {
  test.each(['psoft_init', 'pissa_init'])('%s: of all of them s B A is the weight, whatever psoft_alpha is; the largest entry of each row of A is positive', (ab_svd_init) => {
    for (const psoft_alpha of [2, 32]) {
      const { psoft_A, psoft_B } = vectorsOf(of({ r: 7, ab_svd_init, psoft_alpha }), layer, weight());
      const [A, B] = [defined(psoft_A), defined(psoft_B)];
      const product = Float32Array.from({ length: 63 }, (_, at) => (psoft_alpha / 7) * Array.from({ length: 7 }, (__, k) => defined(B[Math.floor(at / 9) * 7 + k]) * defined(A[9 * k + (at % 9)])).reduce((sum, v) => sum + v, 0));
      expect(maxError(product, weight())).toBeLessThan(1e-6);
      for (let k = 0; k < 7; k++) {
        const [row, column] = [A.slice(9 * k, 9 * k + 9), B.filter((_, at) => at % 7 === k)];
        expect(Math.max(...row)).toBe(Math.max(...row.map(Math.abs)));
        // Orthonormal rows, or as much of the value on either side.
        expect(Math.hypot(...row)).toBeCloseTo(ab_svd_init === 'psoft_init' ? 1 : Math.hypot(...column), 5);
      }
    }
  });

  test('of a weight and of its negative are turned the same way', () => {
    const [one, other] = [weight(), weight().map((v) => -v)].map((w) => vectorsOf(of({}), layer, w));
    expect(other?.psoft_A).toEqual(one?.psoft_A);
    expect(other?.psoft_B).toEqual(one?.psoft_B?.map((v) => -v));
  });

  // PEFT decomposes in f32, which turns vectors of values that are near each other by more than rounding.
  test('are PEFT\'s but for signs, and some of PEFT\'s are others', async () => {
    const vit = await loadVit();
    const { adapted, values } = await loadAdapter(await folderTree(goldenPath(FOLDER)!), parseModel(vit.config), vit.source);
    const frozen = await golden(`${FOLDER}/frozen.safetensors`);
    const flipped = await Promise.all(adapted.layers.map(async ({ name, in: n }) => {
      const [A, B] = ['psoft_A', 'psoft_B'].map((suffix) => defined(values[adapterLabel(name, suffix)])) as [Float32Array, Float32Array];
      const [wantA, wantB] = [await frozen.readF32(`${name}.A`), await frozen.readF32(`${name}.B`)];
      const signs = [0, 1, 2, 3, 4, 5].map((k) => Math.sign(A.subarray(k * n, k * n + n).reduce((sum, v, i) => sum + v * defined(wantA[k * n + i]), 0)));
      expect(maxError(A.map((v, at) => v * defined(signs[Math.floor(at / n)])), wantA), name).toBeLessThan(5e-5);
      expect(maxError(B.map((v, at) => v * defined(signs[at % 6])), wantB), name).toBeLessThan(5e-5);
      return signs.filter((sign) => sign < 0).length;
    }));
    expect(flipped.filter((count) => count > 0 && count < 6).length).toBeGreaterThan(5);
  });
});

describe('folders', () => {
  test('PEFT\'s holds no vectors and says what may come of it; of ours they are known', async () => {
    const vit = await loadVit();
    const peft = await loadAdapter(await folderTree(goldenPath(FOLDER)!), parseModel(vit.config), vit.source);
    expect(peft.adapted.config).toMatchObject({ r: 6, save_vectors: false });
    expect(peft.warnings).toEqual([expect.stringMatching(SAYS)]);
    await expect(loadAdapter(await folderTree(goldenPath(FOLDER)!), parseModel(vit.config))).rejects.toThrow('needs the model\'s weights');
    const ours = await loadAdapter(savedTree(await saveAdapter(peft.adapted, peft.values, { base: vit })), parseModel(vit.config), vit.source);
    expect(ours.warnings).toEqual([]);
    expect(ours.values).toEqual(peft.values);
  });

  test('with vectors of any signs they come back as they were, without the weights', async () => {
    const vit = await loadVit();
    const peft = await loadAdapter(await folderTree(goldenPath(FOLDER)!), parseModel(vit.config), vit.source);
    const values = Object.fromEntries(Object.entries(peft.values).map(([label, data]) => [label, /psoft_[AB]$/.test(label) ? data.map((v) => -v) : data]));
    const adapted = new Adapted(peft.adapted.model, { ...peft.adapted.config, save_vectors: true });
    const saved = await saveAdapter(adapted, values, { base: vit });
    expect(JSON.parse(new TextDecoder().decode(defined(saved[0]).bytes))).toMatchObject({ peft_type: 'FULLRANK_PSOFT', r: 6, save_vectors: true });
    const again = await loadAdapter(savedTree(saved), parseModel(vit.config));
    expect([again.adapted.config, again.values, again.warnings]).toEqual([adapted.config, values, []]);
  });

  test('of a randomised decomposition are refused', async () => {
    const vit = await loadVit();
    const tree = await folderTree(goldenPath(FOLDER)!);
    const config = { ...(JSON.parse(new TextDecoder().decode(await tree.read('adapter_config.json'))) as object), psoft_svd: 'lowrank' };
    const random = memoryTree('random', { 'adapter_config.json': new TextEncoder().encode(JSON.stringify(config)), 'adapter_model.safetensors': await tree.read('adapter_model.safetensors') });
    await expect(loadAdapter(random, parseModel(vit.config), vit.source)).rejects.toThrow(/psoft_svd.*lowrank.*randomised decomposition, which cannot be made again/);
  });
});

test('as LoRA it computes the same, however R is made', async () => {
  const [device, vit] = [await mustOpen(gpu()), await loadVit()];
  const model = parseModel(vit.config);
  for (const more of [{}, { psoft_orth: false }, { psoft_mag_a: false }, { psoft_mag_b: false, ab_svd_init: 'pissa_init' }, ...[1, 2, 4, 7].map((num_cayley_neumann_terms) => ({ use_cayley_neumann: true, num_cayley_neumann_terms })), { use_cayley_neumann: true, cayley_neumann_eps: 0.4 }]) {
    const adapted = new Adapted(model, { method: 'psoft', r: 5, psoft_alpha: 3, target_modules: ['query', 'intermediate.dense'], ...more });
    const values = await adapted.initialise(0, (name) => vit.source.readF32Checked(name));
    const random = randomNormal(5);
    for (const label of Object.keys(values)) if (label.includes('psoft_R')) values[label] = defined(values[label]).map((v) => v + 0.3 * random());
    const [own, lora] = [await mergedWeights(device, vit.source, { adapted, values }), await mergedWeights(device, vit.source, asEquivalent(adapted, values))];
    for (const { name } of adapted.layers) expect(maxError(defined(own.get(`${name}.weight`)), defined(lora.get(`${name}.weight`))), `${name} ${JSON.stringify(more)}`).toBeLessThan(2e-6);
  }
});

test('one direction alone is no rotation, and no more are turned than there are', () => {
  expect(() => method.check!(of({ r: 1 }), layer)).toThrow('r is 1, and one direction by itself cannot be turned. Set r to 2 or more, or psoft_orth to false.');
  expect(() => method.check!(of({ r: 1, psoft_orth: false }), layer)).not.toThrow();
  expect(() => method.check!(of({ r: 7 }), layer)).not.toThrow();
  expect(() => method.check!(of({ r: 8 }), layer)).toThrow('x has 7 singular values');
  expect(method.range!([layer, { name: 'y', in: 5, out: 6 }], parseModel({ model_type: 'vit' }))).toEqual([2, 5]);
});
