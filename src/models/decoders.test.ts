import { beforeAll, describe, expect, test } from 'vitest';
import { methods } from '../adapters';
import { Adapted } from '../adapters/adapted';
import { loadAdapter, modelTensors, saveAdapter } from '../adapters/files';
import { mergedWeights } from '../adapters/merge';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { planMemory } from '../engine/plan';
import { noStep } from '../engine/step';
import { openSafetensors, bytesAccess, writeSafetensors, type TensorData } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { biasCorrections } from '../optim/schedule';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { savedTree } from '../testing/goldenAdapters';
import { decoderConfigs, tinyDecoder } from '../testing/tinyDecoders';
import { writeBatch } from '../train/batch';
import { oneStep } from '../train/oneStep';
import { recordPrograms } from '../train/programs';
import type { FrozenDtype } from '../train/protocol';
import { parseModel } from './index';
import { loadWeights } from './load';
import { textModel } from './text';
import { traceModel } from './trace';
import { turnedSource } from './transposed';

/** Settings that fit a model of 32 channels, where a method's own do not. */
const small: Record<string, object> = { pissa: { r: 4 }, lora_xs: { r: 8 }, psoft: { r: 8 }, hira: { r: 8 }, adalora: { init_r: 6, tfinal: 3 }, pranc: { num_alpha: 20 } };

const ROWS = 2;
const TOKENS = 6;
const batch = {
  rows: ROWS,
  inputs: {
    input_ids: Uint32Array.from({ length: ROWS * TOKENS }, (_, i) => (7 * i + 3) % 40),
    attention_mask: Uint32Array.from({ length: ROWS * TOKENS }, (_, i) => Number(i !== ROWS * TOKENS - 1)),
    position_ids: Uint32Array.from({ length: ROWS * TOKENS }, (_, i) => i % TOKENS),
    labels: Uint32Array.from({ length: ROWS * TOKENS }, (_, i) => (i % TOKENS < 2 || i === ROWS * TOKENS - 1 ? 0xffffff9c : (7 * i + 3) % 40)),
  },
};

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

