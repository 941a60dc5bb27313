import activationLib from '#shaders/lib/activation.wgsl?raw';
import none from '#shaders/lib/share.none.wgsl?raw';
import quads from '#shaders/lib/share.quads.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import vec4Source from '#shaders/matmul.vec4.wgsl?raw';
import source from '#shaders/matmul.wgsl?raw';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { ACTIVATIONS, type Activation } from './activation';
import { weightForm, weightKernels } from './weights';

const plain = weightKernels('matmul', source, [step, activationLib], 1);
const vec4 = weightKernels('matmul.vec4', vec4Source, [step, activationLib], 4, { none, quads });

/** nn: x (M, K), weight (K, N). nt: x (M, K), weight (N, K). tn: x (K, M), weight (K, N). tt: x (K, M), weight (N, K). */
export type Mode = 'nn' | 'nt' | 'tn' | 'tt';
const MODES: Record<Mode, number> = { nn: 0, nt: 1, tn: 2, tt: 3 };

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
  residual?: Tensor | null;
  accumulate?: number;
  batch?: Batch;
  label?: string;
}

/**
 * Records out = act(alpha * op(x) op(weight) + bias) + residual, without a gradient: the one door to the matmul
 * kernels. Takes the vec4 form where every size and stride is a multiple of four, the plain form otherwise.
 */
export function product(c: Product): void {
  const rec = recorder();
  const { M, N, K, mode } = c;
  const xTransposed = mode === 'tn' || mode === 'tt';
  const wTransposed = mode === 'nt' || mode === 'tt';
  const ldx = c.ldx ?? (xTransposed ? M : K);
  const ldw = c.ldw ?? (wTransposed ? K : N);
  const ldo = c.ldo ?? N;
  const batch: Batch = c.batch ?? { count: 1, heads: 1, x: [0, 0], weight: [0, 0], out: [0, 0] };
  const overrides: Record<string, number> = {};
  if (c.bias) overrides.BIAS = 1;
  if (c.act && c.act !== 'identity') overrides.ACT = ACTIVATIONS[c.act];
  if (c.pre) overrides.PRE = 1;
  if (c.residual) overrides.RESIDUAL = 1;
  const tensors = { x: c.x, weight: c.weight, bias: c.bias, residual: c.residual, out: c.out, pre: c.pre };
  const shared = { M, N, K, heads: batch.heads, alpha: c.alpha ?? 1, accumulate: c.accumulate ?? 0 };
  const strides = [...batch.x, ...batch.weight, ...batch.out];
  const label = c.label ?? 'matmul';
  const quads = [N, ...(xTransposed ? [M] : [K]), ...(wTransposed ? [K] : [])];
  if ([...quads, ldx, ldw, ldo, ...strides].every((n) => n % 4 === 0)) {
    const s = strides.map((n) => n / 4);
    rec.emit(vec4[weightForm(c.weight)], {
      tensors,
      params: {
        ...shared, ldx: ldx / 4, ldw: ldw / 4, ldo: ldo / 4,
        x_outer: s[0]!, x_inner: s[1]!, w_outer: s[2]!, w_inner: s[3]!, o_outer: s[4]!, o_inner: s[5]!,
      },
      overrides: { ...overrides, MODE: MODES[mode] },
      grid: [Math.ceil(N / 32), Math.ceil(M / 64), batch.count],
      label,
    });
    return;
  }
  rec.emit(plain[weightForm(c.weight)], {
    tensors,
    params: {
      ...shared,
      xm: xTransposed ? 1 : ldx, xk: xTransposed ? ldx : 1,
      wk: wTransposed ? 1 : ldw, wn: wTransposed ? ldw : 1,
      om: ldo,
      x_outer: strides[0]!, x_inner: strides[1]!, w_outer: strides[2]!, w_inner: strides[3]!, o_outer: strides[4]!, o_inner: strides[5]!,
    },
    overrides,
    grid: [Math.ceil(N / 32), Math.ceil(M / 32), batch.count],
    label,
  });
}
