import activationLib from '#shaders/lib/activation.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/gated_silu.wgsl?raw';
import backwardSource from '#shaders/gated_silu_backward.wgsl?raw';
import { fail } from '../engine/errors';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { passGrad } from './add';
import { flatGrid } from './grid';
import { laneKernels, lanesOf } from './lanes';

const forward = laneKernels('gated_silu', source, [activationLib, grid]);
const backward = laneKernels('gated_silu_backward', backwardSource, [activationLib, grid]);

/** silu(gate) * up, of one shape; `swiglu` where both lie side by side. */
export function gatedSilu(gate: Tensor, up: Tensor): Tensor {
  if (String(gate.shape) !== String(up.shape)) fail('gated_silu', 'gate and up must be of one shape', gate.shape, up.shape);
  const rec = recorder();
  const out = rec.temp('gated silu', gate.shape, gate.requiresGrad || up.requiresGrad);
  const lanes = lanesOf(sizeOf(gate.shape));
  const count = sizeOf(gate.shape) / lanes;
  const call = { params: { count }, grid: flatGrid(count) };
  rec.emit(forward[lanes], { tensors: { gate, up, out }, ...call });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const [dgate, dup] = [rec.temp(`d ${gate.label}`, gate.shape), rec.temp(`d ${up.label}`, up.shape)];
    rec.emit(backward[lanes], { tensors: { gate, up, dout, dgate, dup }, ...call, label: 'd gated silu' });
    passGrad(gate, dgate);
    passGrad(up, dup);
  });
  return out;
}
