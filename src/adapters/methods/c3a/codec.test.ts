import { expect, test } from 'vitest';
import { parseModel } from '../../../models';
import { Adapted } from '../../adapted';
import { writeConfig } from '../../files/writeConfig';
import { blockOf } from './block';

const model = parseModel({ model_type: 'vit', hidden_size: 48, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 112, image_size: 16, patch_size: 8 });
const written = (settings: object) => JSON.parse(writeConfig(new Adapted(model, { method: 'c3a', target_modules: ['query', 'intermediate.dense'], ...settings }), 'base')) as Record<string, unknown>;
const [query, dense] = ['vit.encoder.layer.0.attention.attention.query', 'vit.encoder.layer.0.intermediate.dense'];

test.each([[1, 48, 48, 1], [256, 48, 48, 48], [256, 48, 112, 16], [10, 48, 48, 8], [12, 16, 9, 1], [16, 112, 48, 16]])('a block of %i at most, of %i by %i, has %i', (block_size, n, m, b) => {
  expect(blockOf({ method: 'c3a', block_size }, { in: n, out: m })).toBe(b);
});

test('a file says the size of every layer that PEFT would refuse the setting for', () => {
  expect(written({ block_size: 16 })).toMatchObject({ block_size: 16, block_size_pattern: {} });
  expect(written({ block_size: 48 }).block_size_pattern).toEqual({ [dense]: 16 });
  expect(written({})).toMatchObject({ block_size: 256, block_size_pattern: { [query]: 48, [dense]: 16 } });
  // A pattern of the user's that fits stays, behind what had to be said of other layers.
  expect(Object.entries(written({ block_size: 48, block_size_pattern: { query: 8 } }).block_size_pattern as object)).toEqual([[dense, 16], ['query', 8]]);
});

test('zeros are what PEFT calls true', () => {
  expect([written({}).init_weights, written({ init_weights: 'zeros' }).init_weights]).toEqual(['xavier_uniform', true]);
});
