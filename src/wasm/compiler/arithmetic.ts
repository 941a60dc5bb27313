import { defined } from '../../numbers/defined';
import { choose, compose, constantOf, f32, i32, laneOf, make, shuffle, splat, type Code } from './ir';
import { isAbstract, scalar, vec, type Element, type Type } from './types';
import { concrete, lane, machineOf, named, settle, settled, spread, valueOf, vectorOf, type Numbers, type Value } from './values';

const ARITHMETIC: Record<string, string> = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' };
const COMPARISON: Record<string, string> = { '==': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' };
const BITS: Record<string, string> = { '&': 'and', '|': 'or', '^': 'xor' };
const SHIFTS = ['<<', '>>'];

/** Makes a value cheap to use twice. */
export type Keep = (value: Value) => Value;

/** `left op right`, or the reason why there is no such thing. Short circuits are the caller's. */
export function binary(op: string, left: Value, right: Value, keep: Keep): Value | string {
  if (left.type.kind === 'mat' || right.type.kind === 'mat') return ofMatrices(op, keep(left), keep(right)) ?? `${named(left)} ${op} ${named(right)} is not supported`;
  if (SHIFTS.includes(op)) return shift(op, settled(left), settle(right, 'u32') ?? right, keep);
  const pair = unify(left, right);
  if (!pair) return `${named(left)} ${op} ${named(right)} is not an operation of WGSL`;
  const [a, b] = pair;
  const type = a.type as Numbers;
  const [x, y] = [defined(a.leaves[0]), defined(b.leaves[0])];
  if (isAbstract(type.of)) return ofLiterals(op, type.of, constantOf(x)!, constantOf(y)!) ?? `${op} of literals is not supported`;
  const wide = type.kind === 'vec';
  const machine = machineOf(type.of);
  const prefix = wide ? `${machine}x4` : machine;
  const same = (name: string): Value => valueOf(type, make(wide ? 'v128' : machine, name, x, y));
  if (BITS[op] && type.of !== 'f32') return same(`${wide ? 'v128' : 'i32'}.${BITS[op]}`);
  if (COMPARISON[op]) {
    const sign = type.of === 'f32' || op === '==' || op === '!=' ? '' : type.of === 'i32' ? '_s' : '_u';
    return valueOf(wide ? vec(type.size, 'bool') : scalar('bool'), make(wide ? 'v128' : 'i32', `${prefix}.${COMPARISON[op]}${sign}`, x, y));
  }
  if (type.of === 'bool') return `${named(left)} ${op} ${named(right)} is not an operation of WGSL`;
  if (type.of !== 'f32' && (op === '/' || op === '%')) return wide ? eachLane(type, a, b, (p, q) => divide(op, type.of, p, q), keep) : divided(op, type, keep(a), keep(b));
  if (ARITHMETIC[op]) return same(`${prefix}.${ARITHMETIC[op]}`);
  return `${named(left)} ${op} ${named(right)} is not supported`;
}

const divided = (op: string, type: Numbers, a: Value, b: Value): Value => valueOf(type, divide(op, type.of, defined(a.leaves[0]), defined(b.leaves[0])));

/** Division of whole numbers as WGSL has it: by zero it gives the number itself, and no remainder. */
function divide(op: string, of: Element, a: Code, b: Code): Code {
  const name = `i32.${op === '/' ? 'div' : 'rem'}_${of === 'i32' ? 's' : 'u'}`;
  const known = constantOf(b);
  if (known !== undefined && known !== 0 && known !== -1) return make('i32', name, a, b);
  const none = make('i32', 'i32.eqz', b);
  // The smallest number by minus one overflows, which WebAssembly does not forgive.
  const never = of === 'u32' ? none : make('i32', 'i32.or', none, make('i32', 'i32.and', make('i32', 'i32.eq', a, i32(-(2 ** 31))), make('i32', 'i32.eq', b, i32(-1))));
  return make('i32', name, op === '%' ? choose(never, i32(0), a) : a, choose(never, i32(1), b));
}

/** WebAssembly lacks some operations on vectors: here they are done one by one. */
function eachLane(type: Numbers, a: Value, b: Value, each: (a: Code, b: Code) => Code, keep: Keep): Value {
  const { size } = type as Extract<Type, { kind: 'vec' }>;
  const [p, q] = [keep(a), keep(b)];
  return vectorOf(type.of, Array.from({ length: size }, (_, i) => each(defined(lane(p, i).leaves[0]), defined(lane(q, i).leaves[0]))));
}

function shift(op: string, left: Value, right: Value, keep: Keep): Value | string {
  const [type, by] = [left.type as Numbers, right.type as Numbers];
  if (concrete(by.of) !== 'u32' || machineOf(type.of) !== 'i32' || type.of === 'bool') return `${named(left)} ${op} ${named(right)} is not an operation of WGSL`;
  const name = op === '<<' ? 'shl' : type.of === 'i32' ? 'shr_s' : 'shr_u';
  const [x, n] = [defined(left.leaves[0]), defined(right.leaves[0])];
  if (type.kind === 'scalar') return by.kind === 'scalar' ? valueOf(type, make('i32', `i32.${name}`, x, n)) : `${named(left)} ${op} ${named(right)} is not an operation of WGSL`;
  if (by.kind === 'scalar') return valueOf(type, make('v128', `i32x4.${name}`, x, n));
  if (n.op === 'words') {
    const lanes = n.words.slice(0, type.size);
    if (op === '<<') return valueOf(type, make('v128', 'i32x4.mul', x, compose('i32', n.words.map((by) => i32(1 << by)))));
    if (lanes.every((by) => by === lanes[0])) return valueOf(type, make('v128', `i32x4.${name}`, x, i32(defined(lanes[0]))));
  }
  return eachLane(type, left, right, (a, b) => make('i32', `i32.${name}`, a, b), keep);
}

function ofLiterals(op: string, of: Element, a: number, b: number): Value | undefined {
  const compared: Record<string, boolean> = { '==': a === b, '!=': a !== b, '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b };
  if (op in compared) return valueOf(scalar('bool'), i32(Number(compared[op])));
  const whole = of === 'abstract-int';
  const results: Record<string, number> = { '+': a + b, '-': a - b, '*': a * b, '/': whole ? Math.trunc(a / b) : a / b, '%': a % b };
  const value = results[op];
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return valueOf(scalar(of), whole ? { op: 'const', type: 'i32', value } : f32(value));
}

/** Two operands as one type: literals take the other's kind, numbers the other's size. */
export function unify(left: Value, right: Value): [Value, Value] | undefined {
  const [a, b] = [left.type, right.type];
  if ((a.kind !== 'scalar' && a.kind !== 'vec') || (b.kind !== 'scalar' && b.kind !== 'vec')) return undefined;
  const of = a.of === b.of ? a.of : !isAbstract(a.of) ? a.of : !isAbstract(b.of) ? b.of : 'abstract-float';
  const [x, y] = [settle(left, of), settle(right, of)];
  if (!x || !y || (x.type as Numbers).of !== (y.type as Numbers).of) return undefined;
  if (a.kind === b.kind) return a.kind === 'scalar' || (b.kind === 'vec' && a.size === b.size) ? [x, y] : undefined;
  if (isAbstract(of)) return undefined;
  return a.kind === 'vec' ? [x, spread(y, a.size)] : [spread(x, (b as Extract<Type, { kind: 'vec' }>).size), y];
}

/** `-x`, `!x` or `~x`. */
export function unary(op: '-' | '!' | '~', value: Value): Value | string {
  const { type } = value;
  if (type.kind !== 'scalar' && type.kind !== 'vec') return `${op}${named(value)} is not supported`;
  const code = defined(value.leaves[0]);
  const wide = type.kind === 'vec';
  if (op === '-' && isAbstract(type.of)) return valueOf(type, { op: 'const', type: machineOf(type.of), value: -constantOf(code)! });
  if (op === '-' && type.of === 'f32') {
    const known = constantOf(code);
    return valueOf(type, known !== undefined ? f32(-known) : make(wide ? 'v128' : 'f32', wide ? 'f32x4.neg' : 'f32.neg', code));
  }
  if (op === '-' && type.of === 'i32') return valueOf(type, wide ? make('v128', 'i32x4.neg', code) : make('i32', 'i32.sub', i32(0), code));
  if (op === '!' && type.of === 'bool') return valueOf(type, wide ? make('v128', 'v128.not', code) : make('i32', 'i32.eqz', code));
  if (op === '~' && machineOf(type.of) === 'i32' && type.of !== 'bool') {
    const whole = settled(value);
    return valueOf(whole.type, wide ? make('v128', 'v128.not', defined(whole.leaves[0])) : make('i32', 'i32.xor', defined(whole.leaves[0]), i32(-1)));
  }
  return `${op}${named(value)} is not an operation of WGSL`;
}

// ---- vectors and matrices of f32 ------------------------------------------------------------------------------

const times = (a: Code, b: Code): Code => make('v128', 'f32x4.mul', a, b);
const plus = (a: Code, b: Code): Code => make('v128', 'f32x4.add', a, b);
const everywhere = (vector: Code, lane: number): Code => (vector.op === 'words' ? splat('f32', laneOf('f32', vector, lane)) : shuffle(vector, [lane, lane, lane, lane]));

function ofMatrices(op: string, left: Value, right: Value): Value | undefined {
  const [a, b] = [left.type, right.type];
  if (a.kind === 'mat' && b.kind === 'mat' && (op === '+' || op === '-') && a.columns === b.columns && a.rows === b.rows) {
    return { type: a, leaves: left.leaves.map((column, i) => make('v128', op === '+' ? 'f32x4.add' : 'f32x4.sub', column, defined(right.leaves[i]))) };
  }
  if (op !== '*') return undefined;
  if (a.kind === 'mat' && b.kind === 'vec' && b.of === 'f32' && b.size === a.columns) return valueOf(vec(a.rows, 'f32'), weighed(left.leaves, defined(right.leaves[0])));
  if (a.kind === 'vec' && a.of === 'f32' && b.kind === 'mat' && a.size === b.rows) return valueOf(vec(b.columns, 'f32'), weighed(transpose(right).leaves, defined(left.leaves[0])));
  if (a.kind === 'mat' && b.kind === 'mat' && a.columns === b.rows) return { type: { kind: 'mat', columns: b.columns, rows: a.rows }, leaves: right.leaves.map((column) => weighed(left.leaves, column)) };
  const [matrix, number] = a.kind === 'mat' ? [left, settle(right, 'f32')] : [right, settle(left, 'f32')];
  if (number?.type.kind !== 'scalar' || number.type.of !== 'f32') return undefined;
  return { type: matrix.type, leaves: matrix.leaves.map((column) => times(column, splat('f32', defined(number.leaves[0])))) };
}

/** The sum of columns times the numbers of a vector, in their order. */
const weighed = (columns: Code[], by: Code): Code => columns.map((column, i) => times(column, everywhere(by, i))).reduce(plus);

/** Rows as columns. */
export function transpose(value: Value): Value {
  const { columns, rows } = value.type as Extract<Type, { kind: 'mat' }>;
  const zero = splat('f32', f32(0));
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => value.leaves[i] ?? zero) as [Code, Code, Code, Code];
  const mix = (a: Code, b: Code, lanes: number[]): Code => ({ op: 'do', type: 'v128', name: 'i8x16.shuffle', args: [a, b], mask: lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)) });
  const lowAB = mix(a, b, [0, 4, 1, 5]);
  const highAB = mix(a, b, [2, 6, 3, 7]);
  const lowCD = mix(c, d, [0, 4, 1, 5]);
  const highCD = mix(c, d, [2, 6, 3, 7]);
  const all = [mix(lowAB, lowCD, [0, 1, 4, 5]), mix(lowAB, lowCD, [2, 3, 6, 7]), mix(highAB, highCD, [0, 1, 4, 5]), mix(highAB, highCD, [2, 3, 6, 7])];
  return { type: { kind: 'mat', columns: rows, rows: columns }, leaves: all.slice(0, rows) };
}

