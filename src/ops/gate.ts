import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/gate_backward.wgsl?raw';
import source from '#shaders/gate.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { Accumulate, recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { writeGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('gate', source, [step, grid]);
const backward = kernel('gate_backward', backwardSource, [step, reduce]);

/** x * sigmoid(g), g one number. */
export function gate(x: Tensor, g: Tensor, label = 'gate'): Tensor {
  if (sizeOf(g.shape) !== 1) fail('gate', 'wants one number', g.shape);
  const rec = recorder();
  const count = sizeOf(x.shape);
  const out = rec.temp(label, x.shape, x.requiresGrad || g.requiresGrad);
  const through = (from: Tensor, to: Tensor, accumulate: number) => rec.emit(forward, { tensors: { x: from, g, out: to }, params: { count, accumulate }, grid: flatGrid(count), label: to.label });
  through(x, out, Accumulate.write);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    const write = (dg: Tensor, accumulate: number) => rec.emit(backward, { tensors: { x, g, dout, dg }, params: { count, accumulate }, grid: [1], label: `d ${g.label}` });
    writeGrad(g, write);
    writeGrad(x, (dx, accumulate) => through(dout, dx, accumulate));
  });
  return out;
}
