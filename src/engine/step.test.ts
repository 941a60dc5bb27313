import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STEP_BYTES } from './plan';
import { noStep, packStep } from './step';

/** Fields of the struct that kernels read, in order. */
const fields = [...readFileSync('shaders/lib/step.wgsl', 'utf8').split('}', 1).join('').matchAll(/^ {2}(\w+): (u32|f32),/gm)].map(([, name = '', type]) => ({ name, type }));

test('each scalar lies where the kernels read it', () => {
  const scalars = { seed: 2 ** 32 + 7, index: 11, micro: 12, slot: 13, lr: 0.5, headLr: 0.25, c1: 1.5, c2: 2.5, invCount: 0.125, maxNorm: 4.5, after: [5.5, 6.5], part: 14, averageRest: 0.75, update: 15 } as const;
  const { after, headLr, invCount, maxNorm, averageRest, ...same } = scalars;
  const expected: Record<string, number> = { ...same, seed: 7, head_lr: headLr, inv_count: invCount, max_norm: maxNorm, after0: after[0], after1: after[1], average_rest: averageRest };
  const view = new DataView(packStep(scalars));
  expect(Object.fromEntries(fields.map(({ name, type }, i) => [name, type === 'u32' ? view.getUint32(4 * i, true) : view.getFloat32(4 * i, true)]))).toEqual(expected);
  // A negative seed is one of 32 bits.
  expect(new Uint32Array(packStep({ ...scalars, seed: -1 }))[0]).toBe(2 ** 32 - 1);
  expect(4 * fields.length).toBeLessThanOrEqual(STEP_BYTES);
});

test('no step changes nothing: no rates, no clipping, and factors of one', () => {
  expect(noStep).toEqual({ seed: 0, index: 0, micro: 0, slot: 0, lr: 0, headLr: 0, c1: 1, c2: 1, invCount: 1, maxNorm: 0, after: [0, 0], part: 0, averageRest: 0, update: 0 });
  const before = packStep(noStep);
  expect(before.byteLength).toBe(STEP_BYTES);
  expect(packStep({ ...noStep, lr: 1 })).toBe(before);
});
