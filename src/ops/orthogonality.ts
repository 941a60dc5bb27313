import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import gramSource from '#shaders/gram.wgsl?raw';
import backwardSource from '#shaders/orthogonality_backward.wgsl?raw';
import source from '#shaders/orthogonality.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { writeGrad } from './add';
import { flatGrid, rowGrid } from './grid';

const gramKernel = kernel('gram', gramSource, [reduce]);
const forward = kernel('orthogonality', source, [reduce]);
const backward = kernel('orthogonality_backward', backwardSource, [step, grid]);

/** Distance of the rows of each matrix of x (G, r, n), or with `columns` of the columns of (G, n, r), from orthonormal: alpha ||X X^T - I||, (G). */
export function orthogonality(x: Tensor, { columns = false, alpha = 1, label = 'orthogonality' } = {}): Tensor {
  if (x.shape.length !== 3) fail(label, 'wants matrices (G, rows, columns)', x.shape);
  const rec = recorder();
  const [G, rows, cols] = x.shape as [number, number, number];
  const [r, n] = columns ? [cols, rows] : [rows, cols];
  const places = { r, n, apart: columns ? 1 : n, next: columns ? r : 1 };
  const gram = rec.temp(`${label} gram`, [G, r, r]);
  const out = rec.temp(label, [G], x.requiresGrad);
  rec.emit(gramKernel, { tensors: { x, out: gram }, params: { values: sizeOf(gram.shape), ...places }, grid: rowGrid(sizeOf(gram.shape)), label: gram.label });
  rec.emit(forward, { tensors: { gram, out }, params: { size: r * r, alpha }, grid: [G], label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const count = sizeOf(x.shape);
    const write = (dx: Tensor, accumulate: number) => rec.emit(backward, { tensors: { x, gram, value: out, dout, dx }, params: { count, ...places, alpha, accumulate }, grid: flatGrid(count), label: `d ${x.label}` });
    writeGrad(x, write);
  });
  return out;
}
