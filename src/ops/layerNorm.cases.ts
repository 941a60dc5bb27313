import type { OpCase } from '../testing/checkOp';
import { layerNorm as reference, plus } from '../testing/reference';
import { add } from './add';
import { layerNorm } from './layerNorm';

const of = (rows: number, width: number, extra: Partial<OpCase['inputs'][string]> = {}, eps = 1e-6): OpCase => ({
  name: `layerNorm ${rows}x${width}${extra.from ? ' far from zero' : ''}`,
  inputs: { x: { shape: [rows, width], ...extra }, weight: { shape: [width] }, bias: { shape: [width] } },
  run: ({ x, weight, bias }) => layerNorm(x, weight, bias, eps),
  reference: ({ x, weight, bias }) => reference(x, weight, bias, eps),
});

export const cases: OpCase[] = [
  of(3, 5),
  of(2, 64),
  of(3, 70),
  of(70, 5),
  of(130, 8, {}, 1e-5),
  of(2, 192),
  of(1, 1, {}, 0.1),
  // A mean of 100 with a spread of 1 costs seven bits: 2^-24 * 100 = 6e-6 of the spread.
  { ...of(4, 48, { from: (random) => 100 + random() }), tolerance: 3e-5, gradTolerance: 3e-4 },
  {
    name: 'layerNorm, x also in the residual',
    inputs: { x: { shape: [2, 3, 8] }, weight: { shape: [8] }, bias: { shape: [8] } },
    run: ({ x, weight, bias }) => add(x, layerNorm(x, weight, bias, 1e-6)),
    reference: ({ x, weight, bias }) => plus(x, reference(x, weight, bias, 1e-6)),
  },
  {
    name: 'layerNorm, only the bias trained',
    inputs: { x: { shape: [5, 8], grad: false }, weight: { shape: [8], grad: false }, bias: { shape: [8] } },
    run: ({ x, weight, bias }) => layerNorm(x, weight, bias, 1e-6),
    reference: ({ x, weight, bias }) => reference(x, weight, bias, 1e-6),
  },
];
