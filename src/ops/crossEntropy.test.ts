import { expect, test } from 'vitest';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { defined } from '../numbers/defined';
import { mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { crossEntropy as reference, fill } from '../testing/reference';
import { crossEntropy } from './crossEntropy';
import { METRIC_FLOATS, METRIC_SLOTS } from './metrics';

// Rows and dlogits are checked by crossEntropy.cases.ts; here is what happens to their sums.
test('metrics are sums in the slot of the step, added up over micro-batches only', async () => {
  const [B, K] = [70, 4];
  const rec = new Recorder();
  const logits = rec.declare('input', 'logits', [B, K]);
  const labels = rec.declare('input', 'labels', [B], 'u32');
  const program = rec.program('evaluate', () => void crossEntropy(logits, labels, 0.1), { gradients: false });
  expect(defined(program.entries[0]).overrides).toEqual({ GRAD: 0 });
  const device = await mustOpen(gpu());
  const machine = await Machine.build(device, rec);
  const random = randomNormal(1);
  const values = fill(B * K, () => Math.fround(random()));
  const numbers = Array.from({ length: B }, (_, i) => (i % 7 === 6 ? K : i % K));
  machine.write(logits, Float32Array.from(values));
  machine.write(labels, Uint32Array.from(numbers));
  const { rows } = reference(values, numbers, K, 0.1);
  const sum = (column: number) => rows.reduce((s, v, i) => s + (i % 4 === column ? v : 0), 0);
  const run = async (slot: number, micro: number, invCount: number) => {
    machine.setStep({ ...noStep, slot, micro, invCount });
    await machine.run(program);
    return machine.readLate(rec.find('metrics')!);
  };
  const expectSlot = (ring: Float32Array, slot: number, times: number, invCount: number) => {
    const [loss, correct, counted] = ring.subarray(slot * METRIC_FLOATS);
    expect(loss! / (times * sum(0) * invCount)).toBeCloseTo(1, 5);
    expect([correct, counted]).toEqual([times * sum(1), times * 60]);
  };
  expectSlot(await run(3, 0, 1 / 60), 3, 1, 1 / 60);
  expectSlot(await run(3, 1, 1 / 60), 3, 2, 1 / 60);
  // A new step overwrites; other slots stay.
  const ring = await run(METRIC_SLOTS - 1, 0, 0.5);
  expectSlot(ring, METRIC_SLOTS - 1, 1, 0.5);
  expectSlot(ring, 3, 2, 1 / 60);
  expectSlot(await run(3, 0, 1), 3, 1, 1);
  device.destroy();
});
