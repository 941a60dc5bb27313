import { expect, test } from 'vitest';
import { experimentOf } from './study';
import { experimentNames } from './experimentNames';

const experiment = (method: { method: string; r?: number }, train: { seed: number; lr?: number }, name: string) => experimentOf({ model: 'vit-nano', data: 'fashion-mnist', method, train, name });

test('experiments go by what they are, in words, and those that are alike in it by their names in the study too', () => {
  expect(experimentNames([experiment({ method: 'randlora', r: 8 }, { seed: 0 }, 'r-8-seed0'), experiment({ method: 'linear_probe' }, { seed: 1 }, 'seed1')])).toEqual(['RandLoRA, r 8, seed 0', 'Linear probe, seed 1']);
  expect(experimentNames([0.01, 0.02].map((lr) => experiment({ method: 'lora', r: 4 }, { seed: 0, lr }, `r-4-lr${lr}-seed0`)))).toEqual(['LoRA, r 4, seed 0, r-4-lr0.01-seed0', 'LoRA, r 4, seed 0, r-4-lr0.02-seed0']);
});
