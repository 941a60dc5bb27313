import { expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { passGrad } from '../ops/add';
import { adamw } from '../optim/adamw';
import { biasCorrections } from '../optim/schedule';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { here, threadsHere } from './here.node';

/** Weights of 300 ones after 40 updates, of which every fourth is skipped. */
async function trained(device: Device): Promise<Float32Array> {
  const rec = new Recorder();
  const [weight, grad] = [rec.param('w', [300], 'weights'), rec.declare('input', 'grad', [300])];
  const program = rec.program('update', () => {
    passGrad(weight, grad);
    adamw({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: {}, headGroups: [] });
  });
  const machine = await Machine.build(device, rec);
  machine.write(weight, new Float32Array(300).fill(1));
  for (let t = 1; t <= 40; t++) {
    machine.write(grad, Float32Array.from({ length: 300 }, (_, i) => (t % 4 === 1 && i === 7 ? NaN : Math.sin(i + 0.3 * t))));
    machine.setStep({ ...noStep, lr: 0.01, update: t, ...biasCorrections(t, 0.9, 0.999) });
    await machine.run(program);
  }
  const values = await machine.readF32(weight);
  machine.destroy();
  return values;
}

test('updates behind skipped ones are those of Dawn on the processor, and the same to the bit on one thread and on three', async () => {
  const [wanted, once, again] = [await trained(await mustOpen(gpu())), await trained(await mustOpen(here(threadsHere(1)))), await trained(await mustOpen(here(threadsHere(3))))];
  expect(maxError(once, wanted)).toBeLessThan(1e-6);
  expect(again).toEqual(once);
  // 30 updates of torch's: the same gradients without those that were skipped.
  const [w, m, v] = [new Float64Array(300).fill(1), new Float64Array(300), new Float64Array(300)];
  let made = 0;
  for (let t = 1; t <= 40; t++) {
    if (t % 4 === 1) continue;
    const { c1, c2 } = biasCorrections(++made, 0.9, 0.999);
    for (const i of w.keys()) {
      const g = Math.fround(Math.sin(i + 0.3 * t));
      const [m1, v1] = [0.9 * (m[i] ?? 0) + 0.1 * g, 0.999 * (v[i] ?? 0) + 0.001 * g * g];
      [m[i], v[i]] = [m1, v1];
      w[i] = (w[i] ?? 0) - (0.01 * c1 * m1) / (Math.sqrt(v1) * c2 + 1e-8);
    }
  }
  expect(maxError(once, w)).toBeLessThan(2e-6);
});
