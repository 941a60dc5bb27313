import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { folderTree } from '../io/fileTree.node';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { parseModel } from '../models';
import { TEXT_HEAD, withTextHead } from '../models/byText';
import { defined } from '../numbers/defined';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { golden, goldenJson, goldenNames, goldenPath } from '../testing/golden';
import { GRAD, goldenBatch, loadVit, savedTree } from '../testing/goldenAdapters';
import { family } from '../testing/guests/family';
import { oneStep, type StepInput } from '../train/oneStep';
import { Adapted } from './adapted';
import { loadAdapter, saveAdapter } from './files';
import { mergedWeights } from './merge';
import type { Arrays } from './method';
import { promptTensors } from './prompts/folder';

const VIT = 'methods/prompts/vit_small_dev';
const CLIP = 'methods/prompts/clip_small_dev';

const ways: (Pick<StepInput, 'accumulate' | 'checkpoint_activations'> & { how: string })[] = [
  { how: 'as it is' },
  { how: 'in micro-batches, with recomputed activations', accumulate: 5, checkpoint_activations: true },
];

/** Gradients by the names of a file. */
const byFile = (adapted: Adapted, grads: Arrays): Arrays => ({
  ...Object.fromEntries([...promptTensors(adapted, adapted.method.prompts!.folder!, grads)].map(([name, { data }]) => [name, data])),
  ...Object.fromEntries([...adapted.trainedHead].map((name) => [name, defined(grads[name])])),
});

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

describe('prompts of a ViT', () => {
  const names = goldenNames(VIT);

  test.each(names.flatMap((name) => ways.map((way) => ({ name, ...way }))))('$name, $how: logits, loss and every gradient', async ({ name, how: _, ...way }) => {
    const vit = await loadVit();
    const { adapted, values, hasHead } = await loadAdapter(await folderTree(goldenPath(`${VIT}/${name}`)!), parseModel(vit.config), vit.source);
    expect(hasHead).toBe(true);
    const step = await golden(`${VIT}/${name}/step.safetensors`);
    const got = await oneStep(device, { adapted, source: vit.source, values, ...(await goldenBatch(await golden(`${VIT}/${name}/inputs.safetensors`))), ...way });
    expect(maxError(got.logits, await step.readF32('logits'))).toBeLessThan(5e-6);
    if (!way.accumulate) expect(Math.abs(got.loss - defined((await step.readF32('loss'))[0]))).toBeLessThan(5e-6);
    const grads = byFile(adapted, got.grads);
    expect(Object.keys(grads).map((n) => `grad.${n}`).sort()).toEqual(step.names().filter((n) => n.startsWith('grad.')).sort());
    for (const [n, data] of Object.entries(grads)) expect(maxError(data, await step.readF32(`grad.${n}`)), n).toBeLessThan(GRAD);
  });

  test.each(names)('%s comes back from a save as it was, and cannot be merged', async (name) => {
    const vit = await loadVit();
    const tree = await folderTree(goldenPath(`${VIT}/${name}`)!);
    const first = await loadAdapter(tree, parseModel(vit.config), vit.source);
    const saved = await saveAdapter(first.adapted, first.values, { base: vit });
    const again = await loadAdapter(savedTree(saved), parseModel(vit.config), vit.source);
    expect(again.adapted.config).toEqual(first.adapted.config);
    expect(again.values).toEqual(first.values);
    const [theirs, ours] = [goldenJson<Record<string, unknown>>(`${VIT}/${name}/method.json`), JSON.parse(new TextDecoder().decode(defined(saved[0]).bytes)) as Record<string, unknown>];
    expect(ours).toMatchObject({ n_ctx: theirs.n_ctx, deep: theirs.deep });
    const [a, b] = [await golden(`${VIT}/${name}/prompt_model.safetensors`), await openSafetensors(bytesAccess(defined(saved[1]).bytes))];
    expect(b.names()).toEqual(a.names().sort());
    for (const n of b.names()) expect([n, b.info(n).shape, await b.readF32(n)]).toEqual([n, a.info(n).shape, await a.readF32(n)]);
    // Its authors' names, which are not known before, are a little longer or shorter than ours.
    expect(Math.abs(defined(saved[1]).bytes.byteLength - first.adapted.fileBytes())).toBeLessThan(1024);
    await expect(mergedWeights(device, vit.source, first)).rejects.toThrow(/it puts tokens into sequences and changes no weight/);
  });

  test('a file for another width, and one of tensors that nobody knows, are refused', async () => {
    const vit = await loadVit();
    const folder = goldenPath(`${VIT}/${names[0]}`)!;
    const own = await folderTree(folder);
    const narrow = parseModel({ ...vit.config, hidden_size: 32, num_attention_heads: 2 });
    await expect(loadAdapter(own, narrow)).rejects.toThrow(/prompt_model\.safetensors has \d+ values of ".*", this model asks for/);
    const files = { 'method.json': await own.read('method.json'), 'prompt_model.safetensors': (await saveAdapter(...(await plain()))).find(({ path }) => path.endsWith('.safetensors'))!.bytes };
    await expect(loadAdapter(memoryTree('other', files), parseModel(vit.config))).rejects.toThrow(/method\.json is of ".*", whose prompt_model\.safetensors \(.*\) is of no method that can be read/);
  });
});

