import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { mergedWeights } from '../adapters/merge';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { unpackF16, packF16 } from '../io/float16';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { decoderTokenizers } from '../testing/decoderTokenizers';
import { readGguf } from '../testing/ggufReader';
import { decoderConfigs, tinyDecoderFiles } from '../testing/tinyDecoders';
import { tinyJson, tinyModel } from '../testing/tiny';
import { tinyEncoder } from '../testing/tinyTexts';
import { openModel, type LoadedModel } from '../train/openModel';
import { exportGguf, type GgufDtype } from './gguf';
import { deployGguf } from '../train/deploy';

const SIZE = 320;
const sized = { vocab_size: SIZE, use_sliding_window: false };

const openTiny = (name: string, more: Record<string, unknown> = {}): Promise<LoadedModel> => openModel(memoryTree(`folder/tiny ${name}`, { ...tinyDecoderFiles(name, { ...sized, ...more }), ...defined(decoderTokenizers[name])() }));
const written = async (model: LoadedModel, dtype: GgufDtype = 'f16') => readGguf(await exportGguf({ ...model, model: model.net, name: 'some' }, dtype));

/** Names there of what the first block and all around it hold, by their names here. */
const names: Record<string, Record<string, string>> = {
  'GPT-2': {
    'transformer.wte.weight': 'token_embd.weight', 'transformer.wpe.weight': 'position_embd.weight', 'transformer.ln_f.bias': 'output_norm.bias',
    'transformer.h.0.ln_1.weight': 'blk.0.attn_norm.weight', 'transformer.h.1.attn.c_attn.weight': 'blk.1.attn_qkv.weight', 'transformer.h.0.attn.c_attn.bias': 'blk.0.attn_qkv.bias', 'transformer.h.0.attn.c_proj.weight': 'blk.0.attn_output.weight',
    'transformer.h.0.ln_2.bias': 'blk.0.ffn_norm.bias', 'transformer.h.0.mlp.c_fc.weight': 'blk.0.ffn_up.weight', 'transformer.h.0.mlp.c_proj.weight': 'blk.0.ffn_down.weight',
  },
  'Llama': {
    'model.embed_tokens.weight': 'token_embd.weight', 'model.norm.weight': 'output_norm.weight', 'model.layers.0.input_layernorm.weight': 'blk.0.attn_norm.weight', 'model.layers.0.self_attn.v_proj.weight': 'blk.0.attn_v.weight', 'model.layers.1.self_attn.o_proj.weight': 'blk.1.attn_output.weight',
    'model.layers.0.post_attention_layernorm.weight': 'blk.0.ffn_norm.weight', 'model.layers.0.mlp.gate_proj.weight': 'blk.0.ffn_gate.weight', 'model.layers.0.mlp.up_proj.weight': 'blk.0.ffn_up.weight', 'model.layers.0.mlp.down_proj.weight': 'blk.0.ffn_down.weight',
  },
  'Qwen2': { 'lm_head.weight': 'output.weight', 'model.layers.0.self_attn.q_proj.weight': 'blk.0.attn_q.weight', 'model.layers.0.self_attn.q_proj.bias': 'blk.0.attn_q.bias', 'model.layers.0.self_attn.k_proj.weight': 'blk.0.attn_k.weight' },
  'Phi-3': { 'lm_head.weight': 'output.weight', 'model.layers.0.self_attn.qkv_proj.weight': 'blk.0.attn_qkv.weight', 'model.layers.0.mlp.gate_up_proj.weight': 'blk.0.ffn_up.weight' },
};

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const rounded = (values: Float32Array): number[] => [...unpackF16(packF16(values))];

describe.each(Object.keys(decoderConfigs))('%s', (name) => {
  test('every weight stands there as f16, norms and biases as they are', async () => {
    const model = await openTiny(name);
    const { metadata, tensors, values } = await written(model);
    const architecture = metadata['general.architecture'] as string;
    expect(metadata).toMatchObject({ 'general.file_type': 1, [`${architecture}.block_count`]: 2, [`${architecture}.context_length`]: 24, [`${architecture}.embedding_length`]: 32, [`${architecture}.attention.head_count`]: 4, 'tokenizer.ggml.tokens': expect.objectContaining({ length: SIZE }) as unknown });
    expect(architecture).toBe(defined(decoderConfigs[name]).model_type);
    const { weights } = traceModel(model.net);
    expect(tensors.size).toBe(weights.size);
    for (const [weight, there] of Object.entries(defined(names[name]))) {
      const data = await model.source.readF32(weight);
      const exact = weights.get(weight)!.length === 1 || there.startsWith('position_embd');
      expect(tensors.get(there), there).toEqual({ type: exact ? 0 : 1, shape: [...weights.get(weight)!] });
      expect([...values(there)], there).toEqual(exact ? [...data] : rounded(data));
    }
  });

  test('merged with an adapter, in 8 bits', async () => {
    const model = await openTiny(name);
    const adapted = new Adapted(model.net, { method: 'lora', r: 4 });
    const start = await adapted.initialise(1, (key) => model.source.readF32Checked(key));
    const random = randomNormal(4);
    const trained = { adapted, values: Object.fromEntries(Object.entries(start).map(([label, data]) => [label, data.map((v) => v + 0.05 * random())])) };
    const { path, parts } = await deployGguf(model, 'q8_0', { device, ...trained });
    const { metadata, tensors, values } = await readGguf(parts);
    expect(path).toBe('model-q8_0.gguf');
    expect(metadata).toMatchObject({ 'general.file_type': 7, 'general.quantization_version': 2 });
    expect(metadata['general.name']).toBe(name === 'Phi-3' ? 'tiny Phi-3 with LoRA' : `tiny ${name} with LoRA`);
    const merged = await mergedWeights(device, model.source, trained);
    const changed = [...merged.keys()].filter((weight) => defined(names[name])[weight]);
    for (const weight of [...changed, defined(Object.keys(defined(names[name]))[0])]) {
      const [there, data] = [defined(defined(names[name])[weight]), merged.get(weight) ?? (await model.source.readF32(weight))];
      expect(tensors.get(there)!.type, there).toBe(8);
      values(there).forEach((v, i) => {
        const largest = data.subarray(32 * (i >> 5), 32 * (i >> 5) + 32).reduce((most, w) => Math.max(most, Math.abs(w)), 0);
        // Half a step, and the rounding of the step to f16.
        expect(Math.abs(v - defined(data[i]))).toBeLessThan(largest * (1 / 254 + 1 / 2048));
      });
    }
    // Its rows have 48 columns, which are no whole blocks.
    if (name !== 'GPT-2') expect(tensors.get('blk.0.ffn_down.weight')!.type).toBe(1);
  });
});