/** The sum of the products of two vectors' numbers, in their order. */
export function dot(a: Value, b: Value, keep: Keep): Value {
  const { size } = a.type as Extract<Type, { kind: 'vec' }>;
  const products = keep(valueOf(a.type, times(defined(a.leaves[0]), defined(b.leaves[0]))));
  return valueOf(scalar('f32'), Array.from({ length: size }, (_, i) => laneOf('f32', defined(products.leaves[0]), i)).reduce((x, y) => make('f32', 'f32.add', x, y)));
}

/** One of two values by a condition, which may be one for each number of a vector. */
export function select(no: Value, yes: Value, condition: Value): Value | undefined {
  const pair = unify(no, yes);
  if (!pair || condition.type.kind === 'mat') return undefined;
  const [a, b] = pair.map(settled) as [Value, Value];
  const type = a.type as Numbers;
  if (condition.type.kind === 'scalar') return valueOf(type, choose(defined(condition.leaves[0]), defined(b.leaves[0]), defined(a.leaves[0])));
  if (condition.type.kind !== 'vec' || type.kind !== 'vec') return undefined;
  return valueOf(type, make('v128', 'v128.bitselect', defined(b.leaves[0]), defined(a.leaves[0]), defined(condition.leaves[0])));
}

/** The lanes of a vector that have this index, as a mask. */
export const laneMask = (index: Code): Code => make('v128', 'i32x4.eq', splat('i32', index), compose('i32', [0, 1, 2, 3].map(i32)));

