import { describe, expect, test } from 'vitest';
import { parseModel } from '../models';
import { withTextHead } from '../models/byText';
import type { MethodConfig } from './field';
import { Adapted } from './adapted';

const vit = parseModel({ model_type: 'vit' });
const clipB = parseModel({ model_type: 'clip' });
const clipL = parseModel({
  model_type: 'clip',
  projection_dim: 768,
  vision_config: { hidden_size: 1024, intermediate_size: 4096, num_attention_heads: 16, num_hidden_layers: 24, patch_size: 14 },
});
const count = (model: typeof vit, config: MethodConfig) => new Adapted(model, config).counts().adapter_parameters;

// The published tables of PEFT's layout: separate q, k, v, and both MLP matrices (the default targets).
test.each([
  [{ method: 'lora', r: 32 }, 4_718_592, 12_582_912],
  [{ method: 'dora', r: 32 }, 4_792_320, 12_779_520],
  [{ method: 'vera', r: 256 }, 89_088, 227_328],
  [{ method: 'randlora', r: 6 }, 5_944_320, 21_135_600],
  [{ method: 'randlora', r: 8 }, 4_469_760, 15_851_520],
  [{ method: 'randlora', r: 10 }, 3_594_360, 12_780_240],
])('%j on q, k, v, fc1, fc2 of base and large', (config, base, large) => {
  expect(count(vit, config)).toBe(base);
  expect(count(clipB, config)).toBe(base);
  expect(count(clipL, config)).toBe(large);
});

test.each([
  [{ method: 'pissa', r: 16 }, 2_359_296],
  [{ method: 'lora_xs', r: 25 }, 37_500],
  [{ method: 'shira', r: 32 }, 4_718_592],
  [{ method: 'hira', r: 32 }, 4_718_592],
  [{ method: 'miss', r: 32 }, 2_359_296],
  [{ method: 'kradapter' }, 4_147_200],
  [{ method: 'loha', r: 16 }, 4_718_592],
  [{ method: 'gralora', r: 32 }, 4_718_592],
  [{ method: 'glora', r: 8 }, 2_949_720],
  [{ method: 'lokr', r: 8 }, 85_248],
  [{ method: 'delora', r: 8 }, 1_179_708],
  [{ method: 'psoft', r: 32 }, 33_600],
  [{ method: 'pvera', r: 256 }, 104_448],
  [{ method: 'gralora', r: 16, gralora_k: 4, hybrid_r: 16 }, 4_718_592],
  [{ method: 'svft', off_diag: 0, pattern: 'plain' }, 46_140],
  [{ method: 'svft', off_diag: 2 }, 230_100],
  [{ method: 'svft', off_diag: 8 }, 779_100],
  [{ method: 'tinylora', u: 64 }, 3840],
  [{ method: 'tinylora', u: 13, weight_tying: 1 }, 13],
  [{ method: 'adalora', init_r: 12 }, 1_770_192],
  [{ method: 'autolora', r: 8 }, 1_180_128],
  [{ method: 'pranc', num_alpha: 10_000 }, 10_000],
  [{ method: 'hydralora', r: 8 }, 2_580_480],
  [{ method: 'randlora_svd', r: 6 }, 5_944_320],
  [{ method: 'randlora_svd', r: 32 }, 1_152_000],
  [{ method: 'lora_randlora', r: 4, randlora_r: 32 }, 1_741_824],
  [{ method: 'hydralora', r: 4 }, 1_400_832],
])('%j on q, k, v, fc1, fc2 of base', (config, base) => {
  expect(count(vit, config)).toBe(base);
  expect(count(clipB, config)).toBe(base);
});

describe('a ViT-B, adapter only', () => {
  const targets = { 'q,v': ['query', 'value'], 'q,k,v,o': ['query', 'key', 'value', 'attention.output.dense'], 'all linear': 'all-linear' };
  const table: Record<keyof typeof targets, number[]> = {
    'q,v': [294_912, 313_344, 2_377_728, 460_800, 165_888, 24_576, 43_008, 49_152],
    'q,k,v,o': [589_824, 626_688, 4_755_456, 921_600, 331_776, 49_152, 86_016, 98_304],
    'all linear': [1_327_104, 1_410_048, 7_133_184, 1_382_400, 497_664, 101_376, 156_672, 147_456],
  };
  const methods: MethodConfig[] = [
    { method: 'lora', r: 8 },
    { method: 'dora', r: 8 },
    { method: 'randlora', r: 6 },
    { method: 'randlora', r: 32 },
    { method: 'randlora', r: 96 },
    { method: 'vera', r: 256 },
    { method: 'vera', r: 1024 },
    { method: 'nola', nola_num_bases: 1024 },
  ];
  test.each(Object.keys(targets) as (keyof typeof targets)[])('%s', (name) => {
    expect(methods.map((m) => count(vit, { ...m, target_modules: targets[name] }))).toEqual(table[name]);
  });

  test('full fine-tuning and the linear probe', () => {
    expect(new Adapted(vit, { method: 'full' }).counts()).toEqual({ adapter_parameters: 85_798_656, head_parameters: 2 * 768 + 2 });
    expect(new Adapted(vit, { method: 'linear_probe' }).counts()).toEqual({ adapter_parameters: 0, head_parameters: 2 * 768 + 2 });
    // The vision tower and its projection, as the authors count them.
    expect(count(withTextHead(clipB, 10), { method: 'full' })).toBe(87_849_216);
  });
});
