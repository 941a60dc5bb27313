import { inCuts, type OpCase, opCase } from '../testing/checkOp';
import { activations, matmul, plus } from '../testing/reference';
import type { Activation } from './activation';
import { add, scaleBy } from './add';
import { batchedMatmul, linear, linearRecomputed, matmulNN, matmulTT } from './matmul';

interface Shape {
  M: number;
  N: number;
  K: number;
}

interface Extras {
  bias?: boolean;
  act?: Activation;
  residual?: boolean;
  alpha?: number;
  /** Inputs without a gradient. */
  frozen?: string[];
  dtype?: 'f16' | 'q8' | 'nf4';
  shaderF16?: boolean;
  uses?: string[];
  everyForm?: boolean;
}

const forms = { nt: linear, nn: matmulNN };

/** One product with its epilogue, in the form of torch's Linear (nt) or as is (nn). */
function one(form: 'nt' | 'nn', { M, N, K }: Shape, e: Extras = {}): OpCase {
  const { act = 'identity', alpha = 1, frozen = [] } = e;
  const inputs = {
    x: { shape: [M, K], grad: !frozen.includes('x') },
    weight: { shape: form === 'nt' ? [N, K] : [K, N], grad: !e.dtype && !frozen.includes('weight'), dtype: e.dtype },
    ...(e.bias && { bias: { shape: [N], grad: !frozen.includes('bias') } }),
    ...(e.residual && { residual: { shape: [M, N], grad: !frozen.includes('residual') } }),
  } satisfies OpCase['inputs'];
  const extras = [e.bias && 'bias', e.act, e.residual && 'residual', e.alpha && 'alpha', e.dtype, e.shaderF16 && 'native', frozen.length && `frozen ${frozen.join(',')}`];
  return opCase({
    name: [`matmul ${form} ${M}x${N}x${K}`, ...extras].filter(Boolean).join(' '),
    inputs,
    run: ({ x, weight, bias, residual }) => forms[form](x, weight, { bias, residual, act, alpha }),
    reference: ({ x, weight, bias, residual }) => {
      let out = matmul(x, weight, { M, N, K, wT: form === 'nt', alpha });
      if (bias) out = plus(out, bias);
      out = out.map(activations[act]);
      return residual ? plus(out, residual) : out;
    },
    shaderF16: e.shaderF16,
    uses: e.uses,
    everyForm: e.everyForm,
  });
}

const vec4 = { M: 19, N: 36, K: 8 };
const plain = { M: 7, N: 9, K: 6 };
const both = [vec4, plain];
const acts: Activation[] = ['gelu', 'quick_gelu', 'gelu_new'];

