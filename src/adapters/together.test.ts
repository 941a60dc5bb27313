import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { Recorder } from '../engine/record';
import { noStep } from '../engine/step';
import { sizeOf } from '../engine/tensor';
import { parseModel } from '../models';
import type { Context } from '../nn/context';
import { crossEntropy } from '../ops/crossEntropy';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { packing } from '../io/stored';
import type { FrozenDtype } from '../io/stored';
import { defined } from '../numbers/defined';
import type { MethodConfig } from './field';
import { Adapted } from './adapted';
import type { Form } from './method';

const BATCH = 2;
const ALIGN = 32;
const model = parseModel({ model_type: 'vit', hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 48, image_size: 16, patch_size: 8, layer_norm_eps: 1e-6, num_labels: 3 });
const QKV = 'vit.encoder.layer.0.attention.attention.query + key + value';

interface Run {
  /** Outputs of the model, and gradients of everything that learns, by label. */
  values: Record<string, Float32Array>;
  labels: string[];
  entries: number;
}

/** One forward and backward of the model, all of it drawn by label; `apart`: every layer by itself. */
async function run(device: Device, config: MethodConfig, form: Form | undefined, { apart = false, frozen_dtype = 'f32', checkpoint_activations = false, training = false }: { apart?: boolean; frozen_dtype?: FrozenDtype; checkpoint_activations?: boolean; training?: boolean } = {}): Promise<Run> {
  const adapted = new Adapted(model, config);
  const rec = new Recorder({ align: ALIGN });
  const pixels = rec.declare('input', 'pixel_values', [BATCH, 3, 16, 16]);
  const labels = rec.declare('input', 'labels', [BATCH], 'u32');
  const ctx = adapted.context({ rec, batch: BATCH, training, frozen_dtype, checkpoint_activations, form });
  const given: Context = apart ? { ...ctx, linears: (names, x, out, options) => names.map((name) => ctx.linear(name, x, out, options)) } : ctx;
  let logits = pixels;
  const program = rec.program('p', () => {
    logits = rec.keep(model.forward(given, pixels));
    rec.backward(logits, crossEntropy(logits, labels).dlogits!);
  });
  const machine = await Machine.build(device, rec);
  try {
    for (const t of rec.tensors()) {
      if (!['param', 'frozen', 'bases', 'input'].includes(t.role) || !machine.has(t)) continue;
      if (t.dtype === 'u32') machine.write(t, Uint32Array.of(0, 2));
      else {
        const random = randomNormal([...t.label].reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 7));
        machine.write(t, packing[t.dtype].pack(Float32Array.from({ length: sizeOf(t.shape) }, () => 0.4 * random())));
      }
    }
    machine.setStep({ ...noStep, invCount: 1 / BATCH });
    await machine.run(program);
    const values: Run['values'] = { logits: await machine.readF32(logits) };
    for (const { tensor } of rec.flats.params()) values[tensor.label] = await machine.readF32(rec.paramGrad(tensor));
    return { values, labels: program.entries.map((e) => e.label), entries: program.entries.length };
  } finally {
    machine.destroy();
  }
}

/** Equal up to the order of sums. */
function same(a: Run, b: Run): void {
  expect(Object.keys(a.values).sort()).toEqual(Object.keys(b.values).sort());
  for (const [label, data] of Object.entries(a.values)) expect(maxError(data, defined(b.values[label])), label).toBeLessThan(3e-6);
}

