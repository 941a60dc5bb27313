import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/randlora_rows.wgsl?raw';
import gammaSource from '#shaders/randlora_rows_backward_gamma.wgsl?raw';
import lambdaSource from '#shaders/randlora_rows_backward_lambda.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { writeGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('randlora_rows', source, [grid]);
const backwardGamma = kernel('randlora_rows_backward_gamma', gammaSource, [step, grid]);
const backwardLambda = kernel('randlora_rows_backward_lambda', lambdaSource, [step, reduce]);

/** Rows j r + k (n r, d): lambda[k, j] A[k, j] gamma[j], of bases A (r, n, d) that are frozen; lambda (r, n) and gamma (n, d). */
export function randloraRows(A: Tensor, lambda: Tensor, gamma: Tensor): Tensor {
  const rec = recorder();
  const [r, n, d] = A.shape.slice(-3) as [number, number, number];
  if (A.shape.length < 3 || sizeOf(A.shape) !== r * n * d || A.requiresGrad) fail('randlora rows', 'wants frozen bases (r, n, d)', A.shape);
  if (sizeOf(lambda.shape) !== r * n || sizeOf(gamma.shape) !== n * d) fail('randlora rows', `lambda (${r}, ${n}) and gamma (${n}, ${d}) do not fit`, lambda.shape, gamma.shape);
  const count = n * r * d;
  const out = rec.temp('randlora rows', [n * r, d], lambda.requiresGrad || gamma.requiresGrad);
  rec.emit(forward, { tensors: { A, lambda, gamma, out }, params: { count, r, n, d }, grid: flatGrid(count) });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    writeGrad(gamma, (dgamma, accumulate) => rec.emit(backwardGamma, { tensors: { A, lambda, dout, dgamma }, params: { count: n * d, r, n, d, accumulate }, grid: flatGrid(n * d), label: `d ${gamma.label}` }));
    writeGrad(lambda, (dlambda, accumulate) => rec.emit(backwardLambda, { tensors: { A, gamma, dout, dlambda }, params: { r, n, d, accumulate }, grid: [n, r], label: `d ${lambda.label}` }));
  });
  return out;
}
