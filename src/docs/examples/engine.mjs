// A network of two layers learns which of two rings a point lies on: recorded once, planned, and run 300 times.
import { adamw, crossEntropy, linear, Machine, metricsRing, recorderFor, requestDevice, stepOf } from 'fullrank/engine';

const [rows, hidden] = [256, 32];
const device = await requestDevice();
const rec = recorderFor(device);
const points = rec.declare('input', 'points', [rows, 2]);
const rings = rec.declare('input', 'rings', [rows], 'u32');
const layer = (name, out, from) => ({ weight: rec.param(`${name}.weight`, [out, from], 'weights'), bias: rec.param(`${name}.bias`, [out], 'biases') });
const [first, second] = [layer('first', hidden, 2), layer('second', 2, hidden)];
let metrics;
const step = rec.program('step', () => {
  const seen = linear(points, first.weight, { bias: first.bias, act: 'relu' });
  const logits = linear(seen, second.weight, { bias: second.bias });
  rec.backward(logits, crossEntropy(logits, rings).dlogits);
  metrics = metricsRing();
  adamw({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: { weights: 0.01 }, headGroups: [] });
});

const machine = await Machine.build(device, rec); // machine.plan says the bytes by role; nothing is allocated from here on
const at = (i) => [(i % 2 ? 1 : 0.4) * Math.cos(i), (i % 2 ? 1 : 0.4) * Math.sin(i)];
machine.write(points, Float32Array.from({ length: 2 * rows }, (_, k) => at(k >> 1)[k % 2]));
machine.write(rings, Uint32Array.from({ length: rows }, (_, i) => i % 2));
for (const { weight } of [first, second]) machine.write(weight, Float32Array.from({ length: weight.shape[0] * weight.shape[1] }, (_, k) => 0.5 * Math.sin(k * k + 1)));
for (let i = 0; i <= 300; i++) {
  machine.setStep(stepOf(i, { lr: 0.02, rows }));
  await machine.run(step);
  if (i % 100) continue;
  const [loss, right] = await machine.readF32(metrics);
  console.log(`step ${i}  loss ${loss.toFixed(4)}  ${right} of ${rows} right`);
}
device.destroy();
