import { fail } from '../engine/errors';
import type { Form } from '../engine/forms';
import type { Kernel } from '../engine/kernel';
import { Accumulate, recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { passGrad, writeGrad } from './add';
import { finishColumnSum } from './columnSum';
import { cuts } from './cut';
import { mergeKernels, reduceKernels, usualForm, usualOfAny } from './randloraKernels';
import { widen } from './widen';

/** RandLoRA's tensors for G layers of one shape: dimensions D = max(in, out), d = min(in, out), n = ceil(d / r) bases or more. */
export interface Factors {
  /** (r, 1, >= d), f32 or generated. */
  A: Tensor;
  /** (>= D, N >= n, r), f32, f16, bf16, ternary or generated. */
  B: Tensor;
  /** (G, r, n) and (G, n, d), trained. */
  lambda: Tensor;
  gamma: Tensor;
  /** The paper's own pairing instead of PEFT's. */
  paper: boolean;
}

export interface Sizes {
  G: number;
  r: number;
  n: number;
  d: number;
  ldA: number;
  ldB: number;
}

export function sizes({ A, B, lambda, gamma }: Factors, D: number, width: number, what: string): Sizes {
  const [n, d] = gamma.shape.slice(-2) as [number, number];
  const r = defined(lambda.shape[lambda.shape.length - 2]);
  const G = rowsOf(lambda) / r;
  const [rowsB, N, rB] = B.shape as [number, number, number];
  const ldA = lastOf(A);
  if (lastOf(lambda) !== n || sizeOf(gamma.shape) !== G * n * d) fail(what, 'lambda (G, r, n) and gamma (G, n, d) do not fit', lambda.shape, gamma.shape);
  if (rB !== r || N < n || rowsB < D || A.shape[0] !== r || ldA < d) fail(what, `A (r, 1, >= ${d}) and B (>= ${D}, >= ${n}, ${r}) do not fit`, A.shape, B.shape);
  if (width !== d) fail(what, `the smaller side is ${width}, gamma has`, gamma.shape);
  return { G, r, n, d, ldA, ldB: N * r };
}

/** Sizes that let four neighbouring values be read at once; PEFT's pairing runs through the n bases, the paper's through r. */
const byFours = ({ n, r, d, ldA, ldB }: Sizes, D: number, paper: boolean): boolean => [paper ? r : n, d, D, ldA, ldB].every((s) => s % 4 === 0);

/**
 * W' = W + alpha * delta (G, out, in) for G layers of one size at once, with delta = B Â, transposed where in > out,
 * and Â the rows lambda A gamma, which are never stored. W is of any type that frozen weights have, or itself computed. The backward turns dW' into the gradients of
 * lambda and gamma, in the epilogue of B^T dW', which is not stored either.
 */
export function randloraMerge(weight: Tensor, f: Factors, alpha: number, label = 'W + s B A'): Tensor {
  const rec = recorder();
  const [out, inner] = weight.shape.slice(-2) as [number, number];
  const [D, d] = [Math.max(out, inner), Math.min(out, inner)];
  const s = sizes(f, D, d, label);
  const { G, r, n, ldA, ldB } = s;
  if (sizeOf(weight.shape) !== G * D * d) fail(label, `the weight does not hold ${G} layers`, weight.shape, f.lambda.shape);
  const lanes = byFours(s, D, f.paper) ? 4 : 1;
  const transposed = inner > out;
  const merged = rec.temp(label, weight.shape, weight.requiresGrad || f.lambda.requiresGrad || f.gamma.requiresGrad);
  // Codes of 4 bits are unpacked before: each form of these kernels would otherwise be there once more, for what is read once.
  const residual = weight.dtype === 'nf4' ? widen(weight) : weight;
  const kernels = mergeKernels.get(`${f.B.dtype} ${residual.dtype}`)!;
  const overrides: Record<string, number> = { ...(transposed && { TRANSPOSED: 1 }), ...(f.paper && { PAPER: 1 }) };
  for (const { first, count, work } of cuts(D, 2 * G * D * d * n * r, 64)) {
    const form = (kernel: Kernel, rows: number): Form => ({ kernel, overrides, grid: [Math.ceil(d / 32), Math.ceil(count / rows), G] });
    const recorded = form(kernels[lanes === 4 ? 'vec4' : 'any'], lanes === 4 ? 64 : 32);
    rec.emit(recorded.kernel, {
      tensors: { A: f.A, weight: f.B, lambda: f.lambda, gamma: f.gamma, residual, out: merged },
      params: { D, d: d / lanes, r, n, ldA: ldA / lanes, ldB: ldB / lanes, alpha, first },
      ...recorded,
      forms:
        lanes === 4
          ? { kind: 'randlora merge', of: { vec4: recorded, rows16: form(kernels.rows16, 16), rows32: form(kernels.rows32, 32), packed: form(kernels.packed, 32) }, usual: usualForm('rows16', 'rows32') }
          : { kind: 'randlora merge any', of: { any: recorded, ...(!f.paper && { packedAny: form(kernels.packedAny, 32) }) }, usual: usualOfAny },
      label,
      work,
    });
  }
  rec.onBackward(() => {
    const dout = rec.gradOf(merged);
    if (!dout) return;
    passGrad(weight, dout);
    if (f.lambda.requiresGrad || f.gamma.requiresGrad) reduce(f, s, { left: f.B, right: dout, K: D, ldL: ldB, stackL: 0, ldR: transposed ? D : d, stackR: D * d, across: transposed, alpha });
  });
  return merged;
}

/** The product L^T R (n r, d) of each layer, by whose elements the gradients of its rows are weighted. */
export interface Reduction {
  /** (K, n r) and (K, d), or (d, K) when `across`; rows ldL and ldR apart, layers stackL and stackR. */
  left: Tensor;
  right: Tensor;
  K: number;
  ldL: number;
  stackL: number;
  ldR: number;
  stackR: number;
  across: boolean;
  alpha: number;
}

/** Workgroups that keep an adapter busy. */
const BUSY = 64;

/** Gives lambda and gamma their gradients: alpha (L^T R), weighted and summed tile by tile, and the sums over tiles in order. */
export function reduce(f: Factors, { G, r, n, d, ldA }: Sizes, c: Reduction): void {
  const rec = recorder();
  const { lambda, gamma } = f;
  const { K, ldL, ldR, stackL, stackR, across, alpha } = c;
  const lanes = !f.paper && [n, d, ldA, ldL, ldR, stackL, stackR, across ? K : 4].every((s) => s % 4 === 0) ? 4 : 1;
  const [tilesC, tilesJ] = [Math.ceil(d / 32), Math.ceil(n / 32)];
  // Where tiles are few, or one dispatch of a layer would take too long, the k of a base are spread over workgroups, whose sums are added in order.
  const steps = lanes === 4 ? Math.ceil(r / 2) : r;
  const work = 2 * G * K * n * r * d;
  const wanted = Math.min(steps, Math.max(Math.ceil(BUSY / (tilesC * tilesJ * G)), Math.ceil(work / G / rec.mostWork)));
  const each = Math.ceil(steps / wanted);
  const parts = Math.ceil(steps / each);
  const kernels = reduceKernels.get(`${c.left.dtype} ${f.A.dtype}`)!;
  const overrides: Record<string, number> = lanes === 4 ? { ...(across && { ACROSS: 1 }) } : { ...(f.paper && { PAPER: 1 }) };
  const tiles = lanes === 4 ? d / 4 : tilesC;
  const dlambda = rec.temp('d lambda, tiles', [tiles, G * r * n]);
  const emit = (dgamma: Tensor, accumulate: number) => {
    const shared = { K, r, n, layers: G, parts, alpha, accumulate };
    for (const cut of cuts(G * parts, work)) {
      const form = (kernel: Kernel, bases: number): Form => ({ kernel, overrides, grid: [tilesC, Math.ceil(n / bases), cut.count] });
      const recorded = form(kernels[lanes === 4 ? 'vec4' : 'any'], 32);
      rec.emit(recorded.kernel, {
        tensors: { A: f.A, weight: c.left, right: c.right, lambda, gamma, dgamma, dlambda },
        params:
          lanes === 4
            ? { ...shared, d: d / 4, ldA: ldA / 4, ldL: ldL / 4, ldR: ldR / 4, stackL: stackL / 4, stackR: stackR / 4, pairs: each, first: cut.first }
            : { ...shared, d, ldA, ldL, stackL, stackR, rowR: across ? 1 : ldR, colR: across ? ldR : 1, each, first: cut.first },
        ...recorded,
        forms:
          lanes === 4
            ? { kind: 'randlora reduce', of: { vec4: recorded, rows16: form(kernels.rows16, 8), rows16x8: form(kernels.rows16x8, 8), packed: form(kernels.packed, 32) }, usual: usualForm('rows16', 'rows16x8') }
            : { kind: 'randlora reduce any', of: { any: recorded, ...(!f.paper && { packedAny: form(kernels.packedAny, n) }) }, usual: usualOfAny },
        label: `d ${gamma.label}`,
        work: cut.work,
      });
    }
  };
  if (parts > 1 || !gamma.requiresGrad) {
    const partial = rec.temp('d gamma, parts', [parts, sizeOf(gamma.shape)]);
    emit(partial, Accumulate.write);
    if (gamma.requiresGrad) finishColumnSum([gamma], partial, parts, sizeOf(gamma.shape));
  } else writeGrad(gamma, emit);
  if (lambda.requiresGrad) finishColumnSum([lambda], dlambda, tiles, sizeOf(lambda.shape));
}
