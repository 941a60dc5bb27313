import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { folderTree } from '../io/fileTree.node';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { golden, goldenJson, goldenNames, goldenPath } from '../testing/golden';
import { GRAD, goldenBatch, savedTree } from '../testing/goldenAdapters';
import { CLIP, CLIP_PROMPTS, clipConfig, clipOf, withClassTexts, ways } from '../testing/goldenClip';
import { oneStep } from '../train/oneStep';
import { Adapted } from './adapted';
import { TEACHER } from './prompts/contexts';
import { loadAdapter, saveAdapter } from './files';
import { mergedWeights } from './merge';
import type { Arrays } from './method';
import { promptTensors } from './prompts/folder';

/** Those that train what stands around the names of classes. */
const names = goldenNames(CLIP_PROMPTS).filter((name) => !name.startsWith('vpt'));

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

describe.each(names)('%s', (name) => {
  test.each(ways)('$how: logits, loss and every gradient', async ({ how: _, ...way }) => {
    const source = await golden(`${CLIP}/model.safetensors`);
    const { adapted, values } = await loadAdapter(await folderTree(goldenPath(`${CLIP_PROMPTS}/${name}`)!), await clipOf(name), source);
    const step = await golden(`${CLIP_PROMPTS}/${name}/step.safetensors`);
    const inputs = await golden(`${CLIP_PROMPTS}/${name}/inputs.safetensors`);
    const batch = await goldenBatch(inputs);
    const teacher: Arrays = inputs.has(TEACHER) ? { [TEACHER]: await inputs.readF32(TEACHER) } : {};
    const got = await oneStep(device, { adapted, source, values: { ...values, ...teacher }, ...batch, ...way });
    expect(maxError(got.logits, await step.readF32('logits'))).toBeLessThan(5e-6);
    if (!way.accumulate) expect(Math.abs(got.loss - defined((await step.readF32('loss'))[0]))).toBeLessThan(5e-6);
    const grads = promptTensors(adapted, adapted.method.prompts!.folder!, got.grads);
    expect([...grads.keys()].map((n) => `grad.${n}`).sort()).toEqual(step.names().filter((n) => n.startsWith('grad.')).sort());
    for (const [n, { data }] of grads) expect(maxError(data, await step.readF32(`grad.${n}`)), n).toBeLessThan(GRAD);
  });

  test('comes back from a save as it was, and cannot be merged', async () => {
    const source = await golden(`${CLIP}/model.safetensors`);
    const base = { id: 'clip_small_dev', config: clipConfig, source };
    const first = await loadAdapter(await folderTree(goldenPath(`${CLIP_PROMPTS}/${name}`)!), await clipOf(name), source);
    const saved = await saveAdapter(first.adapted, first.values, { base });
    const again = await loadAdapter(savedTree(saved), await clipOf(name), source);
    expect(again.adapted.config).toEqual(first.adapted.config);
    expect(again.values).toEqual(first.values);
    const [theirs, ours] = [goldenJson<Record<string, unknown>>(`${CLIP_PROMPTS}/${name}/method.json`), JSON.parse(new TextDecoder().decode(defined(saved[0]).bytes)) as Record<string, unknown>];
    const { method: _, model: __, note: ___, base: ____, ...settings } = theirs;
    expect(ours).toMatchObject(settings);
    const [a, b] = [await golden(`${CLIP_PROMPTS}/${name}/prompt_model.safetensors`), await openSafetensors(bytesAccess(defined(saved[1]).bytes))];
    expect(b.names()).toEqual(a.names().sort());
    for (const n of b.names()) expect([n, b.info(n).shape, await b.readF32(n)]).toEqual([n, a.info(n).shape, await a.readF32(n)]);
    await expect(mergedWeights(device, source, first)).rejects.toThrow(/what CLIP reads around the names of classes and changes no weight/);
  });
});

test('as many parameters as the reference counts at the size of CLIP ViT-B/16', () => {
  const clip = parseModel({
    model_type: 'clip', projection_dim: 512,
    vision_config: { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072, image_size: 224, patch_size: 16 },
    text_config: { hidden_size: 512, num_hidden_layers: 12, num_attention_heads: 8, intermediate_size: 2048, max_position_embeddings: 77, vocab_size: 49408, eos_token_id: 2 },
  });
  const count = (method: string, settings: object = {}) => new Adapted(clip.with({ labels: ['a', 'b', 'c'] }), { method, ...settings }).counts();
  expect(count('coop')).toEqual({ adapter_parameters: 8_192, head_parameters: 0 });
  expect(count('coop', { class_specific: true }).adapter_parameters).toBe(3 * 8_192);
  expect(count('cocoop').adapter_parameters).toBe(35_360);
  expect(count('maple').adapter_parameters).toBe(3_555_072);
});

test('what has no text tower, and a text that is too long, are refused', () => {
  expect(() => new Adapted(parseModel({ model_type: 'vit' }), { method: 'coop' })).toThrow(/CoOp trains what stands around the names of classes, for which a model needs a text tower/);
  const long = withClassTexts({ names: [[1], Array.from({ length: 12 }, () => 2)], start: 298, end: 299, stop: [7], pad: 299, words: [] });
  expect(() => new Adapted(long, { method: 'coop', n_ctx: 4 })).toThrow('The text of the class class 1 would have 19 tokens with its context; this model reads at most 16.');
});
