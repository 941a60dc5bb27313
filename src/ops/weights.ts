import weight4Bf16 from '#shaders/lib/weight4.bf16.wgsl?raw';
import weight4Generated from '#shaders/lib/weight4.generated.wgsl?raw';
import weight4Ternary from '#shaders/lib/weight4.ternary.wgsl?raw';
import weightBf16 from '#shaders/lib/weight.bf16.wgsl?raw';
import weightGenerated from '#shaders/lib/weight.generated.wgsl?raw';
import weightTernary from '#shaders/lib/weight.ternary.wgsl?raw';
import nf4 from '#shaders/lib/nf4.wgsl?raw';
import random from '#shaders/lib/random.wgsl?raw';
import ternaryWord from '#shaders/lib/ternary.wgsl?raw';
import weight4F16 from '#shaders/lib/weight4.f16.wgsl?raw';
import weight4F16Native from '#shaders/lib/weight4.f16native.wgsl?raw';
import weight4Nf4 from '#shaders/lib/weight4.nf4.wgsl?raw';
import weight4Q8 from '#shaders/lib/weight4.q8.wgsl?raw';
import weight4F32 from '#shaders/lib/weight4.f32.wgsl?raw';
import weightF16 from '#shaders/lib/weight.f16.wgsl?raw';
import weightF16Native from '#shaders/lib/weight.f16native.wgsl?raw';
import weightNf4 from '#shaders/lib/weight.nf4.wgsl?raw';
import weightQ8 from '#shaders/lib/weight.q8.wgsl?raw';
import weightF32 from '#shaders/lib/weight.f32.wgsl?raw';
import { kernel, type Kernel, type Share } from '../engine/kernel';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';

/** The ways a kernel can read its `weight`. */
export type WeightForm = 'f32' | 'f16' | 'f16native' | 'q8' | 'nf4' | BaseForm;
/** Those of fixed random bases alone. */
type BaseForm = 'bf16' | 'ternary' | 'generated';

const one: Record<WeightForm, string> = {
  f32: weightF32, f16: weightF16, f16native: weightF16Native, q8: weightQ8, nf4: weightNf4, bf16: weightBf16, ternary: weightTernary, generated: weightGenerated,
};
const four: Record<WeightForm, string> = {
  f32: weight4F32, f16: weight4F16, f16native: weight4F16Native, q8: weight4Q8, nf4: weight4Nf4, bf16: weight4Bf16, ternary: weight4Ternary, generated: weight4Generated,
};

/** Makes ternary codes from a counter. */
export const generator = [random, ternaryWord];

/** Libraries that some forms build on. */
const below: Partial<Record<WeightForm, string[]>> = { generated: generator, nf4: [nf4] };

/** Libraries that a kernel needs in front of it to read its `weight` in a form, `lanes` at a time. */
export const weightLibs = (form: WeightForm, lanes: 1 | 4): string[] => [...(below[form] ?? []), (lanes === 4 ? four : one)[form]];
/** Declares a kernel in all weight forms; `lanes` is 4 when its `weight` is read by `load_weight4`. */
export function weightKernels(name: string, source: string, libs: string[], lanes: 1 | 4, share?: Share): Record<WeightForm, Kernel> {
  const make = (form: WeightForm) => kernel(form === 'f32' ? name : `${name}.${form}`, source, [...weightLibs(form, lanes), ...libs], share);
  return Object.fromEntries((Object.keys(one) as WeightForm[]).map((form) => [form, make(form)])) as Record<WeightForm, Kernel>;
}

/** Form in which the recorder's device reads this tensor. */
export const weightForm = (t: Tensor): WeightForm => (t.dtype === 'f16' && recorder().shaderF16 ? 'f16native' : t.dtype === 'u32' ? 'f32' : t.dtype);