test("Llama's queries and keys, and their biases, lie so that neighbours turn together", async () => {
  const model = await openTiny('Llama', { num_key_value_heads: 2, attention_bias: true });
  const { values } = await written(model);
  for (const [part, heads] of [['q', 4], ['k', 2]] as const) {
    for (const [kind, columns] of [['weight', 32], ['bias', 1]] as const) {
      const here = await model.source.readF32(`model.layers.0.self_attn.${part}_proj.${kind}`);
      const want = new Float32Array(here.length);
      // (heads, 2, 4, columns) as (heads, 4, 2, columns).
      let at = 0;
      for (let head = 0; head < heads; head++) for (let i = 0; i < 4; i++) for (let half = 0; half < 2; half++) for (let c = 0; c < columns; c++) want[at++] = defined(here[(head * 8 + half * 4 + i) * columns + c]);
      expect([...values(`blk.0.attn_${part}.${kind}`)]).toEqual(kind === 'bias' ? [...want] : rounded(want));
    }
  }
});

test('scaled rotary positions: divisors of the frequencies, or both lists of them', async () => {
  const llama3 = { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 32 };
  const { values } = await written(await openTiny('Llama', { head_dim: 16, rope_scaling: llama3, rope_theta: 100 }));
  const divisors = values('rope_freqs.weight');
  expect([defined(divisors[0]), defined(divisors[7])]).toEqual([1, 8]);
  const [low, high] = [32, 8];
  divisors.forEach((divisor, i) => {
    const wavelength = 2 * Math.PI * 100 ** (i / 8);
    const smooth = (32 / wavelength - 1) / 3;
    expect(divisor).toBeCloseTo(wavelength > low ? 8 : wavelength < high ? 1 : 1 / ((1 - smooth) / 8 + smooth), 5);
  });
  const longrope = { type: 'su', short_factor: [1, 1.5, 2, 3], long_factor: [1, 4, 5, 6] };
  const long = await written(await openTiny('Phi-3', { rope_scaling: longrope, original_max_position_embeddings: 8 }));
  expect([[...long.values('rope_factors_short.weight')], [...long.values('rope_factors_long.weight')]]).toEqual([longrope.short_factor, longrope.long_factor]);
  expect(long.metadata).toMatchObject({ 'phi3.rope.scaling.original_context_length': 8, 'phi3.attention.sliding_window': 0 });
  expect(long.metadata['phi3.rope.scaling.attn_factor']).toBeCloseTo(Math.sqrt(1 + Math.log(3) / Math.log(8)), 6);
});

test('what llama.cpp would compute otherwise is refused in one sentence', async () => {
  const refused = async (model: Promise<LoadedModel>, message: RegExp) => expect(written(await model)).rejects.toThrow(message);
  await refused(openTiny('GPT-2', { activation_function: 'relu' }), /activation_function is relu; llama\.cpp runs this family with gelu_new alone\./);
  await refused(openTiny('Qwen2', { use_sliding_window: true }), /some layers see a window of tokens alone/);
  await refused(openTiny('Qwen2', { head_dim: 16 }), /4 heads of 16 channels; llama\.cpp runs this family with heads that fill its width of 32 alone\./);
  await refused(openTiny('Qwen2', { rope_scaling: { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 16 } }), /llama\.cpp does not scale the rotary positions of this family/);
  const other = /GGUF is for models that go on with texts and that llama\.cpp runs; this is a \w+ model that does something else\./;
  await refused(openTiny('Llama', { architectures: ['LlamaForSequenceClassification'] }), other);
  await refused(tinyEncoder('bert'), other);
  await refused(tinyModel(), other);
  await refused(openModel(memoryTree('bare', { ...tinyDecoderFiles('Llama') })), /this one has no tokenizer\.json/);
  await refused(openModel(memoryTree('broken', { ...tinyDecoderFiles('Llama', sized), ...decoderTokenizers.Llama!(), 'config.json': tinyJson({ ...decoderConfigs.Llama, ...sized, num_hidden_layers: 3 }) })), /the checkpoint has no model\.layers\.2/);
});
