import type { Device } from '../engine/device';
import { recorder } from '../engine/record';
import { defined } from '../numbers/defined';
import { packedAttention } from '../ops/attention';
import { floats, runThrice } from './run';

/** Shapes of a picture, of a text, and of so many tokens that the fused kernels are chosen (ops/attentionForm.ts). */
const shapes = [
  { T: 65, heads: 2, D: 16, causal: false },
  { T: 50, heads: 1, D: 6, causal: true },
  { T: 333, heads: 1, D: 16, causal: false },
];

/** Numbers between -1.5 and 1.5 without a pattern. */
const noise = (count: number, seed: number): Float32Array => Float32Array.from({ length: count }, (_, i) => ((Math.imul(i + seed, 2_654_435_761) >>> 12) % 3001) / 1000 - 1.5);

/** Attention and its gradient in the forms that this device would take, with and without exchange between neighbours, against f64. */
export async function checkAttention(device: Device): Promise<void> {
  const quads = device.quads;
  try {
    for (const { T, heads, D, causal } of shapes) {
      const C = heads * D;
      const [qkv, dy] = [noise(T * 3 * C, 3), noise(T * C, 11)];
      const want = reference(qkv, dy, T, heads, D, causal);
      for (device.quads of quads && D % 16 === 0 ? [true, false] : [false]) {
        const got = await runThrice(device, (rec) => {
          const x = rec.declare('input', 'qkv', [1, T, 3 * C], 'f32', true);
          const dout = rec.declare('input', 'dy', [1, T, C]);
          const y = packedAttention(x, heads, { causal });
          rec.backward(y, dout);
          return { inputs: [[x, qkv], [dout, dy]], outputs: [y, recorder().gradOf(x)!] };
        });
        for (const [o, what] of ['', 'the gradient of '].entries()) {
          const at = floats(defined(got[o])).findIndex((v, i) => !(Math.abs(v - defined(defined(want[o])[i])) <= 1e-4));
          if (at >= 0) throw new Error(`${what}attention of ${T} tokens, ${heads} heads of ${D}${causal ? ', causal' : ''}${device.quads ? ', by quads' : ''} is ${floats(defined(got[o]))[at]} in element ${at}, not ${defined(want[o])[at]}`);
        }
      }
    }
  } finally {
    device.quads = quads;
  }
}

/** The result (T, C) and the gradient of q | k | v (T, 3 C), in f64. */
function reference(qkv: Float32Array, dy: Float32Array, T: number, heads: number, D: number, causal: boolean): [Float64Array, Float64Array] {
  const C = heads * D;
  const scale = 1 / Math.sqrt(D);
  const [y, grad] = [new Float64Array(T * C), new Float64Array(T * 3 * C)];
  const dot = (a: Float32Array, i: number, b: Float32Array, j: number) => {
    let s = 0;
    for (let c = 0; c < D; c++) s += defined(a[i + c]) * defined(b[j + c]);
    return s;
  };
  /** to[i + c] += w * from[j + c]. */
  const add = (to: Float64Array, i: number, w: number, from: Float32Array, j: number) => {
    for (let c = 0; c < D; c++) to[i + c] = defined(to[i + c]) + (w * defined(from[j + c]));
  };
  for (let h = 0; h < heads; h++) {
    for (let t = 0; t < T; t++) {
      const q = t * 3 * C + h * D;
      const key = (s: number) => s * 3 * C + C + h * D;
      const keys = causal ? t + 1 : T;
      const p = Float64Array.from({ length: keys }, (_, s) => Math.exp(scale * dot(qkv, q, qkv, key(s))));
      const sum = p.reduce((a, b) => a + b);
      const dp = p.map((_, s) => dot(dy, t * C + h * D, qkv, key(s) + C));
      const delta = p.reduce((a, w, s) => a + (w / sum) * defined(dp[s]), 0);
      for (let s = 0; s < keys; s++) {
        const w = defined(p[s]) / sum;
        const ds = scale * w * (defined(dp[s]) - delta);
        add(y, t * C + h * D, w, qkv, key(s) + C);
        add(grad, q, ds, qkv, key(s));
        add(grad, key(s), ds, qkv, q);
        add(grad, key(s) + C, w, dy, t * C + h * D);
      }
    }
  }
  return [y, grad];
}
