import weight4F16 from '#shaders/lib/weight4.f16.wgsl?raw';
import weight4F16Native from '#shaders/lib/weight4.f16native.wgsl?raw';
import weight4Q8 from '#shaders/lib/weight4.q8.wgsl?raw';
import weight4F32 from '#shaders/lib/weight4.f32.wgsl?raw';
import weightF16 from '#shaders/lib/weight.f16.wgsl?raw';
import weightF16Native from '#shaders/lib/weight.f16native.wgsl?raw';
import weightQ8 from '#shaders/lib/weight.q8.wgsl?raw';
import weightF32 from '#shaders/lib/weight.f32.wgsl?raw';
import { kernel, type Kernel, type Share } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';

/** The ways a kernel can read its `weight`. */
export type WeightForm = 'f32' | 'f16' | 'f16native' | 'q8';

const one: Record<WeightForm, string> = { f32: weightF32, f16: weightF16, f16native: weightF16Native, q8: weightQ8 };
const four: Record<WeightForm, string> = { f32: weight4F32, f16: weight4F16, f16native: weight4F16Native, q8: weight4Q8 };

/** Declares a kernel in all weight forms; `lanes` is 4 when its `weight` is read by `load_weight4`. */
export function weightKernels(name: string, source: string, libs: string[], lanes: 1 | 4, share?: Share): Record<WeightForm, Kernel> {
  const lib = lanes === 4 ? four : one;
  const make = (form: WeightForm) => kernel(form === 'f32' ? name : `${name}.${form}`, source, [lib[form], ...libs], share);
  return { f32: make('f32'), f16: make('f16'), f16native: make('f16native'), q8: make('q8') };
}

/** How the recorder's device reads this tensor. */
export const weightForm = (t: Tensor): WeightForm => (t.dtype === 'f16' ? (recorder().shaderF16 ? 'f16native' : 'f16') : t.dtype === 'q8' ? 'q8' : 'f32');
