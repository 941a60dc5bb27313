import source from '#shaders/repeat_rows.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const repeat = kernel('repeat_rows', source, [grid]);

/** Each row `times` times: x (B, C) to (B, times, C). */
export function repeatRows(x: Tensor, times: number): Tensor {
  const rec = recorder();
  const width = lastOf(x);
  const out = rec.temp('repeated', [rowsOf(x), times, width], x.requiresGrad);
  const emit = (from: Tensor, to: Tensor, SUM: number) => rec.emit(repeat, { tensors: { x: from, out: to }, params: { count: sizeOf(to.shape), M: times, width }, overrides: { SUM }, grid: flatGrid(sizeOf(to.shape)) });
  emit(x, out, 0);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => emit(dout, dx, 1));
  });
  return out;
}
