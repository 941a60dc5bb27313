import { expect, test } from 'vitest';
import { parseModel } from '.';
import { twoTowers } from './byText';
import { inModuleOrder } from './moduleOrder';
import { traceModel } from './trace';
import type { Model } from './model';

const order = (model: Model) => inModuleOrder(model, traceModel(model).linears.filter(({ adaptable }) => adaptable)).map(({ name }) => name);

test("CLIP's towers, and what is in their attention, are in the order of transformers' classes", () => {
  const tower = { hidden_size: 8, intermediate_size: 12, num_hidden_layers: 12, num_attention_heads: 2 };
  const clip = twoTowers(parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower, image_size: 8, patch_size: 4 }, text_config: { ...tower, max_position_embeddings: 8, vocab_size: 20 } }));
  const blocks = (of: string) => Array.from({ length: 12 }, (_, i) => ['self_attn.k_proj', 'self_attn.v_proj', 'self_attn.q_proj', 'self_attn.out_proj', 'mlp.fc1', 'mlp.fc2'].map((part) => `${of}.encoder.layers.${i}.${part}`)).flat();
  expect(order(clip).filter((name) => !/projection/.test(name))).toEqual([...blocks('text_model'), ...blocks('vision_model')]);
});

test("Phi-3's attention has its output first", () => {
  const model = parseModel({ model_type: 'phi3', hidden_size: 8, intermediate_size: 12, num_hidden_layers: 2, num_attention_heads: 2, vocab_size: 20 });
  expect(order(model)).toEqual([0, 1].flatMap((i) => ['self_attn.o_proj', 'self_attn.qkv_proj', 'mlp.gate_up_proj', 'mlp.down_proj'].map((part) => `model.layers.${i}.${part}`)));
});

test('other families have theirs in the order in which they run', () => {
  const model = parseModel({ model_type: 'llama', hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2, vocab_size: 20 });
  expect(order(model)).toEqual(['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj', 'self_attn.o_proj', 'mlp.gate_proj', 'mlp.up_proj', 'mlp.down_proj'].map((part) => `model.layers.0.${part}`));
  expect(traceModel(model).linears.slice(0, 7).map(({ name }) => name)).toEqual(order(model));
});
