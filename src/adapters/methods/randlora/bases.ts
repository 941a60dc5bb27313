import { generatedHeader, unpackGenerated } from '../../../io/ternary';
import { defined } from '../../../numbers/defined';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { generator, normal } from '../../init';
import { num, type BaseTypes, type FileBase, type Layer, type SharedTensor } from '../../method';
import { randloraBases } from './drawn';

/** Types that hold B exactly as it is drawn: PEFT draws dense bases in bf16, and the others are ternary. */
const EXACT: Record<string, BaseTypes> = {
  uniform: ['bf16', 'f16', 'f32'],
  normal: ['f32'],
  binary: ['ternary', 'bf16', 'f16', 'f32'],
  sparse: ['ternary', 'f32'],
  very_sparse: ['ternary', 'f32'],
  generated: ['generated', 'ternary', 'f32'],
};

/**
 * The fixed bases: A (r, 1, Dmin) and B (Dmax, N, r) as PEFT sizes them, by the elementwise maxima of out and in over all
 * layers. Only the corner that the layers use lies on the GPU: with both matrices of an MLP PEFT's B is several times that.
 * B is stored in the smallest type that holds it exactly, unless `bases_storage` names another that does; A, which has one
 * row where B has Dmax / r, in f32. Throws ConfigError where the named type would change the values.
 */
export function sharedBases(c: MethodConfig, layers: Layer[], file: Record<string, FileBase> = {}): Record<'randlora_A' | 'randlora_B', SharedTensor> {
  const most = (of: (l: Layer) => number) => Math.max(...layers.map(of));
  const [outMax, inMax] = [most((l) => l.out), most((l) => l.in)];
  const [dMax, dMin] = [Math.max(outMax, inMax), Math.min(outMax, inMax)];
  const r = num(c, 'r');
  const N = Math.ceil(dMin / r);
  let drawn: { A: Float32Array; B: Float32Array } | undefined;
  const draw = () => (drawn ??= drawBases(c, r, dMax, dMin, N));
  const A: SharedTensor = { shape: [r, 1, dMin], data: () => draw().A };
  const B: SharedTensor = { shape: [dMax, N, r], data: () => draw().B };
  const kind = c.bases as string;
  const types = file.randlora_B?.types ?? defined(EXACT[kind]);
  const wanted = c.bases_storage as string;
  const dtype = c.ablation !== 'none' ? 'f32' : wanted === 'auto' ? defined(types[0]) : types.find((t) => t === wanted);
  if (!dtype) {
    const exact = types.filter((t) => t !== 'generated').join(' or ');
    throw new ConfigError(file.randlora_B ? `bases_storage ${wanted} would change the file's bases; they can be stored as ${exact}.` : `bases_storage ${wanted} would change ${kind} bases; they can be stored as ${exact}.`);
  }
  if (dtype === 'generated') {
    const [a, b] = keysOf(c);
    return { randlora_A: { ...A, stored: { shape: A.shape, dtype, header: generatedHeader(a) } }, randlora_B: { ...B, stored: { shape: B.shape, dtype, header: generatedHeader(b) } } };
  }
  const least = most((l) => Math.min(l.in, l.out));
  return {
    randlora_A: { ...A, stored: { shape: [r, 1, least], dtype: 'f32' } },
    randlora_B: { ...B, stored: { shape: [dMax, Math.ceil(least / r), r], dtype } },
  };
}

/** Keys of generated A and B. */
function keysOf(c: MethodConfig): [A: number, B: number] {
  const key = 2 * num(c, 'projection_prng_key');
  return [key, key + 1];
}

function drawBases(c: MethodConfig, r: number, dMax: number, dMin: number, N: number): { A: Float32Array; B: Float32Array } {
  const key = num(c, 'projection_prng_key');
  if (c.bases === 'uniform' || c.bases === 'sparse' || c.bases === 'very_sparse') {
    return randloraBases(key, r, dMax, dMin, { sparse: c.bases === 'sparse', verySparse: c.bases === 'very_sparse' });
  }
  if (c.bases === 'generated') {
    const [a, b] = keysOf(c);
    return { A: unpackGenerated(generatedHeader(a), r * dMin), B: unpackGenerated(generatedHeader(b), dMax * N * r) };
  }
  const make = (what: string, count: number): Float32Array => {
    const random = generator(`randlora ${what} ${c.bases as string} ${key}`);
    // Standard deviation 1, like PEFT's bases after their division.
    // Stryker disable next-line EqualityOperator: a draw is just a half once in billions
    const sign = () => (random() < 0.5 ? -1 : 1);
    return c.bases === 'normal' ? normal(count, 1, random) : Float32Array.from({ length: count }, sign);
  };
  return { A: make('A', r * dMin), B: make('B', dMax * N * r) };
}
