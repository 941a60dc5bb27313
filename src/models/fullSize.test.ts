import { describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { sizeOf } from '../engine/tensor';
import { completeTrain } from '../train/config';
import { planRun } from '../train/plan';
import type { MethodConfig } from '../train/protocol';
import { fullSize, type FullSize } from '../testing/fullSize';
import { parseModel } from './index';
import { traceModel } from './trace';

/**
 * Parameters as `sum(p.numel() for p in model.parameters())` gives them, of the whole classifier or of the backbone.
 * DINOv2's counts include `mask_token` (one vector of the width), which only pretraining uses and which is not run here.
 */
const known: [name: FullSize, part: 'model' | 'backbone', parameters: number, mask: number, tokens: number][] = [
  ['ViT-B/16', 'model', 86_567_656, 0, 197],
  ['DINOv2 S/14', 'backbone', 22_056_576, 384, 1370],
  ['DINOv2 B/14', 'backbone', 86_580_480, 768, 1370],
  ['DINOv2 B/14 with registers', 'backbone', 86_583_552, 768, 1374],
  ['DINOv2 g/14', 'backbone', 1_136_480_768, 1536, 1370],
  ['DeiT-Ti/16 distilled', 'model', 5_910_800, 0, 198],
];

/** A plan without a GPU: exact parameters, and bytes by role. */
function plan(name: FullSize, method: MethodConfig, batch = 2) {
  const adapted = new Adapted(parseModel(fullSize[name]), method);
  return { adapted, ...planRun(adapted, completeTrain({ batch }), 0) };
}

describe('full-size models', () => {
  test.each(known)('%s, its %s has %i parameters', (name, part, parameters, mask, tokens) => {
    const trace = traceModel(parseModel(fullSize[name]));
    const size = (names: Iterable<string>) => [...names].reduce((n, w) => n + sizeOf(trace.weights.get(w)!), 0);
    expect(size(trace.weights.keys()) - (part === 'backbone' ? size(trace.head) : 0)).toBe(parameters - mask);
    expect(trace.tokens).toBe(tokens);
  });

  // formats.md section 7, rows q,v and all linear of a ViT-B, which DINOv2 B/14 equals in its blocks.
  test.each(['ViT-B/16', 'DINOv2 B/14'] as const)('%s: adapter parameters', (name) => {
    const count = (method: MethodConfig) => new Adapted(parseModel(fullSize[name]), method).counts().adapter_parameters;
    expect(count({ method: 'lora', r: 8, target_modules: ['query', 'value'] })).toBe(294_912);
    expect(count({ method: 'lora', r: 8, target_modules: 'all-linear' })).toBe(1_327_104);
    expect(count({ method: 'randlora', r: 6, target_modules: ['query', 'value'] })).toBe(2_377_728);
    expect(count({ method: 'randlora', r: 32, target_modules: 'all-linear' })).toBe(1_382_400);
    expect(count({ method: 'vera', r: 256, target_modules: 'all-linear' })).toBe(101_376);
  });

  test.each(['ViT-B/16', 'DINOv2 S/14', 'DINOv2 B/14', 'DINOv2 B/14 with registers'] as const)('%s plans a step of RandLoRA and of full fine-tuning', (name) => {
    const rand = plan(name, { method: 'randlora', r: 32 });
    expect(rand.adapted.layers.length).toBe(60);
    const weights = [...rand.adapted.trace.weights.values()].reduce((n, shape) => n + sizeOf(shape), 0);
    const { bytes } = rand.plan;
    // All weights but the head are frozen, to the byte; gradients and both moments exist for what learns alone.
    expect(bytes.frozen).toBe(4 * (weights - rand.plan.head_parameters));
    expect(bytes.param).toBeGreaterThanOrEqual(4 * rand.plan.trainable_parameters);
    expect(bytes.param).toBeLessThan(4 * rand.plan.trainable_parameters + 256 * 200);
    const full = plan(name, { method: 'full' });
    expect(full.plan.trainable_parameters).toBe(weights);
    expect(full.plan.bytes.frozen ?? 0).toBe(0);
    for (const p of [rand.plan, full.plan]) expect(Object.values(p.bytes).reduce((a, b) => a + b, 0)).toBe(p.total_bytes);
    // Recomputing activations leaves a fraction of them.
    const checkpointed = planRun(rand.adapted, completeTrain({ batch: 2, checkpoint_activations: true }), 0).plan;
    expect(checkpointed.bytes.temp!).toBeLessThan(0.5 * bytes.temp!);
  });
});
