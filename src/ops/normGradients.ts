import type { Kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { finishColumnSum } from './columnSum';
import { CHUNK, rowGrid } from './grid';
import { lanesOf } from './lanes';

/** Rows that one workgroup normalises, forward and backward. */
const ROWS = 8;

/** Workgroups for so many rows. */
export const normGrid = (rows: number) => rowGrid(Math.ceil(rows / ROWS));

/** Kernels of a norm's backward: by its input, and by its `learned` vectors, of which each chunk of rows leaves a part a vector. */
export interface NormBackward {
  input: Record<1 | 4, Kernel>;
  learned: Kernel;
}

/** The gradients of a norm over the last dimension: of x (..., C), and of its weight, and its bias where it has one, each (C). */
export function normGradients({ x, weight, bias, stats, out, label }: { x: Tensor; weight: Tensor; bias?: Tensor; stats: Tensor; out: Tensor; label: string }, by: NormBackward): void {
  const rec = recorder();
  const [rows, width] = [rowsOf(x), lastOf(x)];
  const lanes = lanesOf(width);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const learned = bias ? [weight, bias] : [weight];
    if (learned.some((t) => t.requiresGrad)) {
      const chunks = Math.ceil(rows / CHUNK);
      const partial = rec.temp(`${label} partial`, [chunks, learned.length, width]);
      rec.emit(by.learned, { tensors: { x, stats, dout, partial }, params: { rows, width }, grid: [Math.ceil(width / 64), chunks], label: `d ${label} partial` });
      finishColumnSum(learned, partial, chunks, width);
    }
    const input = (dx: Tensor, previous: Tensor | null) =>
      rec.emit(by.input[lanes], {
        tensors: { x, weight, stats, dout, previous, dx },
        params: { rows, width: width / lanes },
        overrides: previous ? { PREVIOUS: 1 } : {},
        grid: normGrid(rows),
        label: `d ${label}`,
      });
    if (rec.collects(x)) freshGrad(x, (dx) => input(dx, null));
    else rec.contribute(x, input);
  });
}
