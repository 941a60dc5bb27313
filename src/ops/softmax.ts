import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/softmax_backward.wgsl?raw';
import source from '#shaders/softmax.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { writeGrad } from './add';

const forward = kernel('softmax', source, [reduce]);
const backward = kernel('softmax_backward', backwardSource, [step, reduce]);

/** Softmax of each row of x (..., width), few of them: up to 65,535 rows. */
export function softmax(x: Tensor, label = 'softmax'): Tensor {
  const rec = recorder();
  const [rows, width] = [rowsOf(x), lastOf(x)];
  const out = rec.temp(label, x.shape, x.requiresGrad);
  rec.emit(forward, { tensors: { x, out }, params: { width }, grid: [rows], label });
  rec.onBackward(() => {
    const dy = rec.gradOf(out);
    if (!dy) return;
    const write = (dx: Tensor, accumulate: number) => rec.emit(backward, { tensors: { y: out, dy, dx }, params: { width, accumulate }, grid: [rows], label: `d ${x.label}` });
    writeGrad(x, write);
  });
  return out;
}
