import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import rowNormSource from '#shaders/row_norm.wgsl?raw';
import source from '#shaders/scale.wgsl?raw';
import columnsSource from '#shaders/scale_backward_columns.wgsl?raw';
import rowsSource from '#shaders/scale_backward_rows.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad, writeGrad } from './add';
import { finishColumnSum } from './columnSum';
import { CHUNK, flatGrid } from './grid';

const forward = kernel('scale', source, [grid]);
const backwardRows = kernel('scale_backward_rows', rowsSource, [step, reduce]);
const backwardColumns = kernel('scale_backward_columns', columnsSource);
const rowNormKernel = kernel('row_norm', rowNormSource, [reduce]);

/** x[..., c] * s[c]; `slice` takes rows `ld` apart from a wider frozen matrix. */
export const scaleColumns = (x: Tensor, s: Tensor, slice?: { rows: number; cols: number; ld: number }): Tensor => scale(x, s, false, slice);

/** x[r, c] * s[r]; `slice` as above. With more factors than x has rows its rows begin again: (times * rows, width). */
export const scaleRows = (x: Tensor, s: Tensor, slice?: { rows: number; cols: number; ld: number }): Tensor => scale(x, s, true, slice);

function scale(x: Tensor, s: Tensor, byRows: boolean, slice?: { rows: number; cols: number; ld: number }): Tensor {
  const rec = recorder();
  const period = slice?.rows ?? rowsOf(x);
  const times = byRows && !x.requiresGrad ? Math.floor(sizeOf(s.shape) / period) : 1;
  const rows = times * period;
  const width = slice?.cols ?? lastOf(x);
  const ldx = slice?.ld ?? width;
  if (sizeOf(s.shape) !== (byRows ? rows : width)) fail('scale', byRows ? 'the factors must be one per row' : 'the factors must be one per column', [rows, width], s.shape);
  if (slice && x.requiresGrad) fail('scale', 'a slice of a wider matrix cannot be trained');
  const shape = slice || times > 1 ? [rows, width] : x.shape;
  const overrides: Record<string, number> = byRows ? { ROWS: 1 } : {};
  const out = rec.temp('scaled', shape, x.requiresGrad || s.requiresGrad);
  const count = rows * width;
  const apply = (from: Tensor, to: Tensor, ld: number) =>
    rec.emit(forward, { tensors: { x: from, s, out: to }, params: { count, width, ldx: ld, period }, overrides, grid: flatGrid(count), label: to.label });
  apply(x, out, ldx);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    freshGrad(x, (dx) => apply(dout, dx, width));
    if (!s.requiresGrad) return;
    if (byRows) {
      const reduceRows = (ds: Tensor, accumulate: number) =>
        rec.emit(backwardRows, { tensors: { x, dout, ds }, params: { width, ldx, period, accumulate }, grid: [rows], label: `d ${s.label}` });
      writeGrad(s, reduceRows);
    } else {
      const chunks = Math.ceil(rows / CHUNK);
      const partial = rec.temp('scale partial', [chunks, width]);
      rec.emit(backwardColumns, { tensors: { x, dout, partial }, params: { rows, width, ldx }, grid: [Math.ceil(width / 64), chunks] });
      finishColumnSum([s], partial, chunks, width);
    }
  });
  return out;
}

/** 1 / ||x[r, :]|| of each row; no gradient flows through it. */
export function inverseRowNorm(x: Tensor): Tensor {
  const rec = recorder();
  const rows = rowsOf(x);
  const out = rec.temp('inverse row norm', [rows]);
  rec.emit(rowNormKernel, { tensors: { x, out }, params: { width: lastOf(x) }, grid: [rows] });
  return out;
}