describe.each(Object.keys(decoderConfigs))('%s', (name) => {
  test.each(Object.keys(methods).filter((method) => defined(methods[method]).trains === 'adapter' && !defined(methods[method]).prompts))('%s: merged is unmerged, and what is saved is read back exactly', async (method) => {
    const model = await tinyDecoder(name);
    const net = textModel(model.net).with({ tokens: TOKENS });
    const adapted = new Adapted(net, { method, ...small[method] });
    const values = await adapted.initialise(1, (key) => model.source.readF32Checked(key));
    const random = randomNormal(4);
    const trained = (label: string) => adapted.layers.some((layer) => Object.keys(adapted.method.tensors(adapted.configOf(layer), layer)).some((suffix) => label.startsWith(`base_model.model.${layer.name}`) && label.endsWith(suffix))) || Object.keys(adapted.common).some((common) => label === `base_model.${common}`);
    for (const [label, data] of Object.entries(values)) if (trained(label)) values[label] = data.map((v) => v + 0.05 * random());
    const run = (more: object) => oneStep(device, { adapted, source: model.source, values, batch, ...more });
    const streamed = await run({ form: 'streamed' });
    for (const [label, grad] of Object.entries(streamed.grads)) expect(grad.every((v) => Number.isFinite(v)), label).toBe(true);
    const saved = await saveAdapter(adapted, values, { base: model });
    const config = JSON.parse(new TextDecoder().decode(saved.find(({ path }) => path === 'adapter_config.json')!.bytes)) as { fan_in_fan_out?: boolean };
    if (config.fan_in_fan_out !== undefined) expect(config.fan_in_fan_out).toBe(net.transposed !== undefined);
    const { adapted: again, values: read } = await loadAdapter(savedTree(saved), net, model.source);
    for (const label of Object.keys(streamed.grads)) expect(read[label], label).toEqual(values[label]);
    expect(again.layers).toEqual(adapted.layers);
    if (!adapted.method.merged) return;
    const merged = await run({ form: 'merged', checkpoint_activations: true });
    expect(maxError(merged.logits, streamed.logits)).toBeLessThan(1e-5);
    for (const [label, grad] of Object.entries(streamed.grads)) expect(maxError(defined(merged.grads[label]), grad), label).toBeLessThan(2e-4);
    // What adds to biases stands in no weight of a model without them.
    if (adapted.method.bias && !adapted.method.ofWeight && !adapted.layers.every(({ name: layer }) => model.source.has(`${layer}.bias`))) {
      return void (await expect(mergedWeights(device, model.source, { adapted, values })).rejects.toThrow(/has no bias/));
    }
    const weights = await mergedWeights(device, model.source, { adapted, values });
    // Through a file, in the file's own layout.
    const tensors = new Map<string, TensorData>();
    for (const [key, { read: data, ...rest }] of modelTensors(net, model.source, weights)) tensors.set(key, { ...rest, data: await data() });
    const source = turnedSource(await openSafetensors(bytesAccess(writeSafetensors(tensors))), net);
    const alone = await oneStep(device, { adapted: new Adapted(net, { method: 'full' }), source, values: {}, batch });
    expect(maxError(alone.logits, streamed.logits)).toBeLessThan(1e-5);
  });

  test.each(['lora', 'randlora', 'full'])('%s learns a row by heart, in a run whose plan is what is allocated', async (method) => {
    const model = await tinyDecoder(name);
    const adapted = new Adapted(textModel(model.net).with({ tokens: TOKENS }), { method });
    const programs = recordPrograms(adapted, { batch: ROWS, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'q8', checkpoint_activations: true });
    const machine = await Machine.build(device, programs.rec);
    expect(device.ledger).toEqual(planMemory(programs.rec).bytes);
    await loadWeights(machine, programs.rec, adapted.trace, model.source, await adapted.initialise(1, (key) => model.source.readF32Checked(key)));
    writeBatch(machine, programs.inputs, batch.inputs);
    const losses: number[] = [];
    for (let i = 0; i < 12; i++) {
      machine.setStep({ ...noStep, index: i, invCount: 1 / programs.objective.counted!(batch.inputs, adapted.model), lr: 0.02, ...biasCorrections(i + 1, 0.9, 0.999) });
      await machine.run(programs.train);
      await machine.run(programs.update!);
      losses.push(defined((await machine.readF32(programs.metrics))[0]));
    }
    machine.destroy();
    expect(losses.at(-1)!).toBeLessThan(0.97 * defined(losses[0]));
    expect(device.ledger).toEqual({});
  });

  test('weights stored as f16 and in 8 bits say nearly the same, in 4 bits, but for the tables, somewhat', async () => {
    const model = await tinyDecoder(name);
    const adapted = new Adapted(textModel(model.net).with({ tokens: TOKENS }), { method: 'lora' });
    const values = await adapted.initialise(1, (key) => model.source.readF32Checked(key));
    const run = (frozen_dtype: FrozenDtype) => oneStep(device, { adapted, source: model.source, values, batch, frozen_dtype });
    const [f32, f16, q8, nf4] = [await run('f32'), await run('f16'), await run('q8'), await run('nf4')];
    expect(maxError(f16.logits, f32.logits)).toBeLessThan(5e-3);
    expect(maxError(q8.logits, f32.logits)).toBeLessThan(5e-2);
    expect(Math.abs(q8.loss - f32.loss)).toBeLessThan(0.05);
    expect(maxError(nf4.logits, f32.logits)).toBeGreaterThan(maxError(q8.logits, f32.logits));
    expect(Math.abs(nf4.loss - f32.loss)).toBeLessThan(0.3);
    const { rec } = recordPrograms(adapted, { batch: ROWS, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'nf4', checkpoint_activations: false });
    const stored = (dtype: string) => [...adapted.trace.weights].filter(([key, shape]) => shape.length === 2 && rec.find(key)!.dtype === dtype).map(([key]) => key);
    expect(stored('f16').sort()).toEqual([...adapted.trace.weights.keys()].filter((key) => /wte|wpe|embed_tokens|lm_head/.test(key)).sort());
    expect(stored('nf4').length).toBeGreaterThan(3);
  });
});

