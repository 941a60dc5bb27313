import type { Device } from '../engine/device';
import { recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { unpackF16 } from '../io/float16';
import { defined } from '../numbers/defined';
import { activation, type Activation } from '../ops/activation';
import { attention } from '../ops/attention';
import { layerNorm } from '../ops/layerNorm';
import { linear } from '../ops/matmul';
import { widen } from '../ops/widen';
import { gradNormPart } from '../optim/adamw';
import { floats, runThrice } from './run';

/** Broken numbers are found by their bits, as they come from memory: drivers fold `x != x` away. */
export async function checkBroken(device: Device): Promise<void> {
  const values = Float32Array.of(NaN, Infinity, -Infinity, 3.4e38, 1e-45, 0, -1, 2);
  const [out] = await runThrice(device, (rec) => {
    const grad = rec.declare('input', 'grad', [values.length]);
    const partial = rec.temp('partial', [2]);
    gradNormPart(grad, partial, 0);
    return { inputs: [[grad, values]], outputs: [partial] };
  });
  if (floats(out)[1] !== 3) throw new Error(`of three broken numbers among eight, ${floats(out)[1]} were found`);
}

/** Every half-precision code widens to the number that it stands for. */
export async function checkHalves(device: Device): Promise<void> {
  const codes = Uint16Array.from({ length: 65_536 }, (_, i) => i);
  const [out] = await runThrice(device, (rec) => {
    const halves = rec.declare('frozen', 'halves', [codes.length], 'f16');
    return { inputs: [[halves, codes]], outputs: [widen(halves)] };
  });
  const got = floats(out);
  const want = unpackF16(codes);
  // NaN and infinity may become anything broken.
  const at = want.findIndex((value, code) => Number.isFinite(value) && got[code] !== value);
  if (at >= 0) throw new Error(`half-precision code ${at} widens to ${got[at]}, not ${want[at]}`);
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
/** erf by its series; enough for |x| < 4, and one beyond. */
function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let [sum, term] = [x, x];
  for (let n = 1; n < 80; n++) sum += (term *= (-x * x) / n) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * sum;
}
const references: Partial<Record<Activation, (x: number) => number>> = { gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)), quick_gelu: (x) => x * logistic(1.702 * x) };

/** Activations and softmax neither overflow nor stray, near zero and far out. */
export async function checkExtremes(device: Device): Promise<void> {
  const points = Float32Array.from([0, 1e-6, 0.5, 2, 5, 10, 100, 1e4].flatMap((x) => [x, -x]));
  for (const [name, reference] of Object.entries(references) as [Activation, (x: number) => number][]) {
    const [out] = await runThrice(device, (rec) => {
      const x = rec.declare('input', 'x', [points.length]);
      return { inputs: [[x, points]], outputs: [activation(x, name)] };
    });
    floats(out).forEach((y, i) => {
      const want = reference(defined(points[i]));
      if (!(Math.abs(y - want) <= 1e-5 * Math.max(1, Math.abs(want)))) throw new Error(`${name}(${points[i]}) is ${y}, not ${want}`);
    });
  }
  // Scores of ten thousand and more; values of one must come out as one whatever the weights.
  const [B, T, D] = [1, 9, 8];
  const wide = Float32Array.from({ length: B * T * D }, (_, i) => ((i * 7) % 13 - 6) * 40);
  const [out] = await runThrice(device, (rec) => {
    const qk = rec.declare('input', 'qk', [B, T, D]);
    const v = rec.declare('input', 'v', [B, T, D]);
    return { inputs: [[qk, wide], [v, new Float32Array(B * T * D).fill(1)]], outputs: [attention(qk, qk, v, 1)] };
  });
  const bad = floats(out).find((y) => !(Math.abs(y - 1) < 1e-5));
  if (bad !== undefined) throw new Error(`softmax of large scores gives weights that sum to ${bad}`);
}

/** A gradient is the same whether the layers below learn or are frozen, over a thousand rows. */
export async function checkGradients(device: Device): Promise<void> {
  const [B, T, C] = [8, 130, 16];
  const noise = (n: number, k: number) => Float32Array.from({ length: n }, (_, i) => (((i * k) % 101) - 50) / 100);
  const grads: Float32Array[] = [];
  for (const trained of [true, false]) {
    const [out] = await runThrice(device, (rec) => {
      const inputs: [Tensor, Float32Array][] = [];
      const given = (name: string, shape: number[], k: number, grad = false): Tensor => {
        const t = rec.declare(grad ? 'input' : 'frozen', name, shape, 'f32', grad);
        inputs.push([t, noise(shape.reduce((a, b) => a * b), k)]);
        return t;
      };
      const h = linear(given('x', [B, T, C], 37), given('below', [C, C], 29, trained), { act: 'gelu' });
      const n = layerNorm(attention(h, h, h, 2), given('gain', [C], 17, trained), given('shift', [C], 23, trained), 1e-6);
      const above = given('above', [5, C], 41, true);
      const y = linear(n, above);
      rec.backward(y, given('dy', [B, T, 5], 31));
      return { inputs, outputs: [recorder().gradOf(above)!] };
    });
    grads.push(floats(out));
  }
  defined(grads[0]).forEach((g, i) => {
    if (!(Math.abs(g - defined(defined(grads[1])[i])) <= 1e-5 * (1 + Math.abs(g)))) throw new Error(`a gradient is ${g} where all layers learn and ${defined(grads[1])[i]} where the lower ones are frozen`);
  });
}
