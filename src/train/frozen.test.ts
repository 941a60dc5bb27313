import { beforeAll, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { Device } from '../engine/device';
import { storing } from '../io/stored';
import { tensorSource, type TensorSource } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import { oneStep } from './oneStep';
import { planRun } from './plan';
import type { FrozenDtype, MethodConfig } from './protocol';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

/** The checkpoint as it is after being stored in a type: matrices rounded, vectors as they were. */
async function rounded(source: TensorSource, matrices: ReadonlySet<string>, dtype: FrozenDtype): Promise<TensorSource> {
  const values = new Map<string, Float32Array>();
  for (const name of source.names()) {
    const data = (await source.readF32(name)).slice();
    values.set(name, matrices.has(name) ? storing[dtype].unpack(storing[dtype].pack(data), data.length) : data);
  }
  return tensorSource({ ...source, readRange: (name, start, end) => Promise.resolve(new Uint8Array(values.get(name)!.buffer, start, end - start)) });
}

const methods: [string, MethodConfig, 'streamed' | 'merged'][] = [
  ['lora streamed', { method: 'lora', r: 2 }, 'streamed'],
  ['lora merged', { method: 'lora', r: 2 }, 'merged'],
  ['dora', { method: 'dora', r: 2 }, 'merged'],
  ['randlora merged', { method: 'randlora', r: 3 }, 'merged'],
];

/** Bounds on the distance of logits from those of f32: 4 bits round by up to a sixth of the largest. */
const OFF = { f16: 0.1, q8: 0.1, nf4: 0.5 };

for (const dtype of ['f16', 'q8', 'nf4'] as const) {
  test.each(methods)(`%s on ${dtype} weights computes what it computes on weights rounded to them`, async (_, method, form) => {
    const model = await tinyModel();
    const adapted = new Adapted(model.net, method);
    const { programs } = planRun(adapted, completeTrain({ batch: 2, frozen_dtype: dtype }), 0);
    const matrices = new Set([...adapted.trace.weights.keys()].filter((name) => programs.rec.find(name)?.dtype === dtype));
    expect(matrices.size).toBeGreaterThan(10);
    const random = randomNormal(4);
    const values = { ...(await adapted.initialise(1, (name) => model.source.readF32(name))), ...adapted.newHead(1) };
    for (const [label, data] of Object.entries(values)) if (!/randlora_[AB]$/.test(label)) data.forEach((v, i) => (data[i] = v + 0.1 * random()));
    const input = { adapted, values, form, pixels: Float32Array.from({ length: 2 * 3 * 16 * 16 }, random), labels: Uint32Array.of(0, 2) };
    const stored = await oneStep(device, { ...input, source: model.source, frozen_dtype: dtype });
    const plain = await oneStep(device, { ...input, source: await rounded(model.source, matrices, dtype) });
    const exact = await oneStep(device, { ...input, source: model.source });
    expect(maxError(stored.logits, plain.logits)).toBeLessThan(2e-6);
    // Rounding is real, and small.
    expect(maxError(stored.logits, exact.logits)).toBeGreaterThan(1e-6);
    expect(maxError(stored.logits, exact.logits)).toBeLessThan(OFF[dtype]);
    // A gradient may be the small difference of large terms, whose last bits differ.
    for (const [name, grad] of Object.entries(stored.grads)) expect(maxError(grad, defined(plain.grads[name])), name).toBeLessThan(3e-4);
  });
}

test('frozen weights take half, and nine words for 32 or 64, of their bytes', async () => {
  const { net } = await tinyModel();
  const bytes = (frozen_dtype: FrozenDtype) => planRun(new Adapted(net, { method: 'lora', r: 2 }), completeTrain({ batch: 2, frozen_dtype }), 0).plan.bytes.frozen!;
  const matrices = (bytes('f32') - bytes('f16')) * 2;
  expect(bytes('q8')).toBe(bytes('f32') - matrices + (matrices / 4 / 32) * 36);
  expect(bytes('nf4')).toBe(bytes('f32') - matrices + (matrices / 4 / 64) * 36);
});
