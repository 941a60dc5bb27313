import { expect, test } from 'vitest';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { defined } from '../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { cachedAttention } from './cachedAttention';

const [heads, kv, D, room, window] = [4, 2, 6, 300, 270];

/** Softmax over the keys that a token sees, in f64. */
function reference(q: Float32Array, keys: Float64Array[], values: Float64Array[], position: number): Float64Array {
  const out = new Float64Array(heads * D);
  const from = Math.max(0, position + 1 - window);
  for (let h = 0; h < heads; h++) {
    const at = Math.floor((h * kv) / heads) * D;
    const weights = Array.from({ length: position + 1 - from }, (_, i) => Math.exp(Array.from({ length: D }, (__, c) => defined(q[h * D + c]) * defined(defined(keys[from + i])[at + c])).reduce((a, b) => a + b) / Math.sqrt(D)));
    const total = weights.reduce((a, b) => a + b);
    weights.forEach((w, i) => { for (let c = 0; c < D; c++) out[h * D + c] = defined(out[h * D + c]) + ((w / total) * defined(defined(values[from + i])[at + c])); });
  }
  return out;
}

test('tokens that come one by one, or several at once, see what came before on their own line, within the window', async () => {
  const random = randomNormal(3);
  const draw = (n: number) => Float32Array.from({ length: n }, random);
  const width = (heads + 2 * kv) * D;
  const rec = new Recorder();
  const [keys, values] = ['keys', 'values'].map((name) => rec.declare('state', name, [2, room, kv * D]));
  const lines = rec.declare('input', 'lines', [2, room], 'u32');
  const record = (B: number, n: number) => {
    const [qkv, positions] = [rec.declare('input', `qkv ${B} ${n}`, [B, n, width]), rec.declare('input', `positions ${B} ${n}`, [B, n], 'u32')];
    let out = qkv;
    const program = rec.program(`${B} ${n}`, () => void (out = rec.keep(cachedAttention(qkv, positions, { keys: keys!, values: values!, lines, window }, { heads, kv_heads: kv }))), { gradients: false });
    return { program, qkv, positions, out };
  };
  const [many, each] = [record(1, 290), record(2, 1)];
  const machine = await Machine.build(await mustOpen(gpu()), rec);
  machine.setStep(noStep);
  const run = async ({ program, qkv, positions, out }: typeof many, data: Float32Array, at: number[]) => {
    machine.write(qkv, data);
    machine.write(positions, Uint32Array.from(at));
    await machine.run(program);
    return machine.readF32(out);
  };
  machine.write(lines, new Uint32Array(2 * room));
  const first = draw(290 * width);
  const row = (data: Float32Array, i: number, from: number, count: number) => data.slice(i * width + from, i * width + from + count);
  const shared = { keys: Array.from({ length: 290 }, (_, i) => Float64Array.from(row(first, i, heads * D, kv * D))), values: Array.from({ length: 290 }, (_, i) => Float64Array.from(row(first, i, (heads + kv) * D, kv * D))) };
  const seen = await run(many, first, Array.from({ length: 290 }, (_, i) => i));
  for (const i of [0, 1, 255, 256, 289]) expect(maxError(seen.slice(i * heads * D, (i + 1) * heads * D), reference(row(first, i, 0, heads * D), shared.keys, shared.values, i)), String(i)).toBeLessThan(2e-6);
  // Two rows go on from it, on lines of their own from there; then both go on from the second of them.
  const second = draw(2 * width);
  machine.write(lines, Uint32Array.from({ length: 2 * room }, (_, i) => Number(i >= room && i % room >= 290)));
  await run(each, second, [290, 290]);
  machine.write(lines, Uint32Array.from({ length: 2 * room }, (_, i) => (i % room === 290 ? 1 : i >= room && i % room > 290 ? 1 : 0)));
  const third = draw(2 * width);
  const out = await run(each, third, [291, 291]);
  machine.destroy();
  for (const b of [0, 1]) {
    const own = (of: 'keys' | 'values', from: number) => [...shared[of], ...[row(second, 1, from, kv * D), row(third, b, from, kv * D)].map((r) => Float64Array.from(r))];
    expect(maxError(out.slice(b * heads * D, (b + 1) * heads * D), reference(row(third, b, 0, heads * D), own('keys', heads * D), own('values', (heads + kv) * D), 291)), `row ${b}`).toBeLessThan(2e-6);
  }
});
