import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../../../engine/device';
import { Machine } from '../../../engine/machine';
import { noStep } from '../../../engine/step';
import { sizeOf } from '../../../engine/tensor';
import { openSafetensors, bytesAccess } from '../../../io/safetensors';
import { memoryTree } from '../../../io/fileTree';
import { upload } from '../../../models/load';
import { parseModel } from '../../../models';
import { defined } from '../../../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../../../testing/checkOp';
import { gpu } from '../../../testing/device';
import { tinyModel } from '../../../testing/tiny';
import { recordPrograms } from '../../../train/programs';
import type { MethodConfig } from '../../field';
import { Adapted } from '../../adapted';
import { loadAdapter, saveAdapter } from '../../files';
import type { Arrays, Form } from '../../method';

/** Its MLP is wide, so that PEFT's B is larger than the part that is used. */
const model = parseModel({ model_type: 'vit', hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 64, image_size: 16, patch_size: 8, layer_norm_eps: 1e-6, num_labels: 3 });
const TARGETS = ['query', 'key', 'value', 'intermediate.dense', 'output.dense'];
const config = (more: object): MethodConfig => ({ method: 'randlora', r: 4, randlora_alpha: 1, target_modules: TARGETS, ...more });
const draw = (label: string, shape: readonly number[]) => {
  const random = randomNormal([...label].reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 7));
  return Float32Array.from({ length: sizeOf(shape) }, () => 0.3 * random());
};

/** One forward and backward: the logits and all gradients, by label. */
async function run(device: Device, c: MethodConfig, form: Form): Promise<{ values: Arrays; bases: number; planned: boolean; kernels: string[] }> {
  const adapted = new Adapted(model, c);
  const { rec, train, inputs: { pixel_values, labels }, outputs } = recordPrograms(adapted, { batch: 2, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, form, optimizer: false });
  const machine = await Machine.build(device, rec);
  try {
    const bases = Object.fromEntries(Object.entries(adapted.shared).map(([name, { data }]) => [`base_model.${name}`, data!()]));
    for (const t of rec.tensors()) {
      if (!['param', 'frozen', 'bases', 'input'].includes(t.role) || !machine.has(t)) continue;
      if (t === labels) machine.write(t, Uint32Array.of(0, 2));
      else upload(machine, t, bases[t.label] ?? draw(t.label, t === pixel_values ? pixel_values.shape : t.shape));
    }
    machine.setStep({ ...noStep, invCount: 0.5 });
    await machine.run(train);
    const values: Arrays = { logits: await machine.readF32(outputs) };
    for (const { tensor } of rec.flats.params()) values[tensor.label] = await machine.readF32(rec.paramGrad(tensor));
    const allocated = Object.values(device.ledger).reduce((a, b) => a + b, 0);
    return { values, bases: machine.plan.bytes.bases!, planned: allocated === machine.plan.total, kernels: train.entries.map((e) => e.kernel.name) };
  } finally {
    machine.destroy();
  }
}

describe('bases as they are stored', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  // B has 64 rows of 8 bases of rank 4 in use, of PEFT's 64 x 16 x 4. Ternary sums leave their scale to the end: another rounding.
  test.each<{ bases: string; storage?: string; type: string; bytes: number; exact: boolean }>([
    { bases: 'uniform', type: 'bf16', bytes: 2 * 2048, exact: true },
    { bases: 'uniform', storage: 'f16', type: 'f16', bytes: 2 * 2048, exact: true },
    { bases: 'binary', type: 'ternary', bytes: 2048 / 4 + 16, exact: true },
    { bases: 'sparse', type: 'ternary', bytes: 2048 / 4 + 16, exact: false },
    { bases: 'very_sparse', type: 'ternary', bytes: 2048 / 4 + 16, exact: false },
    { bases: 'generated', type: 'generated', bytes: 16, exact: false },
    { bases: 'generated', storage: 'ternary', type: 'ternary', bytes: 2048 / 4 + 16, exact: false },
  ])('$bases bases as $type compute what they do as f32', async ({ bases, storage = 'auto', type, bytes, exact }) => {
    for (const form of ['merged', 'streamed'] as const) {
      const stored = await run(device, config({ bases, bases_storage: storage }), form);
      const plain = await run(device, config({ bases, bases_storage: 'f32' }), form);
      expect([stored.planned, plain.planned]).toEqual([true, true]);
      const a = type === 'generated' ? 16 : 4 * 4 * 32;
      expect([stored.bases, plain.bases]).toEqual([bytes + a, 4 * 2048 + 4 * 4 * 32]);
      expect(stored.kernels.some((name) => name.endsWith(`.${type}`))).toBe(true);
      for (const [label, data] of Object.entries(plain.values)) {
        if (exact) expect(stored.values[label], label).toEqual(data);
        else expect(maxError(defined(stored.values[label]), data), label).toBeLessThan(3e-6);
      }
    }
  });

  test('a type that would change the values is refused, with those that do not', () => {
    expect(() => new Adapted(model, config({ bases: 'normal', bases_storage: 'f16' }))).toThrow('bases_storage f16 would change normal bases; they can be stored as f32.');
    expect(() => new Adapted(model, config({ bases: 'uniform', bases_storage: 'ternary' }))).toThrow(/can be stored as bf16 or f16 or f32/);
  });

  test('files have the whole of the bases in PEFT\'s shape, and what they bring is stored as small as it can be', async () => {
    const tiny = await tinyModel();
    for (const [bases, type] of [['generated', 'ternary'], ['uniform', 'bf16'], ['normal', 'f32']] as const) {
      const adapted = new Adapted(tiny.net, { method: 'randlora', r: 4, bases });
      const values = await adapted.initialise(0, (name) => tiny.source.readF32Checked(name));
      const files = await saveAdapter(adapted, { ...values, ...adapted.newHead(0) }, { base: tiny });
      const file = await openSafetensors(bytesAccess(files.find((f) => f.path.endsWith('.safetensors'))!.bytes));
      expect(file.info('base_model.randlora_B').shape).toEqual(adapted.shared.randlora_B!.shape);
      expect(await file.readF32('base_model.randlora_B')).toEqual(adapted.shared.randlora_B!.data!());
      const loaded = await loadAdapter(memoryTree('a', Object.fromEntries(files.map((f) => [f.path, f.bytes]))), tiny.net);
      expect(loaded.adapted.shared.randlora_B!.stored).toMatchObject({ dtype: type });
      expect(loaded.values['base_model.randlora_B']).toEqual(adapted.shared.randlora_B!.data!());
    }
  });
});
