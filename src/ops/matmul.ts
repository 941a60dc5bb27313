import { fail } from '../engine/errors';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { activationGrad, type Activation } from './activation';
import { passGrad } from './add';
import { columnSumGrad } from './columnSum';
import { product, type Batch } from './product';

export interface MatmulOptions {
  /** (N), added after scaling. */
  bias?: Tensor | null;
  act?: Activation;
  /** Same shape as the result, added last. */
  residual?: Tensor | null;
  /** Factor of the product. */
  alpha?: number;
  /** The left (rows of x) or right operand is a slice of a wider frozen matrix: its shape, rows `ld` elements apart. */
  sliceX?: { rows: number; cols: number; ld: number };
  sliceW?: { rows: number; cols: number; ld: number };
  label?: string;
}

/** act(alpha * x W^T + bias) + residual: x (..., K), W (N, K) as torch.nn.Linear stores it; result (..., N). */
export const linear = (x: Tensor, weight: Tensor, options: MatmulOptions = {}): Tensor => matmul(x, weight, true, options);

/** act(alpha * x W + bias) + residual: x (..., K), W (K, N); result (..., N). */
export const matmulNN = (x: Tensor, weight: Tensor, options: MatmulOptions = {}): Tensor => matmul(x, weight, false, options);

/**
 * As `linear`, with a weight that is computed (W + delta of an adapter): it is recorded again inside the backward
 * instead of being kept, so that one layer's scratch serves all layers.
 */
export function linearRecomputed(x: Tensor, makeWeight: () => Tensor, options: MatmulOptions = {}): Tensor {
  const rec = recorder();
  const stream = rec.nextStream;
  const weight = rec.untaped(makeWeight);
  const call = check(x, weight, true, options);
  const { out, pre } = forward(call);
  rec.onBackward(() => {
    const dz = beforeActivation(call, out, pre);
    if (!dz) return;
    // The weight is made again only now, and its gradient has gone on into what it is made of before dx needs memory.
    let again!: Tensor;
    rec.replay(makeWeight, stream, (made) => weightGrad({ ...call, weight: (again = made) }, dz));
    inputGrad({ ...call, weight: again }, dz);
  });
  return out;
}

interface Call extends MatmulOptions {
  x: Tensor;
  weight: Tensor;
  transposed: boolean;
  M: number;
  N: number;
  K: number;
  shape: number[];
  /** True when x, the weight or the bias wants a gradient. */
  inner: boolean;
}

function matmul(x: Tensor, weight: Tensor, transposed: boolean, options: MatmulOptions): Tensor {
  const call = check(x, weight, transposed, options);
  const { out, pre } = forward(call);
  recorder().onBackward(() => backward(call, out, pre));
  return out;
}

function check(x: Tensor, weight: Tensor, transposed: boolean, options: MatmulOptions): Call {
  const { bias, residual, sliceX, sliceW, label = 'matmul' } = options;
  const M = sliceX?.rows ?? rowsOf(x);
  const K = sliceX?.cols ?? lastOf(x);
  const wRows = sliceW?.rows ?? rowsOf(weight);
  const wCols = sliceW?.cols ?? lastOf(weight);
  const N = transposed ? wRows : wCols;
  if (K !== (transposed ? wCols : wRows)) fail(label, transposed ? 'inner sizes differ (weight transposed)' : 'inner sizes differ (weight as is)', x.shape, [wRows, wCols]);
  if (bias && sizeOf(bias.shape) !== N) fail(label, 'the bias does not fit', bias.shape, [N]);
  if ((sliceX && x.requiresGrad) || (sliceW && weight.requiresGrad)) fail(label, 'a slice of a wider matrix cannot be trained');
  const shape = sliceX ? [M, N] : [...x.shape.slice(0, -1), N];
  if (residual && sizeOf(residual.shape) !== M * N) fail(label, 'the residual does not fit', residual.shape, shape);
  return { ...options, x, weight, transposed, M, N, K, shape, inner: [x, weight, bias].some((t) => t?.requiresGrad) };
}

function forward(c: Call): { out: Tensor; pre: Tensor | null } {
  const rec = recorder();
  const { label = 'matmul', act = 'identity' } = c;
  const out = rec.temp(label, c.shape, c.inner || (c.residual?.requiresGrad ?? false));
  const pre = act !== 'identity' && c.inner && rec.recordsGradients ? rec.temp(`${label} pre`, c.shape) : null;
  if (pre && !c.residual) rec.setGate(out, { act, pre });
  product({ ...c, mode: c.transposed ? 'nt' : 'nn', out, pre, ldx: c.sliceX?.ld, ldw: c.sliceW?.ld, label });
  return { out, pre };
}

function backward(c: Call, out: Tensor, pre: Tensor | null): void {
  const dz = beforeActivation(c, out, pre);
  if (!dz) return;
  // x is often read here for the last time: then dx may take its memory.
  weightGrad(c, dz);
  inputGrad(c, dz);
}

/** Passes the gradient of `out` on to residual and bias; the gradient before the activation, null where nothing else wants it. */
function beforeActivation(c: Call, out: Tensor, pre: Tensor | null): Tensor | null {
  const rec = recorder();
  const { residual, bias } = c;
  const dout = rec.gradOf(out);
  const gated = rec.gatedGradOf(out);
  if (dout && residual) passGrad(residual, dout);
  if (!c.inner) return null;
  let dz = gated ?? dout;
  if (!dz) return null;
  if (pre && dout) {
    dz = rec.temp(`d ${out.label} pre`, c.shape);
    activationGrad(pre, dout, dz, c.act!, gated);
  }
  if (bias) columnSumGrad(bias, dz);
  return dz;
}

