import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/multiply.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const multiplyKernel = kernel('multiply', source, [grid]);

/** x * (y + plus), element by element; y has x's shape. */
export function multiply(x: Tensor, y: Tensor, { plus = 0, label = 'multiply' } = {}): Tensor {
  const count = sizeOf(x.shape);
  if (sizeOf(y.shape) !== count) fail('multiply', 'shapes differ', x.shape, y.shape);
  const rec = recorder();
  const out = rec.temp(label, x.shape, x.requiresGrad || y.requiresGrad);
  const emit = (a: Tensor, b: Tensor, to: Tensor, added: number) => rec.emit(multiplyKernel, { tensors: { x: a, y: b, out: to }, params: { count, plus: added }, grid: flatGrid(count), label: to.label });
  emit(x, y, out, plus);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    freshGrad(x, (dx) => emit(dout, y, dx, plus));
    freshGrad(y, (dy) => emit(dout, x, dy, 0));
  });
  return out;
}
