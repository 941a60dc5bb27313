import { expect, test } from 'vitest';
import { parseModel } from '../../../models';
import { Adapted } from '../../adapted';
import { writeConfig } from '../../files/writeConfig';
import { ConfigError } from '../../fields';

const model = parseModel({ model_type: 'vit', hidden_size: 48, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 112, image_size: 16, patch_size: 8 });
const adapted = (more: object) => new Adapted(model, { method: 'vblora', ...more });

test('vectors are as long as all layers allow, which the file says', () => {
  const written = (more: object) => (JSON.parse(writeConfig(adapted(more), 'base')) as Record<string, unknown>).vector_length;
  expect([written({}), written({ target_modules: ['query'] }), written({ vector_length: 8 })]).toEqual([16, 48, 8]);
  // N L and, of each layer, r N (in + out) / L.
  expect(adapted({ num_vectors: 20, r: 3 }).counts().adapter_parameters).toBe(20 * 16 + 2 * 3 * 20 * ((3 * 96 + 2 * 160) / 16));
});

test('settings that fit no layer are refused in a sentence', () => {
  expect(() => adapted({ vector_length: 5 })).toThrow(ConfigError);
  expect(() => adapted({ vector_length: 5 })).toThrow(/^vector_length is 5, which does not divide both sizes of vit\..* \(48 x 48\); choose a length that does, or leave it out\.$/);
  expect(() => adapted({ num_vectors: 2, topk: 3 })).toThrow('topk is 3, and num_vectors is 2: no more vectors can be mixed than there are.');
});

test('an adapter of mixes alone is not begun anew', async () => {
  await expect(adapted({ save_only_topk_weights: true }).initialise(0, () => Promise.resolve(new Float32Array()))).rejects.toThrow(/leave it out to train from the start\.$/);
});
