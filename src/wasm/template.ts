/** Words that a dispatch begins with: memory of a workgroup, of its invocations, and three sizes of the grid; then address and last index of each buffer. */
import { defined } from '../numbers/defined';

export const HEADER_WORDS = 5;

/** A buffer of a kernel: where it is bound, and how far apart its elements lie (0: it has one value, of `bytes`). */
export interface BufferBinding {
  name: string;
  binding: number;
  stride: number;
  bytes: number;
}

/** A number that may depend on the overrides: `fixed`, and for each override in `by` its value so many times. */
export interface Size {
  fixed: number;
  by: Record<string, number>;
}

/** A kernel in WebAssembly with places for the values of its overrides, which come in when it is loaded. */
export interface Template {
  bindings: BufferBinding[];
  /** Overrides by name: the usual value, and where in the bytes it goes. */
  overrides: Record<string, { usual: number; at: number[] }>;
  /** Position in the bytes of the flag for shared memory. */
  memoryAt: number;
  /** Bytes of memory of a workgroup, and of each of its invocations between barriers. */
  shared: Size;
  frame: number;
  /** Invocations of a workgroup: a number, or the override that says it. */
  invocations: number | string;
  /** Positions in the bytes of products of vectors, each followed by that of the sum that takes it: they can be fused. */
  products: number[];
  wasm: Uint8Array;
}

/** A template that is filled in. */
export interface Filled {
  bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of memory of a workgroup, and of all its invocations. */
  shared: number;
  frames: number;
}

/** Bytes of a number as `fill` writes it: always five, so that nothing moves. */
export const HOLE = 5;

/** Puts a whole number in as WebAssembly has it (signed LEB128), padded. */
function write(bytes: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < HOLE; i++) bytes[at + i] = ((value >> (7 * i)) & 0x7f) | (i < HOLE - 1 ? 0x80 : 0);
}

/** A kernel for these values of its overrides, on a memory that threads share or that one has alone. */
export function fill({ wasm, overrides, memoryAt, shared, frame, invocations }: Template, values: Record<string, number>, isShared: boolean): Filled {
  const bytes = wasm.slice();
  const valueOf = (name: string): number => values[name] ?? defined(overrides[name]).usual;
  for (const [name, { at }] of Object.entries(overrides)) for (const place of at) write(bytes, place, valueOf(name) | 0);
  // Limits with a maximum, and shared or not.
  bytes[memoryAt] = isShared ? 3 : 1;
  const size = Object.entries(shared.by).reduce((sum, [name, each]) => sum + each * valueOf(name), shared.fixed);
  return { bytes, shared: size, frames: frame * (typeof invocations === 'string' ? valueOf(invocations) : invocations) };
}

const NOP = 0x01;
/** f32x4.relaxed_madd, as long as the product and the sum in whose places it comes. Source: WebAssembly's proposal relaxed-simd. */
const MADD = [0xfd, 0x85, 0x02];

/**
 * The same kernel with multiply-adds that are rounded once where the processor has them: quicker, with last bits that depend on
 * the machine. `a b mul c add` becomes `a b c madd`, so nothing moves.
 */
export function fused(template: Template): Template {
  const wasm = template.wasm.slice();
  for (const [i, at] of template.products.entries()) wasm.set(i % 2 === 0 ? [NOP, NOP, NOP] : MADD, at);
  return { ...template, wasm };
}

/** A template as one file: how long what describes it is, that, and the bytes. Of products it says how far apart they lie, which packs better. */
export function encode({ wasm, products, ...about }: Template): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify({ ...about, products: products.map((at, i) => at - (products[i - 1] ?? 0)) }));
  const file = new Uint8Array(4 + text.length + wasm.length);
  new DataView(file.buffer).setUint32(0, text.length, true);
  file.set(text, 4);
  file.set(wasm, 4 + text.length);
  return file;
}

export function decode(file: Uint8Array): Template {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const about = JSON.parse(new TextDecoder().decode(file.subarray(4, 4 + length))) as Omit<Template, 'wasm'>;
  let at = 0;
  return { ...about, products: about.products.map((step) => (at += step)), wasm: file.subarray(4 + length) };
}

/** Gives a device a kernel, with its overrides open, by its name and text. */
export type Kernels = (name: string, text: string) => Promise<Template>;

/**
 * The text of a kernel with all its overrides open, and their values: what sizes workgroup memory the engine writes into the text
 * (engine/pipelines.ts), for the sake of drivers.
 */
export function reopened(text: string, values: Record<string, number>): { text: string; values: Record<string, number> } {
  const all = { ...values };
  const open = text.replace(/^const (\w+): u32 = (\d+)u;/gm, (_, name: string, value: string) => {
    all[name] = Number(value);
    return `override ${name}: u32 = 0u;`;
  });
  return { text: open, values: all };
}
