import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import leftSource from '#shaders/randlora_groups_left.wgsl?raw';
import leftBackwardSource from '#shaders/randlora_groups_left_backward.wgsl?raw';
import rightSource from '#shaders/randlora_groups_right.wgsl?raw';
import rightBackwardSource from '#shaders/randlora_groups_right_backward.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { writeGrad } from './add';
import { flatGrid } from './grid';

const left = kernel('randlora_groups_left', leftSource, [grid]);
const leftBackward = kernel('randlora_groups_left_backward', leftBackwardSource, [step, reduce]);
const right = kernel('randlora_groups_right', rightSource, [grid]);
const rightBackward = kernel('randlora_groups_right_backward', rightBackwardSource, [step, grid]);

/** Mean of B_j Lambda_j over groups of `size` bases: B (>= rows, N, r) frozen, lambda (r, n); result (rows, groups * r). */
export function groupsLeft(B: Tensor, lambda: Tensor, rows: number, size: number): Tensor {
  const rec = recorder();
  const [r, n] = lambda.shape as [number, number];
  const [maxRows, N, rB] = B.shape as [number, number, number];
  if (rB !== r || N < n || maxRows < rows) fail('groups_left', `B (>= ${rows}, >= n, r) and lambda (r, n) do not fit`, B.shape, lambda.shape);
  const groups = Math.ceil(n / size);
  const params = { rows, r, n, groups, size, ldB: N * r };
  const out = rec.temp('grouped B', [rows, groups * r], lambda.requiresGrad);
  rec.emit(left, { tensors: { B, lambda, out }, params, grid: flatGrid(rows * groups * r) });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const write = (dlambda: Tensor, accumulate: number) =>
      rec.emit(leftBackward, { tensors: { B, dout, dlambda }, params: { ...params, accumulate }, grid: [r * n], label: `d ${lambda.label}` });
    writeGrad(lambda, write);
  });
  return out;
}

/** A times the sum of Gamma_j over groups of `size` bases: A (r, 1, >= d) frozen, gamma (n, d); result (groups * r, d). */
export function groupsRight(A: Tensor, gamma: Tensor, size: number): Tensor {
  const rec = recorder();
  const [n, d] = gamma.shape as [number, number];
  const r = defined(A.shape[0]);
  const ldA = lastOf(A);
  if (ldA < d) fail('groups_right', 'A (r, 1, >= d) and gamma (n, d) do not fit', A.shape, gamma.shape);
  const groups = Math.ceil(n / size);
  const params = { r, n, d, ldA, size };
  const out = rec.temp('grouped A', [groups * r, d], gamma.requiresGrad);
  rec.emit(right, { tensors: { A, gamma, out }, params: { ...params, groups }, grid: flatGrid(groups * r * d) });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const write = (dgamma: Tensor, accumulate: number) =>
      rec.emit(rightBackward, { tensors: { A, dout, dgamma }, params: { ...params, accumulate }, grid: flatGrid(n * d), label: `d ${gamma.label}` });
    writeGrad(gamma, write);
  });
  return out;
}
