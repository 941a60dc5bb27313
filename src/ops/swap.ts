import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/swap.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const swapKernel = kernel('swap', source, [grid]);

/** x, read as (..., a, b, inner), with a and b in each other's place: (..., b, a, inner), of the shape that is given. */
export function swap(x: Tensor, [a, b, inner]: readonly [number, number, number], shape: readonly number[], label = 'swap'): Tensor {
  const count = sizeOf(x.shape);
  if (count % (a * b * inner) || sizeOf(shape) !== count) fail(label, `wants (..., ${a}, ${b}, ${inner})`, x.shape, shape);
  const rec = recorder();
  const out = rec.temp(label, [...shape], x.requiresGrad);
  const emit = (from: Tensor, to: Tensor, first: number, second: number) => rec.emit(swapKernel, { tensors: { x: from, out: to }, params: { count, a: first, b: second, inner }, grid: flatGrid(count), label: to.label });
  emit(x, out, a, b);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => emit(dout, dx, b, a));
  });
  return out;
}
