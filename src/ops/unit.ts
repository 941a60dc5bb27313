import reduce from '#shaders/lib/reduce.wgsl?raw';
import backwardSource from '#shaders/unit_backward.wgsl?raw';
import source from '#shaders/unit.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { rowGrid } from './grid';

const forward = kernel('unit', source, [reduce]);
const backward = kernel('unit_backward', backwardSource, [reduce]);

/** x / max(||x||, floor) for each row of matrices (G, M, N), or each column. A norm below the floor has no gradient, as in torch.clamp. */
export function unit(x: Tensor, { columns = false, floor = 1e-12, label = 'unit' } = {}): Tensor {
  if (x.shape.length !== 3) fail(label, 'wants matrices (G, M, N)', x.shape);
  const [G, M, N] = x.shape as [number, number, number];
  const [each, length, apart, next] = columns ? [N, M, 1, N] : [M, N, N, 1];
  const rec = recorder();
  const vectors = G * each;
  const out = rec.temp(label, x.shape, x.requiresGrad);
  const norms = rec.temp(`${label} norms`, [G, each]);
  const params = { vectors, each, length, apart, next, floor };
  rec.emit(forward, { tensors: { x, out, norms }, params, grid: rowGrid(vectors), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => rec.emit(backward, { tensors: { out, norms, dout, dx }, params, grid: rowGrid(vectors), label: `d ${x.label}` }));
  });
  return out;
}