describe('query, key and value on one input', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  const qkv = ['query', 'key', 'value'];
  const qv = ['query', 'value'];
  test.each<{ what: string; config: MethodConfig; form?: Form; one: boolean }>([
    { what: 'full fine-tuning', config: { method: 'full' }, one: true },
    { what: 'nothing adapted', config: { method: 'linear_probe' }, one: true },
    { what: 'LoRA streamed', config: { method: 'lora', r: 4 }, form: 'streamed', one: true },
    { what: 'LoRA streamed, no multiple of four', config: { method: 'lora', r: 3 }, form: 'streamed', one: true },
    { what: 'LoRA merged', config: { method: 'lora', r: 4 }, form: 'merged', one: true },
    { what: 'LoRA on query and value, streamed', config: { method: 'lora', r: 4, target_modules: qv }, form: 'streamed', one: true },
    { what: 'LoRA on query alone, streamed', config: { method: 'lora', r: 4, target_modules: ['query'] }, form: 'streamed', one: false },
    { what: 'LoRA on value alone, streamed', config: { method: 'lora', r: 4, target_modules: ['value'] }, form: 'streamed', one: false },
    { what: 'LoRA on query and value, merged', config: { method: 'lora', r: 4, target_modules: qv }, form: 'merged', one: false },
    { what: 'LoRA with a rank of its own for key', config: { method: 'lora', r: 4, target_modules: qkv, rank_pattern: { key: 2 } }, form: 'streamed', one: false },
    { what: 'LoRA with an alpha of its own for all three', config: { method: 'lora', r: 4, target_modules: qkv, alpha_pattern: { 'query|key|value': 7 } }, form: 'merged', one: true },
    { what: 'LoRA under dropout', config: { method: 'lora', r: 4, lora_dropout: 0.1 }, one: false },
    { what: 'DoRA streamed', config: { method: 'dora', r: 4 }, form: 'streamed', one: false },
    { what: 'DoRA merged', config: { method: 'dora', r: 4 }, form: 'merged', one: true },
    { what: 'VeRA streamed', config: { method: 'vera', r: 4 }, form: 'streamed', one: false },
    { what: 'VeRA merged', config: { method: 'vera', r: 4 }, form: 'merged', one: true },
    { what: 'NoLA streamed', config: { method: 'nola', r: 1, nola_num_bases: 5 }, form: 'streamed', one: false },
    { what: 'NoLA merged', config: { method: 'nola', r: 1, nola_num_bases: 5 }, form: 'merged', one: false },
    { what: 'RandLoRA streamed', config: { method: 'randlora', r: 4 }, form: 'streamed', one: true },
    { what: 'RandLoRA streamed, no multiple of four', config: { method: 'randlora', r: 5 }, form: 'streamed', one: true },
    { what: 'RandLoRA on query and value, streamed', config: { method: 'randlora', r: 4, target_modules: qv }, form: 'streamed', one: true },
    { what: 'RandLoRA merged', config: { method: 'randlora', r: 4 }, form: 'merged', one: true },
    { what: 'RandLoRA merged, no multiple of four', config: { method: 'randlora', r: 5 }, form: 'merged', one: true },
    { what: 'RandLoRA on query and value, merged', config: { method: 'randlora', r: 4, target_modules: qv }, form: 'merged', one: false },
    { what: 'LoRA + RandLoRA streamed', config: { method: 'lora_randlora', r: 4, randlora_r: 4 }, form: 'streamed', one: true },
    { what: 'LoRA + RandLoRA merged', config: { method: 'lora_randlora', r: 3, randlora_r: 5 }, form: 'merged', one: true },
    { what: 'RandLoRA-a merged', config: { method: 'randlora', r: 4, ablation: 'a' }, form: 'merged', one: false },
  ])('$what: $one', async ({ config, form, one }) => {
    const together = await run(device, config, form);
    const apart = await run(device, config, form, { apart: true });
    same(together, apart);
    expect(together.labels.some((label) => label.startsWith(QKV))).toBe(one);
    expect(together.entries < apart.entries).toBe(one);
  });

  test('weights in halves and in 8 bits, activations computed again', async () => {
    const lora: MethodConfig = { method: 'lora', r: 4, target_modules: qv };
    for (const frozen_dtype of ['f16', 'q8', 'nf4'] as const) same(await run(device, lora, 'streamed', { frozen_dtype }), await run(device, lora, 'streamed', { frozen_dtype, apart: true }));
    const plain = await run(device, lora, 'streamed');
    const again = await run(device, lora, 'streamed', { checkpoint_activations: true });
    expect(again.values).toEqual(plain.values);
  });
});
