import { expect, test } from 'vitest';
import { parseModel } from './index';
import type { Model } from './model';
import { inModuleOrder } from './modules';
import { twoTowers } from './byText';
import { traceModel } from './trace';

test('modules of one module stand together, those that are listed in the order of the list', () => {
  expect(inModuleOrder(['a.q', 'a.k', 'b', 'a.o', 'c.2.x', 'c.10.x', 'b.z'])).toEqual(['a.q', 'a.k', 'a.o', 'b', 'b.z', 'c.2.x', 'c.10.x']);
  expect(inModuleOrder(['n', 'a.q', 'a.k', 'a.o', 'b.k', 'b.x', 'b.q'], ['b', 'k', 'a', 'q'])).toEqual(['n', 'b.k', 'b.x', 'b.q', 'a.k', 'a.q', 'a.o']);
});

const tower = { hidden_size: 12, intermediate_size: 20, num_hidden_layers: 1, num_attention_heads: 2 };
const text = { ...tower, vocab_size: 20, max_position_embeddings: 8 };
const named = (model: Model): string[] => inModuleOrder(traceModel(model).linears.map(({ name }) => name), model.defines);
/** Names of a block's layers. */
const inBlock = (config: Record<string, unknown>): string[] => named(parseModel(config)).filter((name) => /layers?\.0\.|h\.0\./.test(name)).map((name) => name.replace(/^.*?\.0\./, ''));

// As transformers' classes have them in __init__: modeling_phi3.py, modeling_llama.py, modeling_gpt2.py, modeling_vit.py, modeling_clip.py.
test('layers of a block stand as transformers defines them, not as they run', () => {
  expect(inBlock({ model_type: 'phi3', ...text })).toEqual(['self_attn.o_proj', 'self_attn.qkv_proj', 'mlp.gate_up_proj', 'mlp.down_proj']);
  expect(inBlock({ model_type: 'llama', ...text })).toEqual(['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj', 'self_attn.o_proj', 'mlp.gate_proj', 'mlp.up_proj', 'mlp.down_proj']);
  expect(inBlock({ model_type: 'gpt2', n_embd: 12, n_layer: 1, n_head: 2, vocab_size: 20 })).toEqual(['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj']);
  expect(inBlock({ model_type: 'vit', ...tower, image_size: 8, patch_size: 4 })).toEqual(['attention.attention.query', 'attention.attention.key', 'attention.attention.value', 'attention.output.dense', 'intermediate.dense', 'output.dense']);
});

test('of CLIP the text tower comes first, and keys before values before queries', () => {
  const clip = twoTowers(parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower, image_size: 8, patch_size: 4 }, text_config: text }));
  const block = ['self_attn.k_proj', 'self_attn.v_proj', 'self_attn.q_proj', 'self_attn.out_proj', 'mlp.fc1', 'mlp.fc2'];
  expect(named(clip).filter((name) => !name.includes('embedding'))).toEqual([...['text_model', 'vision_model'].flatMap((of) => block.map((name) => `${of}.encoder.layers.0.${name}`)), 'visual_projection', 'text_projection']);
});
