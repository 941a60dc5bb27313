import reduce from '#shaders/lib/reduce.wgsl?raw';
import source from '#shaders/l2_normalize.wgsl?raw';
import backwardSource from '#shaders/l2_normalize_backward.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';

const forward = kernel('l2_normalize', source, [reduce]);
const backward = kernel('l2_normalize_backward', backwardSource, [reduce]);

/** x / ||x|| over the last dimension. */
export function l2Normalize(x: Tensor): Tensor {
  const rec = recorder();
  const rows = rowsOf(x);
  const params = { rows, width: lastOf(x) };
  const out = rec.temp('normalized', x.shape, x.requiresGrad);
  const inverse = rec.temp('inverse norm', [rows]);
  rec.emit(forward, { tensors: { x, out, inverse }, params, grid: [rows] });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => rec.emit(backward, { tensors: { out, inverse, dout, dx }, params, grid: [rows] }));
  });
  return out;
}
