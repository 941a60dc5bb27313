import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import type { AttentionForm } from '../engine/record';
import { noStep } from '../engine/step';
import { sizeOf } from '../engine/tensor';
import { activation } from '../ops/activation';
import { packedAttention } from '../ops/attention';
import { mustOpen, opCase, randomNormal, recordCase, type OpCase } from '../testing/checkOp';
import { here } from './here.node';

/**
 * A run that has collapsed has attention that looks at one token alone, inputs of GELU far below zero, and small gradients. What it
 * then computes must be zero or a normal number: a processor multiplies a subnormal one a hundred times more slowly, which made a
 * step of such a run four times as long.
 */
const LEAST_NORMAL = 2 ** -126;
const SMALL = 1e-12;

let device: Device;
beforeAll(async () => void (device = await mustOpen(here())));

/** The output of a case and its gradients for small `dout`. */
async function made(c: OpCase): Promise<Record<string, Float32Array>> {
  const random = randomNormal(3);
  const { rec, program, inputs, out, dout, grads } = recordCase(c);
  const machine = await Machine.build(device, rec);
  try {
    for (const [name, t] of Object.entries(inputs)) machine.write(t, Float32Array.from({ length: sizeOf(t.shape) }, (_, i) => c.inputs[name]!.from!(random, i)));
    machine.write(dout!, Float32Array.from({ length: sizeOf(out.shape) }, () => SMALL * random()));
    machine.setStep(noStep);
    await machine.run(program);
    const read: Record<string, Float32Array> = { out: await machine.readF32(out) };
    for (const [name, grad] of Object.entries(grads)) read[name] = await machine.readF32(grad);
    return read;
  } finally {
    machine.destroy();
  }
}

const subnormal = (values: Float32Array): number => values.filter((v) => v !== 0 && Math.abs(v) < LEAST_NORMAL).length;

const FORMS: Record<string, AttentionForm> = {
  fused: { forward: 'fused', backward: 'fused', keep: false },
  products: { forward: 'products', backward: 'products', keep: true },
  'products, P made twice': { forward: 'products', backward: 'products', keep: false },
  head: { forward: 'fused', backward: 'head', keep: false },
};

test.each(Object.entries(FORMS))('attention that looks at one token has no subnormal gradients, as %s', async (_, form) => {
  const [B, T, heads, D] = [2, 17, 2, 16];
  const from = (random: () => number) => 12 * random();
  const c = opCase({ name: 'saturated', inputs: { qkv: { shape: [B, T, 3 * heads * D], from } }, run: ({ qkv }) => packedAttention(qkv, heads), reference: () => [], attention: form });
  const read = await made(c);
  expect(read.qkv!.some((v) => v !== 0)).toBe(true);
  for (const [name, values] of Object.entries(read)) expect(subnormal(values), name).toBe(0);
});

test.each(['gelu', 'quick_gelu', 'gelu_new'] as const)('%s far from zero has no subnormal gradients', async (act) => {
  const shape = [8, 64] as const;
  const c = opCase({ name: 'saturated', inputs: { x: { shape, from: (_, i) => (i - 256) / 4 } }, run: ({ x }) => activation(x, act), reference: () => [] });
  for (const [name, values] of Object.entries(await made(c))) expect(subnormal(values), name).toBe(0);
});
