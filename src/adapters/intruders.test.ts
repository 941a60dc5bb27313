import { describe, expect, test } from 'vitest';
import type { TensorSource } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { leftVectors } from '../numbers/singular';
import { goldenJson } from '../testing/golden';
import { maxError } from '../testing/checkOp';
import { intruderPart, intrudersOf, intrudersScaled } from './intruders';
import { intruderSeconds, intrudersIn } from './intruders.meta';
import { largestSingular, rootFactors } from './largest';

/** Of PEFT's reduce_intruder_dimension and numpy: testing/fixtures/intruders/make.py. */
interface Made {
  top: number;
  epsilon: number;
  scale: number;
  r: number;
  layers: { name: string; shape: [number, number]; weight: number[]; delta: number[]; intruders: number; cosines: number[]; singular: number[]; reduced: number[] }[];
}
const peft = goldenJson<Made>('intruders/peft.json');
const { top, epsilon, scale, r } = peft;

const layers = peft.layers.map(({ name, shape: [out, n] }) => ({ name, in: n, out }));
const source = { readF32Checked: async (name: string) => Float32Array.from(peft.layers.find((layer) => `${layer.name}.weight` === name)!.weight) } as unknown as TensorSource;
const update = Object.fromEntries(peft.layers.map(({ name, delta }) => [`${name}.weight`, Float32Array.from(delta)]));
const given = () => ({ layers, source, top, signal: new AbortController().signal, progress: () => {} });

describe('intruder dimensions are PEFT’s', () => {
  test('cosines of the largest directions, and how many are intruders', async () => {
    const [found] = await intrudersOf([update], given());
    expect(found!.map(({ layer }) => layer)).toEqual(peft.layers.map(({ name }) => name));
    // Vectors of f32 weights in f64, in both.
    for (const [i, layer] of peft.layers.entries()) expect(maxError(defined(found![i]).cosines, layer.cosines), layer.name).toBeLessThan(1e-8);
    expect(found!.map((one) => intrudersIn(one, epsilon))).toEqual(peft.layers.map(({ intruders }) => intruders));
  });

  test('the update with them scaled down, as the nearest LoRA of its rank', async () => {
    const { part, counts } = await intruderPart(update, epsilon, given());
    expect(counts).toEqual(peft.layers.flatMap(({ name, intruders }) => (intruders > 0 ? [{ layer: name, count: intruders }] : [])));
    const scaled = await intrudersScaled(new Map(Object.entries(update)), scale, epsilon, given());
    for (const { name, reduced, shape: [out, n], intruders } of peft.layers) {
      expect(part[`${name}.weight`] !== undefined, name).toBe(intruders > 0);
      const { A, B } = rootFactors(scaled.get(`${name}.weight`)!, { out, in: n }, r);
      const made = Float32Array.from({ length: out * n }, (_, k) => Array.from({ length: r }, (_, q) => defined(B[Math.floor(k / n) * r + q]) * defined(A[q * n + (k % n)])).reduce((s, v) => s + v, 0));
      // PEFT takes its factors in f32.
      expect(maxError(made, reduced), name).toBeLessThan(2e-6);
    }
  });
});

test('singular values of the trained weights are numpy’s, and left vectors turn the weight into them', () => {
  for (const { name, shape: [out, n], weight, delta, singular } of peft.layers) {
    const whole = Float32Array.from(weight, (w, i) => Math.fround(w) + Math.fround(defined(delta[i])));
    expect(maxError(largestSingular(whole, out, n, top).S, singular.slice(0, top)), name).toBeLessThan(1e-7);
    const vectors = leftVectors(whole, out, n);
    // The length of u^T W is the singular value, and the vectors are orthogonal.
    singular.forEach((value, v) => {
      const u = vectors.subarray(v * out, (v + 1) * out);
      const row = Array.from({ length: n }, (_, j) => u.reduce((s, x, i) => s + x * defined(whole[i * n + j]), 0));
      expect(Math.hypot(...row), `${name} ${v}`).toBeCloseTo(value, 6);
      if (v > 0) expect(Math.abs(u.reduce((s, x, i) => s + x * defined(vectors[(v - 1) * out + i]), 0))).toBeLessThan(1e-6);
    });
  }
});

test('an update along the weight’s own directions has no intruders, one across them has', async () => {
  const weight = Float32Array.from({ length: 36 }, (_, k) => (k % 7 === 0 ? 3 - k / 14 : 0));
  const one = { layers: [{ name: 'a', in: 6, out: 6 }], source: { readF32Checked: async () => weight } as unknown as TensorSource, top: 3, signal: new AbortController().signal, progress: () => {} };
  const even = Float32Array.from({ length: 36 }, (_, k) => Math.sqrt(1 / 6) * (k % 6 === 2 ? 90 : 0));
  const [own, across, none] = await intrudersOf([{ 'a.weight': weight.map((w) => 0.3 * w) }, { 'a.weight': even }, {}], one);
  expect([own, across].map((found) => found!.map((layer) => intrudersIn(layer, 0.5)))).toEqual([[0], [1]]);
  expect(none).toEqual([]);
  expect(await intruderPart({ 'a.weight': weight }, 0.5, one)).toEqual({ part: {}, counts: [] });
});

test('the time of a search for intruders grows with the cube of the side, and once for all runs', () => {
  const layer = (layer: string, side: number) => ({ layer, shape: [side, side] as const });
  const seconds = (...updates: ReturnType<typeof layer>[][]) => intruderSeconds(updates);
  // Measured: 7.4 s and 1.0 s.
  expect(seconds([layer('a', 768)])).toBeCloseTo(8, 0);
  expect(seconds([layer('a', 384)])).toBeCloseTo(1.1, 1);
  expect(seconds([layer('a', 768)], [layer('a', 768)])).toBeLessThan(1.2 * seconds([layer('a', 768)]));
  expect(seconds([layer('a', 768), layer('b', 768)])).toBeCloseTo(2 * seconds([layer('a', 768)]), 9);
});
