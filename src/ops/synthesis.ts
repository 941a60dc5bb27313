import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/synthesis.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const synthesisKernel = kernel('synthesis', source, [grid]);

/**
 * One step of an inverse wavelet transform of each matrix of x (G, R, C) along its rows' index, or along its columns' where `across`:
 * the first half of that index has approximations, the second details, and the first `length` results behind what the filters reach over
 * are kept. `filters` (2, L) are low-pass and high-pass.
 */
export function synthesis(x: Tensor, filters: Tensor, length: number, { across = false, label = 'synthesis' } = {}): Tensor {
  const [G, R, C] = x.shape as [number, number, number];
  const [size, inner, outer] = across ? [C, 1, G * R] : [R, C, G];
  const taps = sizeOf(filters.shape) / 2;
  const half = size / 2;
  if (x.shape.length !== 3 || size % 2 !== 0 || length > size - taps + 2) fail(label, `wants (G, R, C), even along its axis and long enough for ${length}`, x.shape, filters.shape);
  const rec = recorder();
  const out = rec.temp(label, across ? [G, R, length] : [G, length, C], x.requiresGrad);
  const emit = (from: Tensor, to: Tensor, backward: number) => {
    const count = outer * inner * (backward ? size : length);
    rec.emit(synthesisKernel, { tensors: { x: from, filters, out: to }, params: { count, half, length, inner, taps }, overrides: { BACKWARD: backward }, grid: flatGrid(count), label: to.label });
  };
  emit(x, out, 0);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => emit(dout, dx, 1));
  });
  return out;
}
