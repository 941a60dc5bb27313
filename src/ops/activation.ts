import activationLib from '#shaders/lib/activation.wgsl?raw';
import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/activation.wgsl?raw';
import backwardSource from '#shaders/activation_backward.wgsl?raw';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { freshGrad } from './add';
import { flatGrid } from './grid';
import { laneKernels, lanesOf } from './lanes';

/** Hugging Face names (`hidden_act`) and their numbers in lib/activation.wgsl. */
export const ACTIVATIONS = { identity: 0, gelu: 1, quick_gelu: 2, gelu_new: 3, gelu_pytorch_tanh: 3, relu: 4, tanh: 5 } as const;
export type Activation = keyof typeof ACTIVATIONS;

const forward = laneKernels('activation', source, [activationLib, grid]);
const backward = laneKernels('activation_backward', backwardSource, [activationLib, grid]);

/** act(x), element by element. */
export function activation(x: Tensor, act: Activation): Tensor {
  const rec = recorder();
  const out = rec.temp(act, x.shape, x.requiresGrad);
  const lanes = lanesOf(sizeOf(x.shape));
  const count = sizeOf(x.shape) / lanes;
  rec.emit(forward[lanes], { tensors: { x, out }, params: { count }, overrides: { ACT: ACTIVATIONS[act] }, grid: flatGrid(count), label: act });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (dout) freshGrad(x, (dx) => activationGrad(x, dout, dx, act));
  });
  return out;
}

/** dx = dout * act'(x) + previous. */
export function activationGrad(x: Tensor, dout: Tensor, dx: Tensor, act: Activation, previous: Tensor | null = null): void {
  const lanes = lanesOf(sizeOf(x.shape));
  const count = sizeOf(x.shape) / lanes;
  recorder().emit(backward[lanes], {
    tensors: { x, dout, previous, dx },
    params: { count },
    overrides: { ACT: ACTIVATIONS[act], ...(previous && { ADD: 1 }) },
    grid: flatGrid(count),
    label: `d ${act}`,
  });
}
