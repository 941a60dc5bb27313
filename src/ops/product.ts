import activationLib from '#shaders/lib/activation.wgsl?raw';
import epilogue from '#shaders/lib/epilogue.wgsl?raw';
import gridLib from '#shaders/lib/grid.wgsl?raw';
import lanes1 from '#shaders/lib/lanes1.wgsl?raw';
import lanes4 from '#shaders/lib/lanes4.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/matmul.wgsl?raw';
import sumSource from '#shaders/matmul_sum.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { ACTIVATIONS, type Activation } from './activation';
import { cuts } from './cut';
import { flatGrid } from './grid';
import { MODES, productForms, type Mode } from './productForms';
import { weightForm, weightKernels } from './weights';

export type { Mode };

const ends = [step, activationLib, epilogue];
const plain = weightKernels('matmul', source, [...ends, lanes1], 1);
const sums = { 1: kernel('matmul_sum.1', sumSource, [...ends, gridLib, lanes1]), 4: kernel('matmul_sum', sumSource, [...ends, gridLib, lanes4]) };

/** Strides of a batch: element offset of batch z = outer * heads + inner. */
export interface Batch {
  count: number;
  heads: number;
  x: [outer: number, inner: number];
  weight: [outer: number, inner: number];
  out: [outer: number, inner: number];
}

export interface Product {
  mode: Mode;
  x: Tensor;
  weight: Tensor;
  out: Tensor;
  M: number;
  N: number;
  K: number;
  /** Elements between rows; the matrix's own width when left out. */
  ldx?: number;
  ldw?: number;
  ldo?: number;
  alpha?: number;
  bias?: Tensor | null;
  act?: Activation;
  pre?: Tensor | null;
  /** The result is multiplied by the slope of `act` at `pre`: the backward of an activation. */
  gate?: { act: Activation; pre: Tensor } | null;
  residual?: Tensor | null;
  accumulate?: number;
  batch?: Batch;
  label?: string;
}

/**
 * Records out = act(alpha * op(x) op(weight) + bias) * gate + residual, without a gradient: the one door to the matmul
 * kernels. Takes the vec4 forms (productForms.ts) where every size and stride is a multiple of four, the plain form
 * otherwise. Where the result has too few tiles to fill the adapter, K is cut into parts that are added in order.
 */
export function product(c: Product): void {
  const parts = partsOf(c);
  if (parts === 1) return whole(c);
  const { M, N, mode, label = 'matmul' } = c;
  const rec = recorder();
  const K = c.K / parts;
  const partial = rec.temp(`${label} parts`, [parts, M, N]);
  const [xt, wt] = [mode[0] === 't', mode[1] === 't'];
  const ldx = c.ldx ?? (xt ? M : c.K);
  const ldw = c.ldw ?? (wt ? c.K : N);
  const batch: Batch = { count: parts, heads: 1, x: [K * (xt ? ldx : 1), 0], weight: [K * (wt ? 1 : ldw), 0], out: [M * N, 0] };
  whole({ mode, x: c.x, weight: c.weight, out: partial, M, N, K, ldx, ldw, batch, label: `${label} parts` });
  const ldo = c.ldo ?? N;
  const lanes = N % 4 || ldo % 4 ? 1 : 4;
  rec.emit(sums[lanes], {
    tensors: { partial, ...endTensors(c) },
    params: { count: (M * N) / lanes, width: N / lanes, parts, ldo: ldo / lanes, alpha: c.alpha ?? 1, accumulate: c.accumulate ?? 0 },
    overrides: endOverrides(c),
    grid: flatGrid((M * N) / lanes),
    label,
  });
}

/** Parts shorter than this cost more than they gain. */
const LEAST_K = 128;
const MOST_PARTS = 32;
/** Tiles of 32 x 32 that keep a card busy, and the few cores of a software adapter. */
const CARD_FILLS = 64;
const SOFTWARE_FILLS = 8;

/** Rows of which every form's tiles have whole ones. */
const CUT_ROWS = 64;

