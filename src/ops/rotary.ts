import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/rotary.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const rotate = kernel('rotary', source, [grid]);

/**
 * Rotary positions: x (B, T, W), whose first `heads` heads are turned by the angles of their positions (B, T) u32, while the columns behind
 * them stay. `table` (P, 2, D / 2) holds cos and sin by position, for heads of D channels.
 */
export function rotary(x: Tensor, positions: Tensor, table: Tensor, heads: number): Tensor {
  const rec = recorder();
  const [width, half] = [lastOf(x), lastOf(table)];
  const rotated = heads * 2 * half;
  if (table.shape.length !== 3 || table.shape[1] !== 2 || rotated > width || sizeOf(positions.shape) !== rowsOf(x)) fail('rotary', 'x (B, T, W), positions (B, T) and a table (P, 2, D / 2) do not fit', x.shape, positions.shape, table.shape);
  const out = rec.temp('rotary', x.shape, x.requiresGrad);
  const count = sizeOf(x.shape);
  const call = { params: { count, width, rotated, half, positions: defined(table.shape[0]) }, grid: flatGrid(count) };
  rec.emit(rotate, { tensors: { x, positions, table, out }, ...call });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => rec.emit(rotate, { tensors: { x: dout, positions, table, out: dx }, ...call, overrides: { BACK: 1 }, label: 'd rotary' }));
  });
  return out;
}