export const cases: OpCase[] = [
  // Sizes: one element, one tile, tiles cut on every side, and each transposition (the gradients are the other two).
  ...[
    { M: 1, N: 1, K: 1 },
    { M: 1, N: 4, K: 4 },
    { M: 64, N: 32, K: 16 },
    { M: 33, N: 65, K: 40 },
    { M: 67, N: 36, K: 30 },
    { M: 67, N: 36, K: 32 },
    { M: 3, N: 100, K: 4 },
    { M: 130, N: 4, K: 12 },
  ].flatMap((shape) => [one('nt', shape), one('nn', shape)]),
  one('nt', { M: 12, N: 32, K: 16 }, { uses: ['matmul.vec4'] }),
  one('nn', { M: 12, N: 30, K: 16 }, { uses: ['matmul'] }),
  // In each form of the product: more than a tile, none of which divides the sizes, with all that can stand at the end.
  one('nt', { M: 70, N: 68, K: 44 }, { bias: true, act: 'gelu', alpha: 0.5, everyForm: true }),
  one('nn', { M: 70, N: 36, K: 20 }, { residual: true, everyForm: true }),
  one('nt', { M: 36, N: 72, K: 24 }, { dtype: 'f16', everyForm: true }),
  one('nn', { M: 36, N: 72, K: 24 }, { dtype: 'q8', everyForm: true }),
  one('nt', { M: 36, N: 72, K: 44 }, { dtype: 'nf4', everyForm: true }),
  // K in parts: x^T dout here has one tile and 600 or 642 rows.
  one('nt', { M: 600, N: 16, K: 12 }, { bias: true, uses: ['matmul_sum'] }),
  one('nn', { M: 642, N: 10, K: 6 }, { frozen: ['x'], uses: ['matmul_sum.1'] }),
  one('nt', { M: 4, N: 8, K: 512 }, { bias: true, act: 'gelu', residual: true, uses: ['matmul_sum'] }),
  // Rows in dispatches of their own: 64 of each, and what is left; of each transposition in the gradients.
  inCuts(one('nt', { M: 130, N: 68, K: 76 }, { bias: true, act: 'gelu', residual: true, everyForm: true })),
  inCuts(one('nn', { M: 130, N: 68, K: 76 }, { dtype: 'q8' })),
  inCuts(one('nt', { M: 130, N: 65, K: 67 }, { bias: true, uses: ['matmul'] })),
  inCuts(one('nt', { M: 200, N: 16, K: 12 }, { residual: true }), 2 * 128 * 16 * 12),
  // Epilogues.
  ...both.flatMap((shape) => [
    one('nt', shape, { bias: true }),
    one('nt', shape, { residual: true }),
    one('nt', shape, { alpha: 0.3, bias: true }),
    ...acts.map((act) => one('nt', shape, { bias: true, act })),
    one('nn', shape, { bias: true, act: 'gelu', residual: true, alpha: -1.7 }),
  ]),
  // What is frozen gets no gradient and does not disturb the others.
  one('nt', vec4, { bias: true, residual: true, frozen: ['weight'] }),
  one('nt', vec4, { bias: true, act: 'gelu', frozen: ['x', 'weight'] }),
  one('nt', plain, { bias: true, frozen: ['x', 'bias'] }),
  one('nn', plain, { act: 'gelu', residual: true, frozen: ['weight'] }),
  // Frozen weights stored as f16, unpacked from u32 words or read by shader-f16: forward and dx read both layouts.
  ...[false, true].flatMap((shaderF16) => {
    const suffix = shaderF16 ? '.f16native' : '.f16';
    return (['nt', 'nn'] as const).flatMap((form) => [
      one(form, { M: 19, N: 36, K: 8 }, { dtype: 'f16', shaderF16, uses: [`matmul.vec4${suffix}`] }),
      one(form, { M: 7, N: 9, K: 5 }, { dtype: 'f16', shaderF16, bias: true, uses: [`matmul${suffix}`] }),
    ]);
  }),
  // Frozen weights in 8 and 4 bits: the last block is cut, and rows do not start at blocks.
  ...(['q8', 'nf4'] as const).flatMap((dtype) =>
    (['nt', 'nn'] as const).flatMap((form) => [
      one(form, { M: 19, N: 36, K: 44 }, { dtype, uses: [`matmul.vec4.${dtype}`] }),
      one(form, { M: 7, N: 9, K: 45 }, { dtype, bias: true, uses: [`matmul.${dtype}`] }),
    ]),
  ),
  // Operands shared.
  opCase({
    name: 'linear, x is also the residual',
    inputs: { x: { shape: [6, 8] }, weight: { shape: [8, 8] } },
    run: ({ x, weight }) => linear(x, weight, { residual: x }),
    reference: ({ x, weight }) => plus(matmul(x, weight, { M: 6, N: 8, K: 8, wT: true }), x),
  }),
  opCase({
    name: 'two residual branches that share dout',
    inputs: { x: { shape: [6, 8] }, w1: { shape: [8, 8] }, w2: { shape: [8, 8] } },
    run: ({ x, w1, w2 }) => {
      const h = linear(x, w1, { residual: x, act: 'gelu' });
      return linear(h, w2, { residual: h });
    },
    reference: ({ x, w1, w2 }) => {
      const h = plus(matmul(x, w1, { M: 6, N: 8, K: 8, wT: true }).map(activations.gelu), x);
      return plus(matmul(h, w2, { M: 6, N: 8, K: 8, wT: true }), h);
    },
  }),
  // The products that make the gradient of an activation's output multiply it by the slope, beside an op that does not.
  ...(['matmul', 'activation_backward'] as const).map((also) => opCase({
    name: `activation between products${also === 'matmul' ? '' : ' and a sum'}`,
    inputs: { x: { shape: [6, 8] }, w1: { shape: [12, 8] }, w2: { shape: [8, 12] }, w3: { shape: [12, 12] } },
    run: ({ x, w1, w2, w3 }) => {
      const h = linear(x, w1, { act: 'gelu' });
      const two = linear(linear(h, w3, { residual: also === 'matmul' ? null : h }), w2);
      return add(linear(h, w2), two);
    },
    reference: ({ x, w1, w2, w3 }) => {
      const h = matmul(x, w1, { M: 6, N: 12, K: 8, wT: true }).map(activations.gelu);
      const third = matmul(h, w3, { M: 6, N: 12, K: 12, wT: true });
      const two = matmul(also === 'matmul' ? third : plus(third, h), w2, { M: 6, N: 8, K: 12, wT: true });
      return plus(matmul(h, w2, { M: 6, N: 8, K: 12, wT: true }), two);
    },
    ...(also === 'matmul' ? { lacks: ['activation_backward'] } : { uses: ['activation_backward'] }),
  })),
  opCase({
    name: 'linear, x used twice',
    inputs: { x: { shape: [5, 6] }, w1: { shape: [4, 6] }, w2: { shape: [4, 6] } },
    run: ({ x, w1, w2 }) => add(linear(x, w1), linear(x, w2)),
    reference: ({ x, w1, w2 }) => plus(matmul(x, w1, { M: 5, N: 4, K: 6, wT: true }), matmul(x, w2, { M: 5, N: 4, K: 6, wT: true })),
  }),
  opCase({
    name: 'linear, the weight used twice',
    inputs: { x: { shape: [5, 8] }, weight: { shape: [8, 8] } },
    run: ({ x, weight }) => linear(linear(x, weight), weight),
    reference: ({ x, weight }) => matmul(matmul(x, weight, { M: 5, N: 8, K: 8, wT: true }), weight, { M: 5, N: 8, K: 8, wT: true }),
  }),
  opCase({
    name: 'linear, x by itself',
    inputs: { x: { shape: [5, 8] } },
    run: ({ x }) => linear(x, x),
    reference: ({ x }) => matmul(x, x, { M: 5, N: 5, K: 8, wT: true }),
  }),
  opCase({
    name: 'linearRecomputed with everything',
    inputs: { x: { shape: [6, 8] }, weight: { shape: [12, 8], grad: false }, delta: { shape: [12, 8] }, bias: { shape: [12] }, residual: { shape: [6, 12] } },
    run: ({ x, weight, delta, bias, residual }) => linearRecomputed(x, () => add(weight, scaleBy(delta, 0.5)), { bias, residual, act: 'gelu' }),
    reference: ({ x, weight, delta, bias, residual }) =>
      plus(plus(matmul(x, plus(weight, delta, 1, 0.5), { M: 6, N: 12, K: 8, wT: true }), bias).map(activations.gelu), residual),
  }),
  opCase({
    name: 'linearRecomputed, two layers that share x and delta',
    inputs: { x: { shape: [5, 8] }, weight: { shape: [8, 8], grad: false }, delta: { shape: [8, 8] } },
    run: ({ x, weight, delta }) => {
      const make = () => add(weight, delta);
      return linearRecomputed(linearRecomputed(x, make), make, { residual: x });
    },
    reference: ({ x, weight, delta }) => {
      const w = plus(weight, delta);
      const size = { M: 5, N: 8, K: 8, wT: true };
      return plus(matmul(matmul(x, w, size), w, size), x);
    },
  }),
  opCase({
    name: 'linear keeps leading dimensions',
    inputs: { x: { shape: [2, 3, 8] }, weight: { shape: [4, 8] }, bias: { shape: [4] } },
    run: ({ x, weight, bias }) => linear(x, weight, { bias }),
    reference: ({ x, weight, bias }) => plus(matmul(x, weight, { M: 6, N: 4, K: 8, wT: true }), bias),
  }),
  // Slices of wider frozen matrices, aligned to four and not.
  ...[
    { rows: 12, cols: 8, shape: [16, 20] as const },
    { rows: 7, cols: 5, shape: [9, 11] as const },
  ].flatMap(({ rows, cols, shape }): OpCase[] => {
    const slice = { rows, cols, ld: shape[1] };
    const size = `${rows}x${cols} of ${shape.join('x')}`;
    return [
      opCase({
        name: `linear, sliceW ${size}`,
        inputs: { x: { shape: [6, cols] }, weight: { shape, grad: false } },
        run: ({ x, weight }) => linear(x, weight, { sliceW: slice, alpha: 2 }),
        reference: ({ x, weight }) => matmul(x, weight, { M: 6, N: rows, K: cols, wT: true, ldw: slice.ld, alpha: 2 }),
      }),
      opCase({
        name: `matmulNN, sliceW ${size}`,
        inputs: { x: { shape: [6, rows] }, weight: { shape, grad: false } },
        run: ({ x, weight }) => matmulNN(x, weight, { sliceW: slice }),
        reference: ({ x, weight }) => matmul(x, weight, { M: 6, N: cols, K: rows, ldw: slice.ld }),
      }),
      opCase({
        name: `linear, sliceX ${size}`,
        inputs: { x: { shape, grad: false }, weight: { shape: [8, cols] } },
        run: ({ x, weight }) => linear(x, weight, { sliceX: slice }),
        reference: ({ x, weight }) => matmul(x, weight, { M: rows, N: 8, K: cols, wT: true, ldx: slice.ld }),
      }),
      opCase({
        name: `matmulNN, sliceX ${size}`,
        inputs: { x: { shape, grad: false }, weight: { shape: [cols, 8] } },
        run: ({ x, weight }) => matmulNN(x, weight, { sliceX: slice, alpha: -0.5 }),
        reference: ({ x, weight }) => matmul(x, weight, { M: rows, N: 8, K: cols, ldx: slice.ld, alpha: -0.5 }),
      }),
      opCase({
        name: `matmulTT, sliceW ${size}`,
        inputs: { x: { shape: [cols, 8] }, weight: { shape, grad: false } },
        run: ({ x, weight }) => matmulTT(x, weight, { sliceW: slice, alpha: 3 }),
        reference: ({ x, weight }) => matmul(x, weight, { M: 8, N: rows, K: cols, xT: true, wT: true, ldw: slice.ld, alpha: 3 }),
      }),
    ];
  }),
  ...[
    { M: 68, N: 36, K: 12 },
    { M: 35, N: 9, K: 6 },
    { M: 8, N: 8, K: 5 },
  ].map(({ M, N, K }) => opCase({
    name: `matmulTT ${M}x${N}x${K}`,
    inputs: { x: { shape: [K, M] }, weight: { shape: [N, K] } },
    run: ({ x, weight }) => matmulTT(x, weight),
    reference: ({ x, weight }) => matmul(x, weight, { M, N, K, xT: true, wT: true }),
  })),
  ...[
    { M: 12, N: 36, K: 8 },
    { M: 7, N: 5, K: 3 },
  ].flatMap(({ M, N, K }) =>
    [false, true].map((wT) => opCase({
      name: `batched ${M}x${N}x${K}${wT ? ' transposed' : ''}`,
      inputs: { x: { shape: [3, M, K] }, weight: { shape: wT ? [3, N, K] : [3, K, N] } },
      run: ({ x, weight }) => batchedMatmul(x, weight, { transposed: wT, alpha: 0.5 }),
      reference: ({ x, weight }) =>
        [0, 1, 2].flatMap((b) => [...matmul(x, weight, { M, N, K, wT, alpha: 0.5, x0: b * M * K, w0: b * N * K })]),
    })),
  ),
  ...[
    { M: 12, N: 36, K: 8, ld: 16 },
    { M: 7, N: 5, K: 3, ld: 6 },
  ].flatMap(({ M, N, K, ld }) =>
    [false, true].map((wT) => opCase({
      name: `batched ${M}x${N}x${K}${wT ? ' transposed' : ''}, one slice for all, residual`,
      inputs: { x: { shape: [M + 1, ld], grad: false }, weight: { shape: wT ? [3, N, K] : [3, K, N] }, residual: { shape: [3, M, N] } },
      run: ({ x, weight, residual }) => batchedMatmul(x, weight, { transposed: wT, sliceX: { rows: M, cols: K, ld }, residual, alpha: 0.5 }),
      reference: ({ x, weight, residual }) => plus(Float64Array.from([0, 1, 2].flatMap((b) => [...matmul(x, weight, { M, N, K, wT, ldx: ld, alpha: 0.5, w0: b * N * K })])), residual),
    })),
  ),
];
