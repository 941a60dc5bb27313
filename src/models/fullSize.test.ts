import { describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { sizeOf } from '../engine/tensor';
import { completeTrain } from '../train/config';
import { planRun } from '../train/plan';
import type { MethodConfig } from '../train/protocol';
import { parseModel } from './index';
import { traceModel } from './trace';

/**
 * The sizes of config.json as the hub has them (google/vit-base-patch16-224, facebook/dinov2-small, -base, -giant,
 * dinov2-with-registers-base, deit-tiny-distilled-patch16-224).
 */
const labels = { num_labels: 1000 };
const small = { hidden_size: 384, num_attention_heads: 6 };
const tiny = { hidden_size: 192, num_attention_heads: 3, intermediate_size: 768 };
const configs = {
  'ViT-B/16': { model_type: 'vit', hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072, image_size: 224, patch_size: 16, ...labels },
  'DINOv2 S/14': { model_type: 'dinov2', ...small, num_hidden_layers: 12, mlp_ratio: 4, image_size: 518, patch_size: 14, use_swiglu_ffn: false, ...labels },
  'DINOv2 B/14': { model_type: 'dinov2', hidden_size: 768, num_attention_heads: 12, num_hidden_layers: 12, mlp_ratio: 4, image_size: 518, patch_size: 14, use_swiglu_ffn: false, ...labels },
  'DINOv2 B/14 with registers': { model_type: 'dinov2_with_registers', num_register_tokens: 4, image_size: 518, patch_size: 14, ...labels },
  'DINOv2 g/14': { model_type: 'dinov2', hidden_size: 1536, num_attention_heads: 24, num_hidden_layers: 40, mlp_ratio: 4, image_size: 518, patch_size: 14, use_swiglu_ffn: true, ...labels },
  'DeiT-Ti/16 distilled': { model_type: 'deit', architectures: ['DeiTForImageClassificationWithTeacher'], ...tiny, ...labels },
};
type Name = keyof typeof configs;

/**
 * Parameters as `sum(p.numel() for p in model.parameters())` gives them, of the whole classifier or of the backbone.
 * DINOv2's counts include `mask_token` (one vector of the width), which only pretraining uses and which is not run here.
 */
const known: [name: Name, part: 'model' | 'backbone', parameters: number, mask: number, tokens: number][] = [
  ['ViT-B/16', 'model', 86_567_656, 0, 197],
  ['DINOv2 S/14', 'backbone', 22_056_576, 384, 1370],
  ['DINOv2 B/14', 'backbone', 86_580_480, 768, 1370],
  ['DINOv2 B/14 with registers', 'backbone', 86_583_552, 768, 1374],
  ['DINOv2 g/14', 'backbone', 1_136_480_768, 1536, 1370],
  ['DeiT-Ti/16 distilled', 'model', 5_910_800, 0, 198],
];

/** A plan without a GPU: exact parameters, and bytes by role. */
function plan(name: Name, method: MethodConfig, batch = 2) {
  const adapted = new Adapted(parseModel(configs[name]), method);
  return { adapted, ...planRun(adapted, completeTrain({ batch }), 0) };
}

describe('full-size models', () => {
  test.each(known)('%s, its %s has %i parameters', (name, part, parameters, mask, tokens) => {
    const trace = traceModel(parseModel(configs[name]));
    const size = (names: Iterable<string>) => [...names].reduce((n, w) => n + sizeOf(trace.weights.get(w)!), 0);
    expect(size(trace.weights.keys()) - (part === 'backbone' ? size(trace.head) : 0)).toBe(parameters - mask);
    expect(trace.tokens).toBe(tokens);
  });

  // formats.md section 7, rows q,v and all linear of a ViT-B, which DINOv2 B/14 equals in its blocks.
  test.each(['ViT-B/16', 'DINOv2 B/14'] as const)('%s: adapter parameters', (name) => {
    const count = (method: MethodConfig) => new Adapted(parseModel(configs[name]), method).counts().adapter_parameters;
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
