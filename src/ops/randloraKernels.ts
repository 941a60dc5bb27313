import a4F32 from '#shaders/lib/a4.f32.wgsl?raw';
import a4Generated from '#shaders/lib/a4.generated.wgsl?raw';
import aF32 from '#shaders/lib/a.f32.wgsl?raw';
import aGenerated from '#shaders/lib/a.generated.wgsl?raw';
import octet from '#shaders/lib/octet.wgsl?raw';
import residual4F16 from '#shaders/lib/residual4.f16.wgsl?raw';
import residual4F32 from '#shaders/lib/residual4.f32.wgsl?raw';
import residual4Q8 from '#shaders/lib/residual4.q8.wgsl?raw';
import residualF16 from '#shaders/lib/residual.f16.wgsl?raw';
import residualF32 from '#shaders/lib/residual.f32.wgsl?raw';
import residualQ8 from '#shaders/lib/residual.q8.wgsl?raw';
import packedLib from '#shaders/lib/packed.wgsl?raw';
import none from '#shaders/lib/share.none.wgsl?raw';
import octs from '#shaders/lib/share.octs.wgsl?raw';
import quads from '#shaders/lib/share.quads.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import foursLib from '#shaders/lib/randlora_fours.wgsl?raw';
import mergeAnyLib from '#shaders/lib/randlora_merge.any.wgsl?raw';
import mergeLib from '#shaders/lib/randlora_merge.wgsl?raw';
import mergeAnyPackedSource from '#shaders/randlora_merge.any.packed.wgsl?raw';
import merge16Source from '#shaders/randlora_merge.rows16.wgsl?raw';
import merge32Source from '#shaders/randlora_merge.rows32.wgsl?raw';
import mergePackedSource from '#shaders/randlora_merge.packed.wgsl?raw';
import merge4Source from '#shaders/randlora_merge.vec4.wgsl?raw';
import mergeSource from '#shaders/randlora_merge.wgsl?raw';
import reduceAnyLib from '#shaders/lib/randlora_reduce.any.wgsl?raw';
import reduceLib from '#shaders/lib/randlora_reduce.wgsl?raw';
import reduceAnyPackedSource from '#shaders/randlora_reduce.any.packed.wgsl?raw';
import reduce16Source from '#shaders/randlora_reduce.rows16.wgsl?raw';
import reduce16x8Source from '#shaders/randlora_reduce.rows16x8.wgsl?raw';
import reducePackedSource from '#shaders/randlora_reduce.packed.wgsl?raw';
import reduce4Source from '#shaders/randlora_reduce.vec4.wgsl?raw';
import reduceSource from '#shaders/randlora_reduce.wgsl?raw';
import type { Forms } from '../engine/forms';
import { kernel, type Kernel, type Share } from '../engine/kernel';
import { onProcessor } from '../engine/report';
import { generator, weightLibs } from './weights';

/** Forms in which B can be stored. */
export const BASE_FORMS = ['f32', 'f16', 'bf16', 'ternary', 'generated'] as const;
type BaseForm = (typeof BASE_FORMS)[number];
const RESIDUALS = ['f32', 'f16', 'q8'] as const;
type Residual = (typeof RESIDUALS)[number];

const rowsOfA: Record<'f32' | 'generated', [one: string, four: string]> = { f32: [aF32, a4F32], generated: [aGenerated, a4Generated] };
const residuals: Record<Residual, [one: string, four: string]> = { f32: [residualF32, residual4F32], f16: [residualF16, residual4F16], q8: [residualQ8, residual4Q8] };
const aForm = (form: string): 'f32' | 'generated' => (form === 'generated' ? 'generated' : 'f32');
/** Libraries that read A; a generated B brings the generator already. */
export const libsOfA = (a: 'f32' | 'generated', b: BaseForm, lanes: 1 | 4): string[] => [...(a === 'generated' && b !== 'generated' ? generator : []), rowsOfA[a][lanes === 4 ? 1 : 0]];

