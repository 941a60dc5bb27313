import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/distance.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { sumMetrics } from './metrics';

const forward = kernel('distance', source, [step, reduce]);

/** Sum of absolute differences of x (R, C) from a frozen y, as a part of a loss whose rows another has counted. `dx` is its gradient by x. */
export function distance(x: Tensor, y: Tensor, weight: number): { rows: Tensor; dx: Tensor } {
  if (x.shape.join() !== y.shape.join()) fail('distance', 'shapes differ', x.shape, y.shape);
  const rec = recorder();
  const [rows, dx] = [rec.temp('loss rows', [rowsOf(x), 4]), rec.temp(`d ${x.label}`, x.shape)];
  rec.emit(forward, { tensors: { x, y, rows, dx }, params: { width: lastOf(x), weight }, grid: [rowsOf(x)], label: 'distance' });
  sumMetrics(rows, true);
  return { rows, dx };
}
