/** Types of WGSL's numbers; the abstract ones are those of literals until something concrete meets them. */
import { defined } from '../../numbers/defined';

export type Element = 'f32' | 'i32' | 'u32' | 'bool' | 'abstract-int' | 'abstract-float';

export type Type =
  | { kind: 'scalar'; of: Element }
  | { kind: 'vec'; size: number; of: Element }
  /** Of f32. */
  | { kind: 'mat'; columns: number; rows: number }
  /** `count` is missing where the buffer says it. */
  | { kind: 'array'; of: Type; count?: number }
  | { kind: 'struct'; name: string; fields: { name: string; type: Type }[] };

export const scalar = (of: Element): Type => ({ kind: 'scalar', of });
export const vec = (size: number, of: Element): Type => ({ kind: 'vec', size, of });

export const isAbstract = (of: Element): boolean => of === 'abstract-int' || of === 'abstract-float';

/** The type as WGSL writes it. */
export function nameOf(type: Type): string {
  switch (type.kind) {
    case 'scalar':
      return type.of;
    case 'vec':
      return `vec${type.size}<${type.of}>`;
    case 'mat':
      return `mat${type.columns}x${type.rows}<f32>`;
    case 'array':
      return `array<${nameOf(type.of)}${type.count === undefined ? '' : `, ${type.count}`}>`;
    case 'struct':
      return type.name;
  }
}

/** Parts of a value: one number of WebAssembly for each scalar and vector, column by column, field by field. */
export function leavesOf(type: Type): Extract<Type, { kind: 'scalar' | 'vec' }>[] {
  switch (type.kind) {
    case 'scalar':
    case 'vec':
      return [type];
    case 'mat':
      return Array.from({ length: type.columns }, () => ({ kind: 'vec', size: type.rows, of: 'f32' }) as const);
    case 'array': {
      const each = leavesOf(type.of);
      return Array.from({ length: type.count ?? 0 }, () => each).flat();
    }
    case 'struct':
      return type.fields.flatMap((field) => leavesOf(field.type));
  }
}

/** The part of a type at an index or of a field: which type, and where its leaves begin among all. */
export function partOf(type: Type, part: number | string): { type: Type; first: number } | undefined {
  if (type.kind === 'mat' && typeof part === 'number' && part < type.columns) return { type: vec(type.rows, 'f32'), first: part };
  if (type.kind === 'array' && typeof part === 'number') return { type: type.of, first: part * leavesOf(type.of).length };
  if (type.kind !== 'struct') return undefined;
  const at = type.fields.findIndex(({ name }) => name === part);
  return at < 0 ? undefined : { type: defined(type.fields[at]).type, first: type.fields.slice(0, at).reduce((n, field) => n + leavesOf(field.type).length, 0) };
}

const up = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Bytes and alignment in memory, as WGSL has them. */
export function layoutOf(type: Type): { size: number; align: number } {
  switch (type.kind) {
    case 'scalar':
      return { size: 4, align: 4 };
    case 'vec':
      return { size: type.size * 4, align: type.size === 2 ? 8 : 16 };
    case 'mat':
      return { size: type.columns * (type.rows === 2 ? 8 : 16), align: type.rows === 2 ? 8 : 16 };
    case 'array':
      return { size: strideOf(type.of) * (type.count ?? 0), align: layoutOf(type.of).align };
    case 'struct': {
      const align = Math.max(...type.fields.map((field) => layoutOf(field.type).align));
      const last = type.fields.at(-1)!;
      return { size: up(offsetOf(type, last.name) + layoutOf(last.type).size, align), align };
    }
  }
}

/** From one element of an array to the next. */
export function strideOf(of: Type): number {
  const { size, align } = layoutOf(of);
  return up(size, align);
}

/** Offset of a field in a struct. */
export function offsetOf(type: Extract<Type, { kind: 'struct' }>, name: string): number {
  let at = 0;
  for (const field of type.fields) {
    const { size, align } = layoutOf(field.type);
    at = up(at, align);
    if (field.name === name) return at;
    at += size;
  }
  throw new Error(`${type.name} has no field ${name}`);
}

/** Offset of each leaf of a value in memory. */
export function leafOffsets(type: Type): number[] {
  switch (type.kind) {
    case 'scalar':
    case 'vec':
      return [0];
    case 'mat':
      return Array.from({ length: type.columns }, (_, i) => i * (type.rows === 2 ? 8 : 16));
    case 'array':
      return Array.from({ length: type.count ?? 0 }, (_, i) => leafOffsets(type.of).map((at) => i * strideOf(type.of) + at)).flat();
    case 'struct':
      return type.fields.flatMap((field) => leafOffsets(field.type).map((at) => offsetOf(type, field.name) + at));
  }
}
