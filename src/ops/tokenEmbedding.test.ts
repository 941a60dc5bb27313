import { expect, test } from 'vitest';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import type { Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { adamw } from '../optim/adamw';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { tokenEmbedding } from './tokenEmbedding';

const V = 50;
const C = 12;
const ids = Uint32Array.from({ length: 24 }, (_, i) => (i * 11) % V);

/** Looks up, goes back, and updates, on a device that binds at most `maxBinding` bytes. */
async function run(maxBinding: number, padding?: number) {
  const rec = new Recorder({ maxBinding });
  const keep: Tensor[] = [];
  let table!: Tensor;
  let input!: Tensor;
  let dout!: Tensor;
  const train = rec.program('train', () => {
    table = rec.param('table', [V, C], 'adapter');
    rec.param('small', [5], 'adapter');
    input = rec.declare('input', 'ids', [2, 12], 'u32');
    const out = tokenEmbedding(table, input, padding);
    keep.push(rec.keep(out));
    dout = rec.declare('input', 'dout', out.shape);
    rec.backward(out, dout);
  });
  const update = rec.program('update', () => adamw({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: {}, headGroups: [] }));
  const machine = await Machine.build(await mustOpen(gpu()), rec);
  const bound = Math.max(...machine.plan.buffers.filter((b) => b.role !== 'temp').map((b) => b.bound));
  machine.write(table, Float32Array.from({ length: V * C }, (_, i) => Math.sin(i)));
  machine.write(input, ids);
  machine.write(dout, Float32Array.from({ length: 24 * C }, (_, i) => Math.cos(i)));
  const grads: Float32Array[] = [];
  for (const micro of [0, 1]) {
    machine.setStep({ ...noStep, lr: 0.1, c1: 10, c2: Math.sqrt(1000), micro });
    await machine.run(train);
    grads.push(await machine.readF32(rec.paramGrad(table)));
  }
  await machine.run(update);
  const result = { out: await machine.readF32(defined(keep[0])), grads, after: await machine.readF32(table), entries: train.entries.length, bound };
  machine.destroy();
  return result;
}

test('the row of padding is read, and learns nothing', async () => {
  const [all, without] = [await run(1 << 20), await run(1 << 20, ids[3])];
  expect(without.out).toEqual(all.out);
  without.grads.forEach((grad, i) => expect([...grad]).toEqual([...defined(all.grads[i])].map((value, at) => (Math.floor(at / C) === ids[3] ? 0 : value))));
  expect(Math.max(...defined(all.grads[0]).subarray(defined(ids[3]) * C, (defined(ids[3]) + 1) * C).map(Math.abs))).toBeGreaterThan(0);
});

test('a table too large for one binding is read, trained and updated in slices, with the same numbers', async () => {
  const whole = await run(1 << 20);
  const sliced = await run(1280);
  expect(whole.entries).toBe(3);
  expect(sliced.entries).toBe(12);
  expect(sliced.bound).toBeLessThanOrEqual(1280);
  expect({ ...sliced, entries: 0, bound: 0 }).toEqual({ ...whole, entries: 0, bound: 0 });
  expect(maxError(whole.out, Array.from({ length: 24 * C }, (_, i) => Math.sin(defined(ids[Math.floor(i / C)]) * C + (i % C))))).toBeLessThan(1e-6);
  // The second micro-batch adds to the first.
  expect(maxError(defined(whole.grads[1]), defined(whole.grads[0]).map((g) => 2 * g))).toBeLessThan(1e-6);
  expect(whole.after).not.toEqual(whole.out);
});
