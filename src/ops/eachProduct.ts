import source from '#shaders/each_product.wgsl?raw';
import backwardSource from '#shaders/each_product_backward.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid, rowGrid } from './grid';

const forward = kernel('each_product', source, [reduce]);
const backward = kernel('each_product_backward', backwardSource, [grid]);

/** Each row of x (B, C) against rows of its own, y (B K, C): result (B, K). */
export function eachProduct(x: Tensor, y: Tensor, label = 'each product'): Tensor {
  const [B, width] = x.shape as [number, number];
  const K = sizeOf(y.shape) / B / width;
  if (x.shape.length !== 2 || !Number.isInteger(K) || y.shape.at(-1) !== width) fail('each_product', 'wants rows (B, C) and (B K, C)', x.shape, y.shape);
  const rec = recorder();
  const out = rec.temp(label, [B, K], x.requiresGrad || y.requiresGrad);
  rec.emit(forward, { tensors: { x, y, out }, params: { rows: B * K, K, width }, grid: rowGrid(B * K), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    for (const [of, other, OF_Y] of [[x, y, 0], [y, x, 1]] as const) {
      freshGrad(of, (d) => rec.emit(backward, { tensors: { dout, other, out: d }, params: { count: sizeOf(d.shape), K, width }, overrides: { OF_Y }, grid: flatGrid(sizeOf(d.shape)), label: `d ${of.label}` }));
    }
  });
  return out;
}
