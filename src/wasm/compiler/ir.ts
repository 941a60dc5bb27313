/**
 * Form of a kernel between WGSL and WebAssembly: expressions over the numbers that WebAssembly has, and structured steps.
 * Functions, structs, matrices and pointers are gone; barriers are still there.
 */
import { defined } from '../../numbers/defined';

export type Wasm = 'i32' | 'f32' | 'v128';

/** A variable of one number. What is `fixed` keeps its value from where it is set to where it goes out of sight. */
export interface Local {
  type: Wasm;
  name: string;
  fixed: boolean;
  /** The largest number, without a sign, that it holds where that is known (most.ts). */
  most?: number;
}

export type Code =
  /** Of f32 the value is rounded when the code is made; abstract numbers of WGSL are exact until then. */
  | { op: 'const'; type: 'i32' | 'f32'; value: number }
  | { op: 'words'; type: 'v128'; words: number[] }
  | { op: 'get'; type: Wasm; local: Local }
  /** Set when a dispatch begins, or an override. */
  | { op: 'global'; type: 'i32'; name: string }
  | { op: 'load'; type: Wasm; bytes: 4 | 8 | 16; address: Code; offset: number }
  /** A function of the library, of one vector. */
  | { op: 'call'; type: 'v128'; name: string; args: Code[] }
  /** Four numbers side by side; `free` where making it again costs nothing. */
  | { op: 'compose'; type: 'v128'; of: 'i32' | 'f32'; args: Code[]; free: boolean }
  | { op: 'select'; type: Wasm; args: [condition: Code, yes: Code, no: Code] }
  /** An instruction by its name. */
  | { op: 'do'; type: Wasm; name: string; args: Code[]; lane?: number; mask?: number[] };

/** Target of a `break`: behind the block or loop that has the same object. */
export interface Label {
  name: string;
}

export type Step =
  | { kind: 'set'; local: Local; value: Code }
  | { kind: 'store'; bytes: 4 | 8 | 16; address: Code; offset: number; value: Code }
  | { kind: 'if'; condition: Code; then: Step[]; otherwise: Step[] }
  /** Goes on while the condition holds; `next` comes after the body, also after a break to `again`. */
  | { kind: 'loop'; out: Label; again: Label; head: Step[]; condition: Code; body: Step[]; next: Step[] }
  | { kind: 'block'; out: Label; body: Step[] }
  | { kind: 'break'; to: Label }
  | { kind: 'clear'; address: Code; bytes: Code }
  | { kind: 'barrier' };

export const i32 = (value: number): Code => ({ op: 'const', type: 'i32', value: value | 0 });
export const f32 = (value: number): Code => ({ op: 'const', type: 'f32', value });
export const get = (local: Local): Code => ({ op: 'get', type: local.type, local });
export const set = (local: Local, value: Code): Step => ({ kind: 'set', local, value });

/** The value of a constant, or undefined. */
export const constantOf = (code: Code): number | undefined => (code.op === 'const' ? code.value : undefined);

const bits = new DataView(new ArrayBuffer(4));

/** The bits of a constant. */
function wordOf(code: Extract<Code, { op: 'const' }>): number {
  if (code.type === 'i32') return code.value;
  bits.setFloat32(0, code.value);
  return bits.getInt32(0);
}

function ofWord(type: 'i32' | 'f32', word: number): Code {
  if (type === 'i32') return i32(word);
  bits.setInt32(0, word);
  return f32(bits.getFloat32(0));
}

/** Four numbers side by side. What is constant is one constant. */
export function compose(of: 'i32' | 'f32', args: Code[], free = false): Code {
  if (args.every((arg) => arg.op === 'const')) return { op: 'words', type: 'v128', words: args.map(wordOf) };
  return { op: 'compose', type: 'v128', of, args, free };
}

/** The same number in each of four places. */
export const splat = (of: 'i32' | 'f32', code: Code): Code =>
  code.op === 'const' ? compose(of, [code, code, code, code]) : { op: 'do', type: 'v128', name: `${of}x4.splat`, args: [code] };

/** One of four numbers. */
export function laneOf(of: 'i32' | 'f32', code: Code, lane: number): Code {
  if (code.op === 'words') return ofWord(of, defined(code.words[lane]));
  if (code.op === 'compose' && code.of === of) return defined(code.args[lane]);
  if (code.op === 'do' && code.name === `${of}x4.splat`) return defined(code.args[0]);
  return { op: 'do', type: of, name: `${of}x4.extract_lane`, args: [code], lane };
}

/** The numbers at four places of a vector. */
export function shuffle(code: Code, lanes: number[]): Code {
  if (code.op === 'words') return { ...code, words: lanes.map((lane) => defined(code.words[lane])) };
  return { op: 'do', type: 'v128', name: 'i8x16.shuffle', args: [code, code], mask: lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)) };
}

export function choose(condition: Code, yes: Code, no: Code): Code {
  const known = constantOf(condition);
  if (known !== undefined) return known ? yes : no;
  return { op: 'select', type: yes.type, args: [condition, yes, no] };
}

const folded: Record<string, (a: number, b: number) => number> = {
  'i32.add': (a, b) => a + b,
  'i32.sub': (a, b) => a - b,
  'i32.mul': Math.imul,
  'i32.and': (a, b) => a & b,
  'i32.or': (a, b) => a | b,
  'i32.xor': (a, b) => a ^ b,
  'i32.shl': (a, b) => a << b,
  'i32.shr_s': (a, b) => a >> b,
  'i32.shr_u': (a, b) => a >>> b,
  'i32.eq': (a, b) => Number(a === b),
  'i32.ne': (a, b) => Number(a !== b),
  'i32.lt_s': (a, b) => Number(a < b),
  'i32.le_s': (a, b) => Number(a <= b),
  'i32.gt_s': (a, b) => Number(a > b),
  'i32.ge_s': (a, b) => Number(a >= b),
  'i32.lt_u': (a, b) => Number(a >>> 0 < b >>> 0),
  'i32.le_u': (a, b) => Number(a >>> 0 <= b >>> 0),
  'i32.gt_u': (a, b) => Number(a >>> 0 > b >>> 0),
  'i32.ge_u': (a, b) => Number(a >>> 0 >= b >>> 0),
  'i32.div_u': (a, b) => (a >>> 0) / (b >>> 0),
  'i32.rem_u': (a, b) => (a >>> 0) % (b >>> 0),
};

/** An instruction. Whole numbers that are known are computed here, so that branches on them can be left out. */
export function make(type: Wasm, name: string, ...args: Code[]): Code {
  const [a, b] = args;
  if (a?.op === 'const' && a.type === 'i32') {
    if (name === 'i32.eqz') return i32(Number(a.value === 0));
    if (b?.op === 'const' && folded[name]) return i32(folded[name](a.value, b.value));
  }
  const left = a && constantOf(a);
  const right = b && constantOf(b);
  if (type === 'i32' && ((name === 'i32.add' && right === 0) || (name === 'i32.mul' && right === 1))) return defined(a);
  if (type === 'i32' && ((name === 'i32.add' && left === 0) || (name === 'i32.mul' && left === 1))) return defined(b);
  return { op: 'do', type, name, args };
}

/** The expressions right below one. */
export function partsOf(code: Code): Code[] {
  switch (code.op) {
    case 'load':
      return [code.address];
    case 'call':
    case 'compose':
    case 'select':
    case 'do':
      return code.args;
    default:
      return [];
  }
}
