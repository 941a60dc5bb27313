import drawn from '#shaders/lib/drawn.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import random from '#shaders/lib/random.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import backwardSource from '#shaders/drawn_sum_backward.wgsl?raw';
import source from '#shaders/drawn_sum.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { finishColumnSum } from './columnSum';
import { pcg } from './dropout';
import { flatGrid } from './grid';

const forward = kernel('drawn_sum', source, [random, drawn, grid]);
const backward = kernel('drawn_sum_backward', backwardSource, [random, drawn, reduce]);

/** Pairs of values that one workgroup of drawn_sum_backward.wgsl adds. */
const CHUNK = 8192;

export interface DrawnSumOptions {
  /** Added: of the result's size. */
  residual?: Tensor;
  label?: string;
}

/**
 * residual + bound * sum over k of x[k] P_k, a matrix (1, rows, cols): x (K) of numbers that are trained, P_k with values uniform in
 * +-1 that follow from `key` (2), the low and high 16 bits of a number, and are stored nowhere.
 */
export function drawnSum(x: Tensor, key: Tensor, rows: number, cols: number, bound: number, { residual, label = 'drawn sum' }: DrawnSumOptions = {}): Tensor {
  const rec = recorder();
  const [bases, count] = [sizeOf(x.shape), rows * cols];
  if (sizeOf(key.shape) !== 2 || (residual && sizeOf(residual.shape) !== count)) fail(label, "wants a key of two numbers, and what is added in the result's size", key.shape, residual?.shape ?? []);
  if (residual?.requiresGrad) fail(label, 'what is added cannot be trained');
  const pairs = Math.ceil(count / 2);
  const out = rec.temp(label, [1, rows, cols], x.requiresGrad);
  rec.emit(forward, { tensors: { x, key, w: residual, out }, params: { pairs, count, bases, has_w: residual ? 1 : 0, bound }, grid: flatGrid(pairs), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const chunks = Math.ceil(pairs / CHUNK);
    const partial = rec.temp(`${label} partial`, [chunks, bases]);
    rec.emit(backward, { tensors: { key, dout, partial }, params: { pairs, count, bases, bound }, grid: [bases, chunks], label: partial.label });
    finishColumnSum([x], partial, chunks, bases);
  });
  return out;
}

/** Values of basis k under a key, in [-1, 1]: what the kernels make. */
export function drawnBasis(key: number, k: number, count: number): Float32Array {
  const basis = pcg((k ^ pcg(key)) >>> 0);
  return Float32Array.from({ length: count }, (_, i) => {
    const word = pcg((basis ^ (i >>> 1)) >>> 0);
    return ((i & 1 ? word >>> 16 : word & 0xffff) + 0.5) / 32768 - 1;
  });
}
