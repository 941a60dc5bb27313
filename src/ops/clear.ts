import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/clear.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { flatGrid } from './grid';

const clearKernel = kernel('clear', source, [step, grid]);

/** Sets a tensor to zero, or leaves it where gradients add up: for kernels that write some of its elements. */
export function clear(out: Tensor, accumulate: number, label: string): void {
  const count = sizeOf(out.shape);
  recorder().emit(clearKernel, { tensors: { out }, params: { count, accumulate }, grid: flatGrid(count), label });
}