function inputGrad({ x, weight, transposed, M, N, K, alpha, sliceW }: Call, dz: Tensor): void {
  recorder().contributeGated(x, (dx, previous, accumulate, gate) =>
    product({
      mode: transposed ? 'nn' : 'nt', x: dz, weight, out: dx, M, N: K, K: N, ldw: sliceW?.ld, alpha, residual: previous, accumulate,
      gate: gate && { act: gate.act as Activation, pre: gate.pre }, label: `d ${x.label}`,
    }),
  );
}

function weightGrad({ x, weight, transposed, M, N, K, alpha, sliceX }: Call, dz: Tensor): void {
  recorder().contribute(weight, (dw, previous, accumulate) =>
    transposed
      ? product({ mode: 'tn', x: dz, weight: x, out: dw, M: N, N: K, K: M, ldw: sliceX?.ld, alpha, residual: previous, accumulate, label: `d ${weight.label}` })
      : product({ mode: 'tn', x, weight: dz, out: dw, M: K, N, K: M, ldx: sliceX?.ld, alpha, residual: previous, accumulate, label: `d ${weight.label}` }),
  );
}

/** alpha * x^T W^T for matrices x (K, M) and W (N, K), of which W may be a slice of a wider frozen matrix; result (M, N). */
export function matmulTT(x: Tensor, weight: Tensor, { alpha = 1, sliceW, label = 'matmul tt' }: Pick<MatmulOptions, 'alpha' | 'sliceW' | 'label'> = {}): Tensor {
  const rec = recorder();
  const [K, M] = x.shape as [number, number];
  const N = sliceW?.rows ?? rowsOf(weight);
  if (x.shape.length !== 2 || K !== (sliceW?.cols ?? lastOf(weight))) fail(label, 'inner sizes differ (both transposed)', x.shape, weight.shape);
  if (sliceW && weight.requiresGrad) fail(label, 'a slice of a wider matrix cannot be trained');
  const out = rec.temp(label, [M, N], x.requiresGrad || weight.requiresGrad);
  product({ mode: 'tt', x, weight, out, M, N, K, ldw: sliceW?.ld, alpha, label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    rec.contribute(x, (dx, previous, accumulate) =>
      product({ mode: 'tt', x: weight, weight: dout, out: dx, M: K, N: M, K: N, ldx: sliceW?.ld, alpha, residual: previous, accumulate, label: `d ${x.label}` }),
    );
    rec.contribute(weight, (dw, previous, accumulate) =>
      product({ mode: 'tt', x: dout, weight: x, out: dw, M: N, N: K, K: M, alpha, residual: previous, accumulate, label: `d ${weight.label}` }),
    );
  });
  return out;
}

export interface BatchedOptions extends Pick<MatmulOptions, 'alpha' | 'residual' | 'label'> {
  /** w is (B, N, K). */
  transposed?: boolean;
  /** Every product has this slice of a wider frozen matrix x on its left: (M, K), rows `ld` elements apart. */
  sliceX?: MatmulOptions['sliceX'];
}

/** alpha * x w + residual for each of a batch: x (B, M, K), w (B, K, N), or (B, N, K) when `transposed`; result (B, M, N). */
export function batchedMatmul(x: Tensor, w: Tensor, { transposed = false, sliceX, alpha = 1, residual, label = 'batched matmul' }: BatchedOptions = {}): Tensor {
  const rec = recorder();
  const [B, M, K] = sliceX ? [defined(w.shape[0]), sliceX.rows, sliceX.cols] : (x.shape as [number, number, number]);
  const N = transposed ? defined(w.shape[1]) : defined(w.shape[2]);
  if (sliceX && x.requiresGrad) fail(label, 'a slice of a wider matrix cannot be trained');
  if ((!sliceX && x.shape.length !== 3) || w.shape.length !== 3 || w.shape[0] !== B || (transposed ? w.shape[2] : w.shape[1]) !== K) {
    fail(label, 'wants (B, M, K) and (B, K, N), or (B, N, K) when transposed', x.shape, w.shape);
  }
  if (residual && sizeOf(residual.shape) !== B * M * N) fail(label, 'the residual does not fit', residual.shape, [B, M, N]);
  const batch = (x: number, weight: number, out: number): Batch => ({ count: B, heads: 1, x: [x, 0], weight: [weight, 0], out: [out, 0] });
  const perX = sliceX ? 0 : M * K;
  const out = rec.temp(label, [B, M, N], x.requiresGrad || w.requiresGrad || (residual?.requiresGrad ?? false));
  product({ mode: transposed ? 'nt' : 'nn', x, weight: w, out, M, N, K, alpha, residual, ldx: sliceX?.ld, batch: batch(perX, K * N, M * N), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    if (residual) passGrad(residual, dout);
    rec.contribute(x, (dx, previous, accumulate) =>
      product({ mode: transposed ? 'nn' : 'nt', x: dout, weight: w, out: dx, M, N: K, K: N, alpha, residual: previous, accumulate, batch: batch(M * N, K * N, M * K), label: `d ${x.label}` }),
    );
    rec.contribute(w, (dw, previous, accumulate) =>
      transposed
        ? product({ mode: 'tn', x: dout, weight: x, out: dw, M: N, N: K, K: M, ldw: sliceX?.ld, alpha, residual: previous, accumulate, batch: batch(M * N, perX, K * N), label: `d ${w.label}` })
        : product({ mode: 'tn', x, weight: dout, out: dw, M: K, N, K: M, ldx: sliceX?.ld, alpha, residual: previous, accumulate, batch: batch(perX, M * N, K * N), label: `d ${w.label}` }),
    );
  });
  return out;
}
