import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/take_columns.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const takeKernel = kernel('take_columns', source, [grid]);

/** The columns of x (..., C) in another order, which has each of them once: out[..., c] = x[..., order[c]]. `label` names the order. */
export function takeColumns(x: Tensor, order: Uint32Array, label: string): Tensor {
  const width = lastOf(x);
  const back = new Uint32Array(width);
  order.forEach((from, to) => void (back[from] = to));
  if (order.length !== width || order.some((from, to) => back[from] !== to)) fail(label, `wants each of ${width} columns once`, x.shape, [order.length]);
  const rec = recorder();
  const count = sizeOf(x.shape);
  const out = rec.temp(label, x.shape, x.requiresGrad);
  const take = (from: Tensor, to: Tensor, name: string, by: Uint32Array) =>
    rec.emit(takeKernel, { tensors: { x: from, order: rec.constant(name, [width], by), out: to }, params: { count, width }, grid: flatGrid(count), label: to.label });
  take(x, out, `order ${label}`, order);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => take(dout, dx, `order back ${label}`, back));
  });
  return out;
}
