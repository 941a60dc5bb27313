import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/penalty.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { metricsRing } from './metrics';

const penaltyKernel = kernel('penalty', source, [step, reduce]);

/** Adds the values of `term`, of any shape, to the loss of the step, which its batch has written already. Returns the loss's gradient by them: ones. */
export function penalize(term: Tensor): Tensor {
  const rec = recorder();
  const grad = rec.temp(`d ${term.label}`, term.shape);
  rec.emit(penaltyKernel, { tensors: { term, metrics: metricsRing(), grad }, params: { count: sizeOf(term.shape) }, grid: [1], label: `+ ${term.label}` });
  return grad;
}
