import { inCuts, type OpCase, opCase, type OpInput } from '../testing/checkOp';
import { layerNorm as reference, matmul, plus } from '../testing/reference';
import { add } from './add';
import { addBlocks } from './blocks';
import { layerNorm } from './layerNorm';
import { linear } from './matmul';

const of = (rows: number, width: number, extra: Partial<OpInput> = {}, eps = 1e-6) => opCase({
  name: `layerNorm ${rows}x${width}${extra.from ? ' far from zero' : ''}`,
  inputs: { x: { shape: [rows, width], ...extra }, weight: { shape: [width] }, bias: { shape: [width] } },
  run: ({ x, weight, bias }) => layerNorm(x, weight, bias, eps),
  reference: ({ x, weight, bias }) => reference(x, weight, bias, eps),
});

/** Of a residual stream as a product writes it, which then is part of the stream that follows: mean and variance come from the product. */
const written = (M: number, N: number, K: number, more: Omit<Partial<OpCase>, 'inputs' | 'run' | 'reference'> = {}, from?: OpInput['from']): OpCase => {
  const far = from ? ' far from zero' : '';
  return opCase({
    name: `layerNorm of a product ${M}x${N}x${K}${far}`,
    inputs: { x: { shape: [M, K] }, w: { shape: [N, K] }, b: { shape: [N] }, stream: { shape: [M, N], from }, weight: { shape: [N] }, bias: { shape: [N] } },
    run: ({ x, w, b, stream, weight, bias }) => {
      const next = linear(x, w, { bias: b, residual: stream });
      return add(next, layerNorm(next, weight, bias, 1e-6));
    },
    reference: ({ x, w, b, stream, weight, bias }) => {
      const next = plus(plus(matmul(x, w, { M, N, K, wT: true }), b), stream);
      return plus(next, reference(next, weight, bias, 1e-6));
    },
    uses: ['layer_norm.tiles'],
    ...more,
  });
};

export const cases: OpCase[] = [
  // In each form of the product: more than a tile, pieces of 32 columns that are cut, and one alone.
  written(70, 100, 20, { everyForm: true }),
  inCuts(written(130, 100, 20, { everyForm: true })),
  written(5, 4, 8),
  written(1, 32, 4),
  // Alike a mean of 100, below.
  written(37, 64, 8, { everyForm: true, tolerance: 3e-5, gradTolerance: 3e-4 }, (random) => 100 + random()),
  written(9, 18, 8, { uses: ['layer_norm.lanes1'] }),
  opCase({
    name: 'layerNorm of a product that was added to in place',
    inputs: { x: { shape: [6, 8] }, w: { shape: [16, 8] }, u: { shape: [6, 4] }, v: { shape: [1, 16, 4] }, weight: { shape: [16] }, bias: { shape: [16] } },
    run: ({ x, w, u, v, weight, bias }) => layerNorm(addBlocks(linear(x, w), u, v), weight, bias, 1e-6),
    reference: ({ x, w, u, v, weight, bias }) => reference(plus(matmul(x, w, { M: 6, N: 16, K: 8, wT: true }), matmul(u, v, { M: 6, N: 16, K: 4, wT: true })), weight, bias, 1e-6),
  }),
  of(3, 5),
  of(2, 64),
  of(3, 70),
  of(70, 5),
  of(130, 8, {}, 1e-5),
  of(2, 192),
  of(1, 1, {}, 0.1),
  // A mean of 100 with a spread of 1 costs seven bits: 2^-24 * 100 = 6e-6 of the spread.
  { ...of(4, 48, { from: (random) => 100 + random() }), tolerance: 3e-5, gradTolerance: 3e-4 },
  opCase({
    name: 'layerNorm, x also in the residual',
    inputs: { x: { shape: [2, 3, 8] }, weight: { shape: [8] }, bias: { shape: [8] } },
    run: ({ x, weight, bias }) => add(x, layerNorm(x, weight, bias, 1e-6)),
    reference: ({ x, weight, bias }) => plus(x, reference(x, weight, bias, 1e-6)),
  }),
  opCase({
    name: 'layerNorm, only the bias trained',
    inputs: { x: { shape: [5, 8], grad: false }, weight: { shape: [8], grad: false }, bias: { shape: [8] } },
    run: ({ x, weight, bias }) => layerNorm(x, weight, bias, 1e-6),
    reference: ({ x, weight, bias }) => reference(x, weight, bias, 1e-6),
  }),
];
