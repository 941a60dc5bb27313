import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Adapted } from '../../adapters/adapted';
import { planMemory } from '../../engine/plan';
import { fullSize } from '../../testing/fullSize';
import { recordPrograms } from '../../train/programs';
import { twoTowers } from '../byText';
import { parseModel } from '../index';
import { ModelError } from '../model';
import { traceModel } from '../trace';
import { clipFileNames } from './names';
import { endOfText } from './text';

const L14 = fullSize['CLIP ViT-L/14'];

describe('where a text ends, as transformers finds it', () => {
  test.each([
    [[49406, 320, 49407, 49407], 49407, 2],
    [[49406, 320, 49407, 0], 2, 2],
    // The old rule takes the first largest id, whatever it is; the new one the first end of text, else the first token.
    [[9, 5, 9], 2, 0],
    [[1, 2, 3], 2, 2],
    [[1, 2, 3], 7, 0],
  ])('%j with eos_token_id %d', (ids, eos, at) => expect(endOfText(ids, eos)).toBe(at));

  test('any ids', () => {
    fc.assert(fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }), fc.nat(9), (ids, eos) => {
      const at = endOfText(ids, eos);
      expect(at).toBe(eos === 2 ? ids.indexOf(Math.max(...ids)) : Math.max(0, ids.indexOf(eos)));
    }));
  });
});

describe('full-size CLIP', () => {
  test.each([
    ['ViT-B/32', fullSize['CLIP ViT-B/32'], 151_277_313],
    ['ViT-B/16', fullSize['CLIP ViT-B/16'], 149_620_737],
    ['ViT-L/14', L14, 427_616_513],
  ])('%s has the parameters that its authors count', (_, config, parameters) => {
    expect(new Adapted(twoTowers(parseModel(config)), { method: 'full' }).counts().adapter_parameters).toBe(parameters);
  });

  test.each(['lora', 'full'])("ViT-L/14, %s on both towers: nothing binds more than WebGPU's default, though the token embedding is larger", (method) => {
    const maxBinding = 128 * 1024 * 1024;
    const { rec } = recordPrograms(new Adapted(twoTowers(parseModel(L14), { tokens: 12 }), { method }), {
      batch: 2, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, maxBinding,
    });
    const plan = planMemory(rec);
    expect(49_408 * 768 * 4).toBeGreaterThan(maxBinding);
    expect(Math.max(...plan.buffers.map((b) => b.bound))).toBeLessThanOrEqual(maxBinding);
    expect(Math.max(...plan.buffers.map((b) => b.bytes))).toBeLessThanOrEqual(2 * maxBinding);
  });
});

test('names of both towers are the same in transformers 4 and 5, and are not mixed up', () => {
  for (const name of traceModel(twoTowers(parseModel({ model_type: 'clip' }))).weights.keys()) {
    expect(clipFileNames.v4(name)).toBe(name);
    if (!name.startsWith('vision_model.')) expect(clipFileNames.v5(name.replace(/\.(weight|bias)$/, ''))).toBe(name.replace(/\.(weight|bias)$/, ''));
  }
});

test('configs of early versions, and bad ones', () => {
  const parse = (config: object) => parseModel({ model_type: 'clip', ...config });
  expect(parse({ text_config: null, vision_config: null }).text!.max_tokens).toBe(77);
  expect(parse({ text_config_dict: { max_position_embeddings: 40 }, text_config: { max_position_embeddings: 50 } }).text!.max_tokens).toBe(40);
  for (const text_config of [{ vocab_size: 0 }, { vocab_size: 1e12 }, { num_attention_heads: 7 }, { eos_token_id: -1 }, { hidden_act: 'relu' }]) expect(() => parse({ text_config }), JSON.stringify(text_config)).toThrow(ModelError);
});
