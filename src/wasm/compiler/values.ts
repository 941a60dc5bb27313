import { defined } from '../../numbers/defined';
import { compose, constantOf, f32, i32, laneOf, make, shuffle, splat, type Code, type Wasm } from './ir';
import { isAbstract, leavesOf, nameOf, partOf, scalar, vec, type Element, type Type } from './types';

/** A value of WGSL: its type, and code for each leaf of it. */
export interface Value {
  type: Type;
  leaves: Code[];
}

/** The same numbers, seen from WGSL. */
export type Numbers = Extract<Type, { kind: 'scalar' | 'vec' }>;

export const machineOf = (of: Element): 'i32' | 'f32' => (of === 'f32' || of === 'abstract-float' ? 'f32' : 'i32');

export const wasmOf = (type: Numbers): Wasm => (type.kind === 'vec' ? 'v128' : machineOf(type.of));

export const valueOf = (type: Type, ...leaves: Code[]): Value => ({ type, leaves });

/** True of all lanes in a vector of bool is minus one, a scalar is one. */
export const maskOf = (code: Code): Code => splat('i32', make('i32', 'i32.sub', i32(0), code));

/** The value whose bits are all zero. */
export const zeroOf = (type: Type): Value => ({
  type,
  leaves: leavesOf(type).map((leaf) => {
    const machine = machineOf(leaf.of);
    const zero = machine === 'f32' ? f32(0) : i32(0);
    return leaf.kind === 'vec' ? splat(machine, zero) : zero;
  }),
});

/** One number of a vector. */
export function lane(value: Value, i: number): Value {
  const { of } = value.type as Extract<Type, { kind: 'vec' }>;
  const code = laneOf(machineOf(of), defined(value.leaves[0]), i);
  return valueOf(scalar(of), of === 'bool' ? make('i32', 'i32.and', code, i32(1)) : code);
}

/** Several numbers of a vector, in any order. */
export function swizzle(value: Value, lanes: number[]): Value {
  const { of } = value.type as Extract<Type, { kind: 'vec' }>;
  return valueOf(vec(lanes.length, of), shuffle(defined(value.leaves[0]), [0, 1, 2, 3].map((i) => lanes[i] ?? 0)));
}

/** A vector of numbers of one kind; where it has less than four, zeros follow. */
export function vectorOf(of: Element, numbers: Code[]): Value {
  const machine = machineOf(of);
  const all = of === 'bool' ? numbers.map((code) => make('i32', 'i32.sub', i32(0), code)) : numbers;
  const zero = machine === 'f32' ? f32(0) : i32(0);
  return valueOf(vec(numbers.length, of), compose(machine, [0, 1, 2, 3].map((i) => all[i] ?? zero)));
}

/** The same number everywhere. */
export const spread = (value: Value, size: number): Value => {
  const { of } = value.type as Numbers;
  return valueOf(vec(size, of), of === 'bool' ? maskOf(defined(value.leaves[0])) : splat(machineOf(of), defined(value.leaves[0])));
};

/** A column, an element or a field. */
export function part(value: Value, which: number | string): Value | undefined {
  if (value.type.kind === 'vec' && typeof which === 'number' && which < value.type.size) return lane(value, which);
  const found = partOf(value.type, which);
  return found && { type: found.type, leaves: value.leaves.slice(found.first, found.first + leavesOf(found.type).length) };
}

/** Concrete type of literals if nothing else is asked of them. */
export const concrete = (of: Element): Element => (of === 'abstract-int' ? 'i32' : of === 'abstract-float' ? 'f32' : of);

/** Abstract numbers as numbers of a kind, everything else as it is; undefined where that would be another value. */
export function settle(value: Value, of: Element): Value | undefined {
  const { type } = value;
  if (type.kind !== 'scalar' && type.kind !== 'vec') return value;
  if (!isAbstract(type.of) || type.of === of) return value;
  if (type.kind === 'vec') {
    const lanes = Array.from({ length: type.size }, (_, i) => settle(lane(value, i), of));
    return lanes.every((one) => one !== undefined) ? vectorOf(of, lanes.map((one) => defined(one.leaves[0]))) : undefined;
  }
  const known = constantOf(defined(value.leaves[0]))!;
  if (of === 'f32') return valueOf(scalar(of), f32(Math.fround(known)));
  if (of === 'abstract-float') return valueOf(scalar(of), f32(known));
  if (type.of === 'abstract-float' || of === 'bool' || of === 'abstract-int') return undefined;
  if (of === 'u32' ? known < 0 || known > 0xffffffff : known < -(2 ** 31) || known > 2 ** 31 - 1) return undefined;
  return valueOf(scalar(of), i32(known));
}

/** Literals as what they are by themselves. */
export function settled(value: Value): Value {
  const { type } = value;
  return type.kind === 'scalar' || type.kind === 'vec' ? settle(value, concrete(type.of))! : value;
}

/** Numbers as numbers of another kind, as `f32(x)` and `vec4<u32>(x)` make them; undefined where WGSL has no such conversion. */
export function convert(value: Value, of: Element): Value | undefined {
  const { type } = value;
  if (type.kind !== 'scalar' && type.kind !== 'vec') return undefined;
  const known = type.kind === 'scalar' && isAbstract(type.of) ? constantOf(defined(value.leaves[0])) : undefined;
  if (known !== undefined && of !== 'bool') return settle(valueOf(scalar(of === 'f32' ? 'abstract-float' : 'abstract-int'), of === 'f32' ? f32(known) : { op: 'const', type: 'i32', value: Math.trunc(known) }), of);
  const from = concrete(type.of);
  const [code] = settled(value).leaves as [Code];
  const wide = type.kind === 'vec';
  const made = (leaf: Code): Value => valueOf(wide ? vec(type.size, of) : scalar(of), leaf);
  if (from === of) return made(code);
  const float = wide ? 'f32x4' : 'f32';
  const int = wide ? 'i32x4' : 'i32';
  const type32 = wide ? 'v128' : undefined;
  const signed = (kind: Element) => (kind === 'i32' ? 's' : 'u');
  if (from === 'bool') {
    const one = of === 'f32' ? f32(1) : i32(1);
    if (wide) return made(make('v128', 'v128.and', code, splat(machineOf(of), one)));
    return of === 'f32' ? made(make('f32', 'f32.convert_u.i32', code)) : made(code);
  }
  if (of === 'bool') {
    const zero = from === 'f32' ? f32(0) : i32(0);
    const machine = machineOf(from);
    return wide ? made(make('v128', `${machine}x4.ne`, code, splat(machine, zero))) : made(make('i32', `${machine}.ne`, code, zero));
  }
  if (of === 'f32') return made(make(type32 ?? 'f32', wide ? `f32x4.convert_i32x4_${signed(from)}` : `f32.convert_${signed(from)}.i32`, code));
  if (from === 'f32') return made(make(type32 ?? 'i32', wide ? `${int}.trunc_sat_${float}_${signed(of)}` : `i32.trunc_${signed(of)}_sat.f32`, code));
  return made(code);
}

/** The bits of numbers as numbers of another kind. */
export function bitcast(value: Value, of: Element): Value {
  const type = value.type as Numbers;
  const [from, to] = [machineOf(type.of), machineOf(of)];
  const [code] = value.leaves as [Code];
  if (type.kind === 'vec') return valueOf(vec(type.size, of), code);
  return valueOf(scalar(of), from === to ? code : make(to, `${to}.reinterpret`, code));
}

export const named = (value: Value): string => nameOf(value.type);
