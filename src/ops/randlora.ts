import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/randlora_scale.wgsl?raw';
import gammaSource from '#shaders/randlora_scale_backward_gamma.wgsl?raw';
import lambdaSource from '#shaders/randlora_scale_backward_lambda.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid, rowGrid } from './grid';
import { laneKernels, lanesOf } from './lanes';

const forward = kernel('randlora_scale', source, [grid]);
const backwardLambda = laneKernels('randlora_scale_backward_lambda', lambdaSource, [step]);
const backwardGamma = kernel('randlora_scale_backward_gamma', gammaSource, [step, grid]);

/**
 * The stacked rows lambda[k, j] A[k, :] gamma[j, :] as (n * r, d): A (r, 1, >= d) frozen, lambda (r, n), gamma (n, d).
 * Row k * n + j as PEFT flattens it (crossed with the flattened B), or j * r + k with the paper's own pairing.
 */
export function randloraScale(A: Tensor, lambda: Tensor, gamma: Tensor, paper: boolean): Tensor {
  const rec = recorder();
  const [r, n] = lambda.shape as [number, number];
  const d = lastOf(gamma);
  const ldA = lastOf(A);
  if (gamma.shape[0] !== n || sizeOf(A.shape) !== r * ldA || ldA < d) fail('randlora_scale', 'A (r, 1, >= d), lambda (r, n) and gamma (n, d) do not fit', A.shape, lambda.shape, gamma.shape);
  const params = { r, n, d, ldA };
  const lanes = d % 4 ? 1 : lanesOf(ldA);
  const overrides: Record<string, number> = paper ? { PAPER: 1 } : {};
  const out = rec.temp('randlora rows', [n * r, d], lambda.requiresGrad || gamma.requiresGrad);
  rec.emit(forward, { tensors: { A, lambda, gamma, out }, params, overrides, grid: flatGrid(n * r * d), label: 'randlora rows' });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const lambdaGrad = (dlambda: Tensor, accumulate: number) =>
      rec.emit(backwardLambda[lanes], { tensors: { A, gamma, dout, dlambda }, params: { r, n, d: d / lanes, ldA: ldA / lanes, accumulate }, overrides, grid: rowGrid(Math.ceil((r * n) / 8)), label: `d ${lambda.label}` });
    const gammaGrad = (dgamma: Tensor, accumulate: number) =>
      rec.emit(backwardGamma, { tensors: { A, lambda, dout, dgamma }, params: { ...params, accumulate }, overrides, grid: flatGrid(n * d), label: `d ${gamma.label}` });
    if (lambda.role === 'param') rec.contribute(lambda, (g, _, accumulate) => lambdaGrad(g, accumulate));
    else freshGrad(lambda, (g) => lambdaGrad(g, 0));
    if (gamma.role === 'param') rec.contribute(gamma, (g, _, accumulate) => gammaGrad(g, accumulate));
    else freshGrad(gamma, (g) => gammaGrad(g, 0));
  });
  return out;
}
