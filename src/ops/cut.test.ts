import { describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { MethodConfig } from '../adapters/field';
import { Machine } from '../engine/machine';
import { Recorder, type Entry } from '../engine/record';
import { noStep } from '../engine/step';
import type { Tensor } from '../engine/tensor';
import { parseModel } from '../models';
import { textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { mustOpen, randomNormal, recordCase } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { opCases } from '../testing/opCases';
import { recordPrograms } from '../train/programs';
import { here } from '../wasm/here.node';
import { groupedAttention, spans } from './groupedAttention';
import { linear } from './matmul';

test('cases of cut dispatches have more of them than the same without', () => {
  const cut = Object.values(opCases).flat().filter(({ mostWork }) => mostWork !== undefined);
  expect(cut.length).toBeGreaterThan(8);
  for (const c of cut) expect(recordCase(c).program.entries.length, c.name).toBeGreaterThan(recordCase({ ...c, mostWork: undefined }).program.entries.length);
});

test.each([['through Dawn', gpu], ['on the processor', here]] as const)('what is cut has the bits of what is not, %s', async (_, adapter) => {
  const device = await mustOpen(adapter());
  const [B, T, C] = [2, 75, 48];
  const made = async (mostWork?: number): Promise<Float32Array[]> => {
    const rec = new Recorder({ mostWork });
    const inputs: [Tensor, number][] = [];
    const given = (name: string, ...shape: number[]) => {
      const t = rec.declare('input', name, shape, 'f32', true);
      inputs.push([t, shape.reduce((a, b) => a * b)]);
      return t;
    };
    const read: Tensor[] = [];
    const mask = rec.declare('input', 'mask', [B, T], 'u32');
    const program = rec.program('p', () => {
      const [x, weight, out] = [given('x', B, T, C), given('weight', 3 * C, C), given('out', C, C)];
      const y = linear(groupedAttention(linear(x, weight), spans(mask), { heads: 6, kv_heads: 6 }), out, { act: 'gelu', residual: x });
      rec.backward(y, given('dy', B, T, C));
      read.push(y, ...[x, weight, out].map((t) => rec.gradOf(t)!));
      read.forEach((t) => rec.keep(t));
    });
    const machine = await Machine.build(device, rec);
    const random = randomNormal(3);
    for (const [t, n] of inputs) machine.write(t, Float32Array.from({ length: n }, random));
    machine.write(mask, new Uint32Array(B * T).fill(1));
    machine.setStep(noStep);
    await machine.run(program);
    const values = await Promise.all(read.map((t) => machine.readF32(t)));
    machine.destroy();
    return [...values, Float32Array.of(program.entries.length)];
  };
  const [whole, cut] = [await made(), await made(1)];
  expect(cut.pop()![0]).toBeGreaterThan(2 * defined(whole.pop()![0]));
  expect(cut).toEqual(whole);
  expect(whole.every((values) => values.some((v) => v !== 0))).toBe(true);
  device.destroy();
});

describe('no dispatch of a step of a large model takes so long that the card could be taken away', () => {
  // Two of their 32 layers, which are all alike.
  const models: Record<string, object> = {
    'Phi-3-mini': { model_type: 'phi3', num_hidden_layers: 2 },
    'Llama-3-8B': { model_type: 'llama', num_hidden_layers: 2, num_key_value_heads: 8, intermediate_size: 14_336, vocab_size: 128_256, max_position_embeddings: 8192, rope_theta: 5e5 },
  };
  const layers = ['q_proj', 'k_proj', 'v_proj', 'qkv_proj', 'gate_up_proj', 'up_proj', 'down_proj'];
  const methods: MethodConfig[] = [{ method: 'lora', r: 32, target_modules: layers }, { method: 'dora', r: 32, target_modules: layers }, { method: 'randlora', r: 30, target_modules: layers }, { method: 'full' }];
  const BOUND = 4e10;

  test.each(Object.keys(models).flatMap((model) => methods.map((method) => [model, method.method, method] as const)))('%s, %s', (model, _, method) => {
    const adapted = new Adapted(textModel(parseModel(defined(models[model]))).with({ tokens: 256 }), method);
    const { rec } = recordPrograms(adapted, { batch: 8, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'q8', checkpoint_activations: true });
    const worst = rec.programs.flatMap(({ entries }) => entries).reduce((a: Entry, b) => ((b.work ?? 0) > (a.work ?? 0) ? b : a));
    expect(worst.work, worst.label).toBeLessThanOrEqual(BOUND);
    expect(worst.work).toBeGreaterThan(BOUND / 2);
  });
});
