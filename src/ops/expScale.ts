import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/exp_scale_backward.wgsl?raw';
import source from '#shaders/exp_scale.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('exp_scale', source, [grid]);
const backward = kernel('exp_scale_backward', backwardSource, [step, reduce]);

/** exp(s) * x for a scalar s, which gets a gradient too. */
export function expScale(x: Tensor, s: Tensor, label = 'exp_scale'): Tensor {
  if (sizeOf(s.shape) !== 1) fail(label, 'the exponent must be a scalar', s.shape);
  const rec = recorder();
  const count = sizeOf(x.shape);
  const out = rec.temp(label, x.shape, x.requiresGrad || s.requiresGrad);
  const apply = (from: Tensor, to: Tensor) => rec.emit(forward, { tensors: { x: from, s, out: to }, params: { count }, grid: flatGrid(count), label: to.label });
  apply(x, out);
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    freshGrad(x, (dx) => apply(dout, dx));
    rec.contribute(s, (ds, previous, accumulate) => {
      if (previous) fail(label, `${s.label} may be used once only`);
      rec.emit(backward, { tensors: { out, dout, ds }, params: { count, accumulate }, grid: [1], label: `d ${s.label}` });
    });
  });
  return out;
}
