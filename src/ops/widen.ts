import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/widen.wgsl?raw';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { flatGrid } from './grid';
import { weightForm, weightKernels } from './weights';

const widenKernels = weightKernels('widen', source, [grid], 1);

/** The frozen tensor as f32; itself when it is f32 already. */
export function widen(weight: Tensor): Tensor {
  if (weight.dtype === 'f32') return weight;
  const rec = recorder();
  const count = sizeOf(weight.shape);
  const out = rec.temp(`${weight.label} f32`, weight.shape);
  rec.emit(widenKernels[weightForm(weight)], { tensors: { weight, out }, params: { count }, grid: flatGrid(count), label: out.label });
  return out;
}
