import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import { methods } from '../adapters/index';
import { Recorder, recorder } from '../engine/record';
import { parseModel } from '../models';
import { withGuest } from '../testing/guestMethod';
import { there } from '../testing/there';
import { mapOf, recordLook } from './rollout';

/** Programs of a look, and the map made of its numbers, without a device; rollout.test.ts has the numbers. */
const model = (config: object) => parseModel({ hidden_size: 24, num_hidden_layers: 3, num_attention_heads: 2, intermediate_size: 32, image_size: 12, patch_size: 4, layer_norm_eps: 1e-6, num_labels: 3, ...config });
const options = { batch: 5, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: true } as const;

function looked(net: ReturnType<typeof model>, watch: boolean, method: ConstructorParameters<typeof Adapted>[1] = FROZEN) {
  const rec = new Recorder();
  const { evaluate, pixels, logits, rollout } = recordLook(rec, new Adapted(net, method), options, 2, watch);
  const kernels = evaluate.entries.map(({ kernel }) => kernel.name);
  return { kernels, role: pixels.role, pixels: pixels.shape, logits: logits.shape, rollout: rollout?.shape ?? null, means: kernels.filter((name) => name.startsWith('attention_mean')).length, kept: evaluate.entries.filter(({ kernel }) => kernel.name === 'rollout').map(({ params }) => params.kept) };
}

test('a look is a forward pass, with the mean attention of each layer where it is asked for', () => {
  const [plain, watched] = [looked(model({ model_type: 'vit' }), false), looked(model({ model_type: 'vit' }), true)];
  expect(plain).toMatchObject({ role: 'input', pixels: [2, 3, 12, 12], logits: [2, 3], rollout: null, means: 0 });
  expect(plain.kernels.filter((name) => /rollout/.test(name))).toEqual([]);
  // Nothing is dropped, and nothing made ready for gradients that nobody asks for.
  const method = { method: 'lora', r: 2, target_modules: ['query'] };
  expect(looked(model({ model_type: 'vit' }), false, { ...method, lora_dropout: 0.5 }).kernels).toEqual(looked(model({ model_type: 'vit' }), false, method).kernels);
  // Nine patches and the class token.
  expect(watched).toMatchObject({ pixels: [2, 3, 12, 12], logits: [2, 3], rollout: [2, 10], means: 3 });
});

test('a look keeps nothing for gradients', async () => {
  const seen: boolean[] = [];
  const lora = there(methods.lora);
  await withGuest({ cost: undefined, streamed: (...given) => (seen.push(recorder().recordsGradients), lora.streamed(...given)) }, {}, () => looked(model({ model_type: 'vit' }), false, { method: 'guest', r: 2, target_modules: ['query'] }));
  expect(seen).toEqual([false, false, false]);
});

test('of prompts that are new in a layer nothing came from a token before it', () => {
  // Nine patches, the class token, and two prompts, new in as many layers as are deep; from the last layer to the first.
  const kept = (prompt_depth: number) => looked(model({ model_type: 'vit' }), true, { method: 'vpt', n_ctx: 2, prompt_depth }).kept;
  expect([1, 2, 3].map(kept)).toEqual([[12, 12, 12], [12, 12, 10], [12, 10, 10]]);
});

test.each([
  ['the class token', { model_type: 'vit' }, 1],
  ['the class and distillation tokens', { model_type: 'deit' }, 2],
  ['the class token and three registers', { model_type: 'dinov2_with_registers', num_register_tokens: 3, mlp_ratio: 1.5 }, 4],
])('a map is of the patches behind %s, whose shares are those of one another', (_, config, before) => {
  const row = Float32Array.from([...new Array<number>(before).fill(0.125), 1, 2, 3, 4, 5, 6, 7, 8, 4, 99]);
  const map = mapOf(model(config), row);
  expect([map.rows, map.cols, map.share]).toEqual([3, 3, 40]);
  expect(map.weights).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 4].map((v) => v / 40));
});