const named = (name: string, ...parts: string[]): string => [name, ...parts.filter((p) => p !== 'f32')].join('.');

/** W' of one type of B and of W. */
function mergeKernelsOf(b: BaseForm, w: Residual): Record<'any' | 'packedAny' | 'vec4' | 'rows16' | 'rows32' | 'packed', Kernel> {
  const libs = (lanes: 1 | 4) => [...weightLibs(b, lanes), ...libsOfA(aForm(b), b, lanes), residuals[w][lanes === 4 ? 1 : 0]];
  const onto = w === 'f32' ? w : `onto_${w}`;
  const four = (form: string, source: string, more?: Partial<Share>) => kernel(named(`randlora_merge.${form}`, b, onto), source, [...libs(4), mergeLib, octet], { none, quads, ...more });
  return {
    any: kernel(named('randlora_merge', b, onto), mergeSource, [...libs(1), mergeAnyLib]),
    packedAny: kernel(named('randlora_merge.any.packed', b, onto), mergeAnyPackedSource, [...libs(1), mergeAnyLib, foursLib, packedLib]),
    vec4: four('vec4', merge4Source),
    rows16: four('rows16', merge16Source, { octs }),
    rows32: four('rows32', merge32Source),
    packed: kernel(named('randlora_merge.packed', b, onto), mergePackedSource, [...libs(4), mergeLib, packedLib]),
  };
}

/** W' by type of B and of W: for any sizes, and the forms for sizes divisible by four. */
export const mergeKernels = new Map<string, ReturnType<typeof mergeKernelsOf>>(BASE_FORMS.flatMap((b) => RESIDUALS.map((w) => [`${b} ${w}`, mergeKernelsOf(b, w)] as const)));

/** Streamed, the left operand is a gradient in f32, and only A may be generated. */
const reductions: [b: BaseForm, a: 'f32' | 'generated'][] = [...BASE_FORMS.map((b): [BaseForm, 'f32' | 'generated'] => [b, aForm(b)]), ['f32', 'generated']];

/** Gradients of one type of the left operand and of A. */
function reduceKernelsOf(b: BaseForm, a: 'f32' | 'generated'): Record<'any' | 'packedAny' | 'vec4' | 'rows16' | 'rows16x8' | 'packed', Kernel> {
  const libs = (lanes: 1 | 4) => [...weightLibs(b, lanes), ...libsOfA(a, b, lanes), step];
  const parts = b === 'f32' && a === 'generated' ? ['A', 'generated'] : [b];
  const four = (form: string, source: string, more?: Partial<Share>) => kernel(named(`randlora_reduce.${form}`, ...parts), source, [...libs(4), reduceLib, octet], { none, quads, ...more });
  return {
    any: kernel(named('randlora_reduce', ...parts), reduceSource, [...libs(1), reduceAnyLib, foursLib]),
    packedAny: kernel(named('randlora_reduce.any.packed', ...parts), reduceAnyPackedSource, [...libs(1), reduceAnyLib, foursLib, packedLib]),
    vec4: four('vec4', reduce4Source),
    rows16: four('rows16', reduce16Source, { octs }),
    rows16x8: four('rows16x8', reduce16x8Source),
    packed: kernel(named('randlora_reduce.packed', ...parts), reducePackedSource, [...libs(4), reduceLib, packedLib]),
  };
}

/** Gradients of lambda and gamma by type of the left operand and of A. */
export const reduceKernels = new Map<string, ReturnType<typeof reduceKernelsOf>>(reductions.map(([b, a]) => [`${b} ${a}`, reduceKernelsOf(b, a)] as const));

/** Of the forms for any sizes. */
export const usualOfAny: Forms['usual'] = ({ report }) => (onProcessor(report) ? 'packedAny' : 'any');

/** As products choose (productForms.ts): by how many lanes a processor has; cards keep the form that fits their registers. */
export const usualForm = (eight: string, four: string): Forms['usual'] => ({ report, quads, octs }) => (onProcessor(report) ? 'packed' : !report.software || !quads ? 'vec4' : octs ? eight : four);
