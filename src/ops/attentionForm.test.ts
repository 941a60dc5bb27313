import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { VIT_CONFIG } from '../bench/entries/vit';
import { planMemory } from '../engine/plan';
import { Recorder, type RecorderOptions } from '../engine/record';
import { parseModel } from '../models';
import { recordPrograms } from '../train/programs';
import { attentionForm } from './attentionForm';

const at = (B: number, T: number, heads: number, D: number, options: RecorderOptions = {}) => attentionForm(new Recorder(options), { B, T, heads, D });

test('by shape and memory', () => {
  expect(at(8, 50, 12, 64)).toEqual({ forward: 'fused', backward: 'products', keep: false });
  expect(at(32, 197, 12, 64).backward).toBe('products');
  // 384 pixels in patches of 16: half a GiB of probabilities at batch 32, and traffic at any batch.
  expect(at(32, 577, 12, 64).backward).toBe('fused');
  expect(at(1, 577, 12, 64).backward).toBe('fused');
  expect(at(64, 257, 16, 64).backward).toBe('fused');
  expect(at(32, 197, 12, 64, { maxBinding: 32 * 1024 * 1024 }).backward).toBe('fused');
});

test('on software adapters the forward is products too, and keeps P where that is no larger than q, k and v', () => {
  expect(at(32, 65, 3, 64, { software: true })).toEqual({ forward: 'products', backward: 'products', keep: true });
  expect(at(2, 197, 12, 64, { software: true }).keep).toBe(false);
  expect(at(32, 577, 12, 64, { software: true })).toEqual({ forward: 'fused', backward: 'fused', keep: false });
});

test('heads too wide for the fused kernels, or too long for one workgroup, take products', () => {
  const attention = { forward: 'fused', backward: 'fused' } as const;
  expect(at(1, 577, 1, 516, { attention })).toMatchObject({ forward: 'products', backward: 'products' });
  expect(at(1, 64, 1, 16, { attention: { backward: 'head' } }).backward).toBe('head');
  expect(at(1, 65, 1, 16, { attention: { backward: 'head' } }).backward).toBe('products');
});

test('a training step of the benchmark\'s ViT stays within 40 % of the fastest peer\'s 817 MiB', () => {
  for (const software of [false, true]) {
    const adapted = new Adapted(parseModel(VIT_CONFIG), { method: 'full' });
    const { rec } = recordPrograms(adapted, { batch: 32, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, software });
    expect(planMemory(rec).total).toBeLessThan(0.4 * 817 * 2 ** 20);
  }
});
