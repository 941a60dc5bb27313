import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { planMemory } from '../engine/plan';
import { parseModel } from '../models';
import { completeTrain } from './config';
import { largestBatch } from './plan';
import { recordPrograms, type ProgramOptions } from './programs';

const config = (layers: number) => ({ model_type: 'vit', hidden_size: 64, num_hidden_layers: layers, num_attention_heads: 2, intermediate_size: 128, image_size: 32, patch_size: 4, layer_norm_eps: 1e-6, num_labels: 3 });
const options = (more: Partial<ProgramOptions>): ProgramOptions => ({ batch: 16, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, form: 'merged', ...more });
const bytesOf = (adapted: Adapted, more: Partial<ProgramOptions>) => planMemory(recordPrograms(adapted, options(more)).rec).total;

test('merged weights are kept for the backward where that takes a tenth more at most, and made once then', () => {
  for (const [layers, batch] of [[1, 16], [12, 1]] as const) {
    const adapted = new Adapted(parseModel(config(layers)), { method: 'randlora', r: 4 });
    const [made, kept, chosen] = [{ keep_merged: false }, { keep_merged: true }, {}].map((more) => bytesOf(adapted, { batch, ...more })) as [number, number, number];
    expect(kept).toBeGreaterThan(made);
    expect(chosen, `${layers} layers`).toBe(kept <= 1.1 * made ? kept : made);
    const merges = (keep_merged: boolean) => recordPrograms(adapted, options({ batch, keep_merged })).train.entries.filter(({ kernel }) => kernel.name.startsWith('randlora_merge')).length;
    expect(merges(false)).toBe(2 * merges(true));
  }
});

test('both are chosen somewhere', () => {
  const chosen = (layers: number, batch: number) => {
    const adapted = new Adapted(parseModel(config(layers)), { method: 'randlora', r: 4 });
    return bytesOf(adapted, { batch }) === bytesOf(adapted, { batch, keep_merged: true });
  };
  expect([chosen(1, 16), chosen(12, 1)]).toEqual([true, false]);
});

test('the largest batch is one that fits, whatever is chosen for it, and the next does not', () => {
  const adapted = new Adapted(parseModel(config(2)), { method: 'randlora', r: 4, form: 'merged' });
  const train = completeTrain({});
  const bytes = (batch: number) => planMemory(recordPrograms(adapted, { ...options({ batch }), form: undefined }).rec).total;
  for (const cap of [6e6, 9e6, 13e6]) {
    const batch = largestBatch(adapted, train, cap);
    expect(bytes(batch)).toBeLessThanOrEqual(cap);
    expect(bytes(batch + 1)).toBeGreaterThan(cap);
  }
});