test('as many parameters as the reference counts, in place of others alone where there are blocks, and a family without a place is refused', () => {
  const base = parseModel({ model_type: 'vit' });
  const count = (settings: object) => new Adapted(base, { method: 'vpt', ...settings }).counts().adapter_parameters;
  expect([count({ n_ctx: 10 }), count({ n_ctx: 10, prompt_depth: 40 }), count({ n_ctx: 50, prompt_depth: 1 })]).toEqual([92_160, 92_160, 38_400]);
  expect(() => new Adapted(family.parse({ id2label: { 0: 'a', 1: 'b' } }), { method: 'vpt' })).toThrow(/VPT puts tokens into sequences, for which models of the family patch_mlp have no place/);
});

/** Arguments that save an adapter without prompts. */
async function plain(): Promise<Parameters<typeof saveAdapter>> {
  const vit = await loadVit();
  const { adapted, values } = await loadAdapter(await folderTree(goldenPath('methods/adapters/vit_small_dev/pissa_r4')!), parseModel(vit.config), vit.source);
  return [adapted, values, { base: vit }];
}

describe('prompts of a CLIP’s image tower', () => {
  test.each(ways)('vpt_deep_n4, $how', async ({ how: _, ...way }) => {
    const folder = 'models/clip_small_dev';
    const source = await golden(`${folder}/model.safetensors`);
    const inputs = await golden(`${CLIP}/vpt_deep_n4/inputs.safetensors`);
    const model = withTextHead(parseModel(goldenJson(`${folder}/config.json`)), defined(inputs.info('head_weight').shape[0]));
    const { adapted, values } = await loadAdapter(await folderTree(goldenPath(`${CLIP}/vpt_deep_n4`)!), model, source);
    const step = await golden(`${CLIP}/vpt_deep_n4/step.safetensors`);
    const got = await oneStep(device, { adapted, source, values: { ...values, [TEXT_HEAD]: await inputs.readF32('head_weight') }, ...(await goldenBatch(inputs)), ...way });
    expect(maxError(got.logits, await step.readF32('logits'))).toBeLessThan(5e-6);
    expect(maxError(defined(got.grads['base_model.prompt_embeddings']), await step.readF32('grad.image_encoder.VPT'))).toBeLessThan(GRAD);
    expect(maxError(defined(got.grads['base_model.deep_prompt_embeddings.1']), await step.readF32('grad.image_encoder.transformer.resblocks.1.VPT_shallow'))).toBeLessThan(GRAD);
  });
});
