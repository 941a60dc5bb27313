import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { folderTree } from '../io/fileTree.node';
import { openCheckpoint } from '../io/checkpoint';
import { parseModel } from '../models';
import { withTextHead } from '../models/byText';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenJson, goldenNames, goldenPath } from '../testing/golden';
import { oneStep } from '../train/oneStep';
import { Adapted } from './adapted';
import { loadAdapter, modelFiles } from './files';
import { mergedWeights } from './merge';

const VIT = 'models/vit_small_dev';
let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

async function merge(model: string, adapter: string, textHead = false) {
  const config = goldenJson<Record<string, unknown>>(`${model}/config.json`);
  const base = { id: 'base', config, source: await golden(`${model}/model.safetensors`) };
  const parsed = parseModel(config);
  const loaded = await loadAdapter(await folderTree(goldenPath(adapter)!), textHead ? withTextHead(parsed, 3) : parsed);
  const files = await modelFiles(loaded.adapted.model, base.source, await mergedWeights(device, base.source, loaded), config);
  const tree = memoryTree('merged', new Map(files.map((f) => [f.path, f.bytes])));
  return { base, loaded, source: await openCheckpoint(tree), config: JSON.parse(new TextDecoder().decode(await tree.read('config.json'))) as Record<string, unknown> };
}

describe('merging', () => {
  test.each(goldenNames('adapters/vit_small_dev'))('%s into vit_small_dev', async (name) => {
    const folder = `adapters/vit_small_dev/${name}`;
    const { base, source, config, loaded } = await merge(VIT, folder);
    expect(config.id2label).toEqual(base.config.id2label);
    expect(source.names()).toEqual(base.source.names().sort());
    for (const n of source.names()) expect(source.info(n), n).toEqual(base.source.info(n));
    if (goldenPath(`${folder}/merged_model.safetensors`)) {
      const want = await golden(`${folder}/merged_model.safetensors`);
      for (const n of want.names()) expect(maxError(await source.readF32(n), await want.readF32(n)), n).toBeLessThan(2e-6);
    }
    // The merged model computes what the adapter does.
    const io = await golden(`${VIT}/io.safetensors`);
    const input = { pixels: await io.readF32('pixel_values'), labels: Uint32Array.from(await io.readF32('labels')) };
    const merged = await oneStep(device, { adapted: new Adapted(parseModel(config), { method: 'linear_probe' }), source, values: {}, ...input });
    expect(maxError(merged.logits, await (await golden(`${folder}/io.safetensors`)).readF32('logits_merged'))).toBeLessThan(5e-6);
    // Untouched tensors keep their bytes, and the base still holds what it held: unmerging is loading it.
    const touched = new Set([...loaded.adapted.layers.map((l) => `${l.name}.weight`), 'classifier.weight', 'classifier.bias']);
    for (const n of source.names()) if (!touched.has(n)) expect(await source.read(n), n).toEqual(await base.source.read(n));
    const unmerged = await oneStep(device, { adapted: new Adapted(parseModel(base.config), { method: 'linear_probe' }), source: base.source, values: {}, ...input });
    expect(maxError(unmerged.logits, await io.readF32('logits'))).toBeLessThan(3e-6);
  });
});

describeGolden('merging into CLIP, both towers', 'adapters/clip_small_dev', () => {
  test.each(goldenNames('adapters/clip_small_dev'))('%s', async (name) => {
    const folder = `adapters/clip_small_dev/${name}`;
    const { source, base } = await merge('models/clip_small_dev', folder, true);
    const want = await golden(`${folder}/merged_model.safetensors`);
    expect(source.names()).toEqual(base.source.names().sort());
    for (const n of want.names()) expect(maxError(await source.readF32(n), await want.readF32(n)), n).toBeLessThan(2e-6);
  });
});