/** Into how many equal parts K is cut: one where the tiles fill the adapter, or K is short. */
function partsOf({ M, N, K, batch }: Product): number {
  const tiles = Math.ceil(M / 32) * Math.ceil(N / 32);
  const fills = recorder().software ? SOFTWARE_FILLS : CARD_FILLS;
  if ((batch && batch.count > 1) || tiles >= fills || K < 4 * LEAST_K) return 1;
  const wanted = Math.min(Math.ceil(fills / tiles), Math.floor(K / LEAST_K), MOST_PARTS);
  // Parts are equal, and whole vec4s where K is.
  const unit = K % 4 ? 1 : 4;
  for (let parts = wanted; parts > 1; parts--) if (K % (parts * unit) === 0) return parts;
  return 1;
}

const endTensors = ({ bias, residual, out, pre, gate }: Product) => ({ bias, residual, out, pre, gate: gate?.pre });

function endOverrides({ bias, act, pre, gate, residual }: Product): Record<string, number> {
  const overrides: Record<string, number> = {};
  if (bias) overrides.BIAS = 1;
  if (act && act !== 'identity') overrides.ACT = ACTIVATIONS[act];
  if (pre) overrides.PRE = 1;
  if (gate) overrides.GATE = ACTIVATIONS[gate.act];
  if (residual) overrides.RESIDUAL = 1;
  return overrides;
}

/** One dispatch, or some by rows where one would take too long. */
function whole(c: Product): void {
  const rec = recorder();
  const { M, N, K, mode } = c;
  const xTransposed = mode === 'tn' || mode === 'tt';
  const wTransposed = mode === 'nt' || mode === 'tt';
  const ldx = c.ldx ?? (xTransposed ? M : K);
  const ldw = c.ldw ?? (wTransposed ? K : N);
  const ldo = c.ldo ?? N;
  const batch: Batch = c.batch ?? { count: 1, heads: 1, x: [0, 0], weight: [0, 0], out: [0, 0] };
  const overrides = endOverrides(c);
  const { bias, residual, out, pre } = c;
  const gate = c.gate?.pre;
  const [heads, alpha, accumulate] = [batch.heads, c.alpha ?? 1, c.accumulate ?? 0];
  const strides = [...batch.x, ...batch.weight, ...batch.out];
  const label = c.label ?? 'matmul';
  const parts = cuts(M, 2 * M * N * K * batch.count, CUT_ROWS);
  const quads = [N, ...(xTransposed ? [M] : [K]), ...(wTransposed ? [K] : [])];
  if ([...quads, ldx, ldw, ldo, ...strides].every((n) => n % 4 === 0)) {
    const s = strides.map((n) => n / 4);
    for (const { first, count, work } of parts) {
      const forms = productForms(mode, weightForm(c.weight), { ...overrides, MODE: MODES[mode] }, count, N, K, batch.count);
      const { kernel, ...recorded } = forms.of.vec4;
      rec.emit(kernel, {
        // Written out: a model has thousands of these, and spreads took most of the time of a plan.
        tensors: { x: c.x, weight: c.weight, bias, residual, out, pre, gate, tile_stats: null },
        params: {
          M, N, K, heads, alpha, accumulate, ldx: ldx / 4, ldw: ldw / 4, ldo: ldo / 4,
          x_outer: defined(s[0]), x_inner: defined(s[1]), w_outer: defined(s[2]), w_inner: defined(s[3]), o_outer: defined(s[4]), o_inner: defined(s[5]), first,
        },
        overrides: recorded.overrides, grid: recorded.grid,
        forms,
        label,
        work,
      });
    }
    return;
  }
  for (const { first, count, work } of parts) {
    rec.emit(plain[weightForm(c.weight)], {
      tensors: { x: c.x, weight: c.weight, bias, residual, out, pre, gate },
      params: {
        M, N, K, heads, alpha, accumulate,
        xm: xTransposed ? 1 : ldx, xk: xTransposed ? ldx : 1,
        wk: wTransposed ? 1 : ldw, wn: wTransposed ? ldw : 1,
        om: ldo,
        x_outer: defined(strides[0]), x_inner: defined(strides[1]), w_outer: defined(strides[2]), w_inner: defined(strides[3]), o_outer: defined(strides[4]), o_inner: defined(strides[5]), first,
      },
      overrides,
      grid: [Math.ceil(N / 32), Math.ceil(count / 32), batch.count],
      label,
      work,
    });
  }
}
