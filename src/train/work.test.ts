import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { parseModel } from '../models';
import { withTextHead } from '../models/byText';
import type { MethodConfig } from './protocol';
import { workOf } from './work';

const vit = parseModel({ model_type: 'vit', hidden_size: 24, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 40, image_size: 16, patch_size: 8, num_labels: 3 });
const of = (config: MethodConfig, batch = 4, sharing = 1, model = vit) => workOf(new Adapted(model, config), batch, sharing);
/** Multiply-adds of a product with each matrix of the model, for all tokens of a batch. */
const plain = (adapted: Adapted, batch: number) => adapted.trace.linears.reduce((sum, { in: n, out }) => sum + n * out, 0) * adapted.trace.tokens * batch;

test('all weights take a whole step, the head alone the forward of it', () => {
  expect([of({ method: 'full' }), of({ method: 'linear_probe' }), of({ method: 'full' }, 9)]).toEqual([1, 1 / 3, 1]);
});

test('LoRA takes two of three products of each matrix, and three of each of its factors', () => {
  for (const [r, batch] of [[1, 4], [3, 4], [3, 7]] as const) {
    const adapted = new Adapted(vit, { method: 'lora', r, target_modules: ['query'] });
    const tokens = batch * adapted.trace.tokens;
    expect(adapted.trace.tokens).toBe(5);
    expect(workOf(adapted, batch)).toBeCloseTo((2 * plain(adapted, batch) + 2 * 3 * tokens * r * (24 + 24)) / (3 * plain(adapted, batch)), 12);
  }
});

test('merged, it takes the gradient of the weight, and what micro-batches share is divided among them', () => {
  const config: MethodConfig = { method: 'lora', r: 12, target_modules: ['query'] };
  const adapted = new Adapted(vit, config);
  for (const sharing of [1, 4]) expect(of(config, 12, sharing)).toBeCloseTo((2 * plain(adapted, 12) + 2 * (12 * 5 * 24 * 24 + (4 * 12 * 24 * 24) / sharing)) / (3 * plain(adapted, 12)), 12);
  expect(workOf(adapted, 12)).toBe(of(config, 12, 1));
});

test('prompts are further tokens of all products', () => {
  const adapted = new Adapted(vit, { method: 'vpt', n_ctx: 5 });
  expect(adapted.tokens).toBe(10);
  expect(workOf(adapted, 4)).toBeCloseTo((2 * 10) / (3 * 5), 12);
});

test('texts are read once a step, or for every image, and images go back only where something of theirs learns', () => {
  const tower = { hidden_size: 12, intermediate_size: 20, num_hidden_layers: 2, num_attention_heads: 2 };
  const clip = withTextHead(parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower, image_size: 8, patch_size: 4 }, text_config: { ...tower, max_position_embeddings: 32, vocab_size: 20 } }), 2);
  const parts = (config: MethodConfig) => {
    const adapted = new Adapted(clip, config);
    const sum = (tower: 'image' | 'text') => adapted.trace.linears.filter((linear) => linear.tower === tower).reduce((n, { in: i, out, rows }) => n + i * out * rows, 0);
    return { adapted, image: sum('image'), text: sum('text') };
  };
  const batch = 4;
  const coop = parts({ method: 'coop', n_ctx: 2 });
  expect(coop.image * coop.text).toBeGreaterThan(0);
  expect(workOf(coop.adapted, batch)).toBeCloseTo((coop.image * batch + 2 * coop.text) / (3 * coop.image * batch), 12);
  const cocoop = parts({ method: 'cocoop', n_ctx: 2 });
  expect(workOf(cocoop.adapted, batch)).toBeCloseTo((cocoop.image * batch + 2 * cocoop.text * batch) / (3 * cocoop.image * batch), 12);
  const maple = parts({ method: 'maple', n_ctx: 2 });
  const seen = (2 * maple.adapted.tokens) / maple.adapted.trace.tokens;
  expect(seen).toBeGreaterThan(2);
  expect(workOf(maple.adapted, batch)).toBeCloseTo((seen * maple.image * batch + 2 * maple.text) / (3 * maple.image * batch), 12);
  // A LoRA beside the context: in the text tower alone, or in that of images as well.
  for (const [target_modules, back] of [['text_model.*q_proj', 1], ['vision_model.*q_proj', 2], ['.*q_proj', 2]] as const) {
    const { adapted, image, text } = parts({ method: 'coop_lora', n_ctx: 2, r: 2, target_modules });
    const added = adapted.layers.reduce((n, layer) => n + (adapted.costOf(layer, batch)?.[adapted.formOf(layer, batch)] ?? 0), 0);
    expect(added).toBeGreaterThan(0);
    expect(workOf(adapted, batch)).toBeCloseTo((back * image * batch + 2 * text + added) / (3 * image * batch), 12);
  }
});
