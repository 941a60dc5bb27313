import { defined } from '../numbers/defined';
import { EngineError } from './errors';

/** A storage binding as the WGSL text declares it. */
export interface Binding {
  name: string;
  binding: number;
  access: 'read' | 'read_write';
  /** Element type with aliases resolved: f32, u32, vec4<f32>, ... */
  element: string;
}

/** A compute kernel: its text is the truth on bindings, the `Params` struct and the overrides. */
export interface Kernel {
  name: string;
  text: string;
  /** The same kernel for adapters whose quads work (quads.ts): neighbours pass each other what they loaded. */
  quadText?: string;
  /** The same for adapters where eight neighbours are a subgroup. */
  octText?: string;
  bindings: Binding[];
  /** Fields of `struct Params`, in order; empty when the kernel has no `p` uniform. */
  params: { name: string; type: 'u32' | 'i32' | 'f32' }[];
  paramsBinding: number;
  /** Binding of the `step` uniform, or -1. */
  stepBinding: number;
  overrides: string[];
  /** Overrides that size workgroup memory: pipelines.ts writes them into the text. */
  sizes: string[];
}

const declared: Kernel[] = [];

/** Every kernel declared so far: what a test or a self-check goes through. */
export const allKernels = (): readonly Kernel[] => declared;

const BINDING = /@group\((\d+)\)\s*@binding\((\d+)\)\s*var<\s*(storage|uniform)\s*(?:,\s*(read_write|read)\s*)?>\s*(\w+)\s*:\s*([^;]+);/g;

/** Files as one module: what must stand first in WGSL comes first. */
function join(files: string[]): string {
  const text = files.join('\n');
  const first = /^(enable|diagnostic)\b[^;]*;\n/gm;
  // Stryker disable next-line EqualityOperator: no two of them are the same
  return [...new Set(text.match(first) ?? [])].sort((a, b) => (a < b ? 1 : -1)).join('') + text.replace(first, '');
}

/** Shared functions in forms that define the same names. */
export interface Share {
  none: string;
  quads: string;
  octs?: string;
}

/**
 * Declares a kernel from the text of a `.wgsl` file, with shared functions (`shaders/lib`) put before it.
 * A variant is the same file with another lib that defines the same names; `share` are such files, of which the
 * device takes one when the kernel is compiled, so that nothing recorded depends on it.
 */
export function kernel(name: string, source: string, libs: string[] = [], share?: Share): Kernel {
  const text = join(share ? [share.none, ...libs, source] : [...libs, source]);
  const plain = text.replace(/\/\/[^\n]*/g, '');
  const aliases = new Map([...plain.matchAll(/alias\s+(\w+)\s*=\s*([^;]+);/g)].map((m) => [defined(m[1]), defined(m[2]).trim()]));
  const bindings: Binding[] = [];
  let paramsBinding = -1;
  let stepBinding = -1;
  // Stryker disable next-line StringLiteral: what has matched has both
  for (const [, group, slot, space, access, id = '', type = ''] of plain.matchAll(BINDING)) {
    if (group !== '0') throw new EngineError('shader', `${name}: binding ${id} is in group ${group ?? ''}; kernels use group 0 only`);
    if (space === 'uniform') {
      if (id === 'p') paramsBinding = Number(slot);
      else if (id === 'step') stepBinding = Number(slot);
      else throw new EngineError('shader', `${name}: uniform ${id} is neither p nor step`);
      continue;
    }
    const element = /^array<\s*(.+?)\s*>$/.exec(type.trim())?.[1];
    if (!element) throw new EngineError('shader', `${name}: binding ${id} must be a runtime array, not ${type}`);
    bindings.push({ name: id, binding: Number(slot), access: (access ?? 'read') as Binding['access'], element: aliases.get(element) ?? element });
  }
  const struct = /struct\s+Params\s*\{([^}]*)\}/.exec(plain);
  if (struct && paramsBinding < 0) throw new EngineError('shader', `${name}: struct Params has no uniform p`);
  // Stryker disable next-line StringLiteral: what has matched has both, and nothing is declared in a text without a colon
  const params = [...(struct?.[1] ?? '').matchAll(/(\w+)\s*:\s*([^,\s]+)/g)].map(([, field = '', type = '']) => {
    if (!/^(u32|i32|f32)$/.test(type)) throw new EngineError('shader', `${name}: param ${field} is ${type}; params are u32, i32 or f32`);
    return { name: field, type: type as 'u32' | 'i32' | 'f32' };
  });
  const slots = [...bindings.map((b) => b.binding), paramsBinding, stepBinding].filter((slot) => slot >= 0);
  if (new Set(slots).size < slots.length) throw new EngineError('shader', `${name}: two variables have the same binding`);
  const overrides = [...plain.matchAll(/override\s+(\w+)/g)].map((m) => defined(m[1]));
  const lengths = [...plain.matchAll(/var<workgroup>\s*\w+\s*:\s*([^;]+);/g)].flatMap(([, type]) => defined(type).match(/\w+/g)!);
  const sizes = overrides.filter((override) => lengths.includes(override));
  const made: Kernel = { name, text, bindings, params, paramsBinding, stepBinding, overrides, sizes };
  if (share) made.quadText = join([share.quads, ...libs, source]);
  if (share?.octs) made.octText = join([share.octs, ...libs, source]);
  declared.push(made);
  return made;
}

/** Element types that may be bound for each tensor type. */
export const ELEMENTS: Record<string, RegExp> = {
  f32: /^(f32|vec[24]<f32>)$/,
  u32: /^u32$/,
  q8: /^u32$/,
  nf4: /^u32$/,
  ternary: /^u32$/,
  generated: /^u32$/,
  bf16: /^(u32|vec2<u32>)$/,
  f16: /^(u32|vec2<u32>|f16|vec4<f16>)$/,
};
