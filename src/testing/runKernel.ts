import { defined } from '../numbers/defined';
import { fill, fused, HEADER_WORDS } from '../wasm/template';
import { compile } from '../wasm/compiler/compile';

/** Runs a kernel whose buffers are `out` and, if given, `x`, both of 4-byte numbers; gives back `out`. */
export function run(text: string, { out = 4, x = [] as number[], groups = 1, overrides = {}, isFused = false } = {}): { f32: number[]; u32: number[]; i32: number[] } {
  const exact = compile('test', text);
  const made = isFused ? fused(exact) : exact;
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fill(made, overrides, false).bytes), { env: { memory } });
  const places: Record<string, number> = { x: 1024, out: 8192 };
  const counts: Record<string, number> = { x: x.length, out };
  const words = [65536, 131072, groups, 1, 1, ...made.bindings.flatMap(({ name, stride }) => [defined(places[name]), stride ? Math.floor((defined(counts[name]) * 4) / stride) - 1 : 0])];
  if (words.length !== HEADER_WORDS + 2 * made.bindings.length) throw new Error('a dispatch begins with other words');
  new Uint32Array(memory.buffer, 16, words.length).set(words);
  new Float32Array(memory.buffer, places.x, x.length).set(x);
  (exports.run as (words: number, from: number, to: number) => void)(16, 0, groups);
  const bytes = memory.buffer.slice(places.out, places.out! + 4 * out);
  return { f32: [...new Float32Array(bytes)], u32: [...new Uint32Array(bytes)], i32: [...new Int32Array(bytes)] };
}

/** A kernel of this body, whose invocations are `size` to a workgroup. */
export const kernel = (body: string, { type = 'f32', size = 1, before = '' } = {}): string => `
@group(0) @binding(0) var<storage, read_write> out: array<${type}>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
${before}
@compute @workgroup_size(${size})
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) wid: vec3<u32>, @builtin(global_invocation_id) gid: vec3<u32>) { ${body} }`;
