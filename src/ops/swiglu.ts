import activationLib from '#shaders/lib/activation.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/swiglu.wgsl?raw';
import backwardSource from '#shaders/swiglu_backward.wgsl?raw';
import { fail } from '../engine/errors';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';
import { laneKernels, lanesOf } from './lanes';

const forward = laneKernels('swiglu', source, [activationLib, grid]);
const backward = laneKernels('swiglu_backward', backwardSource, [activationLib, grid]);

/** silu(gate) * up, where x (..., 2F) holds the gate in its first F columns and up in the others; result (..., F). */
export function swiglu(x: Tensor): Tensor {
  if (lastOf(x) % 2) fail('swiglu', 'the width of x must be even (gate and up side by side)', x.shape);
  const rec = recorder();
  const width = lastOf(x) / 2;
  const out = rec.temp('swiglu', [...x.shape.slice(0, -1), width], x.requiresGrad);
  const lanes = lanesOf(width);
  const params = { count: (rowsOf(x) * width) / lanes, width: width / lanes };
  rec.emit(forward[lanes], { tensors: { x, out }, params, grid: flatGrid(params.count) });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => rec.emit(backward[lanes], { tensors: { x, dout, dx }, params, grid: flatGrid(params.count), label: 'd swiglu' }));
  });
  return out;
}
