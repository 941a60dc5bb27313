import type { Device } from '../engine/device';
import { packing } from '../io/stored';
import { defined } from '../numbers/defined';
import { randloraMerge } from '../ops/randlora';
import { floats, runThrice, whole } from './run';

/** A size that no tile divides, tall and wide. */
const sizes = [{ in: 36, out: 68, r: 3, n: 12 }, { in: 100, out: 40, r: 4, n: 20 }];
type Size = (typeof sizes)[number];
const LAYERS = 2;

type Values = Record<'A' | 'B' | 'lambda' | 'gamma' | 'weight' | 'dy', Float32Array>;
const RESULTS = ["W'", 'the gradient of lambda', 'the gradient of gamma'];

/**
 * RandLoRA's W' and the gradients of lambda and gamma in the forms that this device would take, with and without exchange
 * between neighbours, bases in f32 and bf16, against whole numbers that must come out exactly.
 */
export async function checkRandlora(device: Device): Promise<void> {
  const { quads } = device;
  try {
    for (const size of sizes) {
      const { in: inner, out, r, n } = size;
      const [all, d] = [LAYERS * inner * out, Math.min(inner, out)];
      const values: Values = { A: signs(r * d, 1), B: whole(Math.max(inner, out) * n * r, 2), lambda: signs(LAYERS * r * n, 3), gamma: signs(LAYERS * n * d, 4), weight: whole(all, 5), dy: whole(all, 6) };
      const want = reference(size, values);
      for (const dtype of ['f32', 'bf16'] as const) {
        for (device.quads of quads ? [true, false] : [false]) {
          const got = await run(device, size, values, dtype);
          RESULTS.forEach((what, o) => {
            const at = defined(want[o]).findIndex((v, i) => v !== defined(got[o])[i]);
            if (at >= 0) throw new Error(`${what} of RandLoRA, ${inner} to ${out}, r ${r}, ${dtype} bases${device.quads ? ', by quads' : ''} has ${defined(got[o])[at]} in element ${at}, not ${defined(want[o])[at]}`);
          });
        }
      }
    }
  } finally {
    device.quads = quads;
  }
}

async function run(device: Device, { in: inner, out, r, n }: Size, values: Values, dtype: 'f32' | 'bf16'): Promise<Float32Array[]> {
  const [D, d] = [Math.max(inner, out), Math.min(inner, out)];
  const words = await runThrice(device, (rec) => {
    const A = rec.declare('bases', 'A', [r, 1, d]);
    const B = rec.declare('bases', 'B', [D, n, r], dtype);
    const lambda = rec.declare('input', 'lambda', [LAYERS, r, n], 'f32', true);
    const gamma = rec.declare('input', 'gamma', [LAYERS, n, d], 'f32', true);
    const weight = rec.declare('frozen', 'weight', [LAYERS, out, inner]);
    const dy = rec.declare('input', 'dy', [LAYERS, out, inner]);
    const merged = randloraMerge(weight, { A, B, lambda, gamma, paper: false }, 1);
    rec.backward(merged, dy);
    return {
      inputs: [[A, values.A], [B, packing[dtype].pack(values.B)], [lambda, values.lambda], [gamma, values.gamma], [weight, values.weight], [dy, values.dy]],
      outputs: [merged, rec.gradOf(lambda)!, rec.gradOf(gamma)!],
    };
  });
  return words.map(floats);
}

/** -1, 0 and 1. */
const signs = (count: number, seed: number): Float32Array => whole(count, seed).map(Math.sign);

/** W', dlambda and dgamma as the formulas have them (arXiv 2502.00987, PEFT's pairing). */
function reference({ in: inner, out, r, n }: Size, v: Values): Float64Array[] {
  const [D, d] = [Math.max(inner, out), Math.min(inner, out)];
  const merged = Float64Array.from(v.weight);
  const [dlambda, dgamma] = [new Float64Array(v.lambda.length), new Float64Array(v.gamma.length)];
  for (let g = 0; g < LAYERS; g++) {
    for (let k = 0; k < r; k++) {
      for (let j = 0; j < n; j++) {
        const l = (g * r + k) * n + j;
        for (let c = 0; c < d; c++) {
          const [a, e] = [defined(v.A[k * d + c]), (g * n + j) * d + c];
          let t = 0;
          for (let row = 0; row < D; row++) {
            const at = g * D * d + (inner <= out ? row * d + c : c * D + row);
            const b = defined(v.B[row * n * r + k * n + j]);
            merged[at] = defined(merged[at]) + (b * defined(v.lambda[l]) * a * defined(v.gamma[e]));
            t += a * b * defined(v.dy[at]);
          }
          dlambda[l] = defined(dlambda[l]) + (t * defined(v.gamma[e]));
          dgamma[e] = defined(dgamma[e]) + (t * defined(v.lambda[l]));
        }
      }
    }
  }
  return [merged, dlambda, dgamma];
}