describe('configs', () => {
  test('the classes\' defaults, and sizes of the known models', () => {
    const count = (config: object) => [...traceModel(parseModel(config)).weights.values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
    // Sizes as transformers counts them.
    expect(count({ model_type: 'gpt2' })).toBe(124_439_808);
    expect(count({ model_type: 'gpt2', n_embd: 1024, n_layer: 24, n_head: 16 })).toBe(354_823_168);
    expect(count({ model_type: 'qwen2', hidden_size: 896, intermediate_size: 4864, num_hidden_layers: 24, num_attention_heads: 14, num_key_value_heads: 2, tie_word_embeddings: true, rope_theta: 1e6 })).toBe(494_032_768);
    expect(count({ model_type: 'phi3' })).toBe(3_821_079_552);
    const llama32 = { model_type: 'llama', hidden_size: 2048, intermediate_size: 8192, num_hidden_layers: 16, num_attention_heads: 32, num_key_value_heads: 8, vocab_size: 128_256, max_position_embeddings: 131_072, tie_word_embeddings: true };
    expect(count({ ...llama32, rope_scaling: { rope_type: 'llama3', factor: 32, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 } })).toBe(1_235_814_400);
  });

  test.each([
    [{ model_type: 'llama', rope_scaling: { rope_type: 'yarn', factor: 4 } }, /yarn/],
    [{ model_type: 'llama', num_attention_heads: 6, num_key_value_heads: 4, hidden_size: 48 }, /num_key_value_heads/],
    [{ model_type: 'llama', rope_parameters: { rope_type: 'llama3', rope_theta: 1e4 } }, /original_max_position_embeddings/],
    [{ model_type: 'gpt2', n_embd: 30, n_head: 4 }, /heads/],
    [{ model_type: 'gpt2', scale_attn_by_inverse_layer_idx: true }, /scale_attn_by_inverse_layer_idx/],
    [{ model_type: 'phi3', partial_rotary_factor: 0.75 }, /partial_rotary_factor/],
    [{ model_type: 'qwen2', hidden_act: 'gelu' }, /hidden_act/],
  ])('%o is refused by name', (config, message) => {
    expect(() => parseModel(config)).toThrow(message);
  });

  test('more tokens than there are positions are refused', () => {
    expect(() => textModel(parseModel(decoderConfigs['GPT-2'])).with({ tokens: 25 })).toThrow(/positions for 24/);
  });

  test('a step of Qwen2-0.5B with LoRA on query and value, in 8 bits, at 512 tokens, stays below 1.2 GiB, and no tensor has a value for each token of a row and each of the vocabulary', () => {
    const model = parseModel({ model_type: 'qwen2', hidden_size: 896, intermediate_size: 4864, num_hidden_layers: 24, num_attention_heads: 14, num_key_value_heads: 2, tie_word_embeddings: true, rope_theta: 1e6 });
    const adapted = new Adapted(textModel(model).with({ tokens: 512 }), { method: 'lora', r: 8, lora_alpha: 16, target_modules: ['q_proj', 'v_proj'] });
    for (const checkpoint_activations of [false, true]) {
      const { rec } = recordPrograms(adapted, { batch: 1, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'q8', checkpoint_activations });
      const { total, buffers } = planMemory(rec);
      expect(total).toBeLessThan((checkpoint_activations ? 0.7 : 1.2) * 2 ** 30);
      expect(Math.max(...buffers.filter(({ role }) => role === 'temp').map(({ bytes }) => bytes))).toBeLessThan((4 * 512 * 151_936) / 4);
      expect(Math.max(...buffers.map(({ bound }) => bound))).toBeLessThanOrEqual(128 * 2 ** 20);
    }
  });
});
