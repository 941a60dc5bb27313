import grid from '#shaders/lib/grid.wgsl?raw';
import backwardSource from '#shaders/cayley_series_backward.wgsl?raw';
import source from '#shaders/cayley_series.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';
import { inverse } from './inverse';

const series = kernel('cayley_series', source, [grid]);
const seriesBackward = kernel('cayley_series_backward', backwardSource, [grid]);

/** Highest power of a series that PEFT counts `terms` in, and that power's factor: 3 and 4 are the same. */
export function seriesOf(terms: number): { degree: number; last: number } {
  if (terms <= 2) return { degree: terms - 1, last: terms };
  return { degree: Math.max(3, terms - 1), last: 1 };
}

/** (I - Q) (I + Q)^-1 of each of Q (blocks, n, n), which is a rotation where Q is skew-symmetric. */
export const cayley = (q: Tensor, label = 'R'): Tensor => inverse(q, { shift: 1, alpha: 2, less: true, label });

/** I + 2 Q + 2 Q^2 + ... + Q^degree of each of Q (blocks, n, n): the series of (I + Q) (I - Q)^-1, cut off, where the last term counts once, or twice where it is the second. */
export function cayleySeries(q: Tensor, terms: number, label = 'R'): Tensor {
  const [blocks, n, m] = q.shape as [number, number, number];
  if (q.shape.length !== 3 || n !== m || terms < 1) fail(label, `wants square matrices (blocks, n, n), and at least one of ${terms} terms`, q.shape);
  const rec = recorder();
  const { degree, last } = seriesOf(terms);
  const count = sizeOf(q.shape);
  const columns = blocks * n;
  const out = rec.temp(label, q.shape, q.requiresGrad);
  const params = { columns, size: n, degree, last };
  const work = 2 * count * n * Math.max(1, degree);
  const steps = rec.temp(`${label} steps`, [Math.max(1, degree), ...q.shape]);
  rec.emit(series, { tensors: { q, dout: null, steps, out }, params, grid: flatGrid(columns), label, work });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout || degree === 0) return;
    const grads = rec.temp(`d ${label} steps`, steps.shape);
    rec.emit(series, { tensors: { q, dout, steps: grads, out: null }, params, overrides: { BACK: 1 }, grid: flatGrid(columns), label: grads.label, work });
    freshGrad(q, (dq) => rec.emit(seriesBackward, { tensors: { grads, steps, dq }, params: { count, size: n, degree }, grid: flatGrid(count), label: `d ${q.label}`, work }));
  });
  return out;
}
