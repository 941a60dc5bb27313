import { expect, test } from 'vitest';
import { memoryTree } from '../../../io/fileTree';
import { folderTree } from '../../../io/fileTree.node';
import { bytesAccess, openSafetensors, tensorSource } from '../../../io/safetensors';
import { parseModel } from '../../../models';
import { twoTowers, withTextHead } from '../../../models/byText';
import { defined } from '../../../numbers/defined';
import { mustOpen } from '../../../testing/checkOp';
import { gpu } from '../../../testing/device';
import { tinyWeights } from '../../../testing/tiny';
import { traceModel } from '../../../models/trace';
import { describeGolden, golden, goldenPath } from '../../../testing/golden';
import { loadVit } from '../../../testing/goldenAdapters';
import { Adapted } from '../../adapted';
import { loadAdapter, saveAdapter } from '../../files';
import { mergedWeights } from '../../merge';
import type { Arrays } from '../../method';
import { assign } from './places';

const config = { model_type: 'vit', hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 20, image_size: 8, patch_size: 4, num_labels: 3 };
const empty = tensorSource({ metadata: {}, names: () => [], has: () => false, info: () => { throw new Error('empty'); }, readRange: () => { throw new Error('empty'); } });
const base = { id: 'tiny', config, source: empty };
const start = (adapted: Adapted) => adapted.initialise(1, () => Promise.reject(new Error('not needed')));
const treeOf = async (adapted: Adapted, values: Arrays) => memoryTree('saved', new Map((await saveAdapter(adapted, values, { base })).map(({ path, bytes }) => [path, bytes])));
const indicesOf = (values: Arrays) => Object.entries(values).filter(([label]) => label.includes('unilora_indices'));

test('each number is drawn as often as any other over all layers, or once more, and divided by the root of that', async () => {
  const adapted = new Adapted(parseModel(config), { method: 'unilora', r: 3, theta_d_length: 50, proj_seed: 8 });
  const values = await start(adapted);
  expect(adapted.counts().adapter_parameters).toBe(50);
  const all = indicesOf(values).flatMap(([, data]) => [...data]);
  expect(all.length).toBe(2 * 3 * (3 * 24 + 2 * 32));
  const counts = Array.from({ length: 50 }, (_, n) => all.filter((i) => i === n).length);
  expect(new Set(counts)).toEqual(new Set([16, 17]));
  for (const [label, data] of indicesOf(values)) {
    expect(defined(values[label.replace('indices', 'scales')])).toEqual(data.map((n) => 1 / Math.fround(Math.sqrt(defined(counts[n])))));
  }
  // Another layer's are others, and another choice of layers is another draw.
  expect(defined(indicesOf(values)[0])[1]).not.toEqual(defined(indicesOf(values)[2])[1]);
  const few = await start(new Adapted(parseModel(config), { ...adapted.config, target_modules: ['query'] }));
  const [label, own] = defined(indicesOf(few)[0]);
  expect(values[label]).not.toEqual(own);
});

test('of more numbers than there are entries, each stands at one at most', () => {
  const { indices, scales } = assign(5, 8, 42);
  expect([...indices]).toEqual([3, 5, 0, 6, 7]);
  expect([...scales]).toEqual([1, 0, 0, 1, 0, 1, 1, 1]);
});

test('a file with its places is read by them, and refused where they name no number of the vector', async () => {
  const model = parseModel(config);
  const adapted = new Adapted(model, { method: 'unilora', r: 2, theta_d_length: 9, save_indices: true, modules_to_save: [] });
  const values = await start(adapted);
  const name = defined(indicesOf(values)[0])[0];
  const saved = await saveAdapter(adapted, values, { base });
  const file = await openSafetensors(bytesAccess(defined(saved[1]).bytes));
  expect([file.info(name).dtype, file.info(name.replace('indices', 'scales')).dtype, file.info(name).shape]).toEqual(['I64', 'F32', [2, 12]]);
  // Not what the seed draws.
  defined(values[name])[3] = (defined(defined(values[name])[3]) + 1) % 9;
  expect(defined((await loadAdapter(await treeOf(adapted, values), model)).values[name])).toEqual(values[name]);
  defined(values[name])[3] = 9;
  await expect(loadAdapter(await treeOf(adapted, values), model)).rejects.toThrow(/^unilora_indices_A of "vit\..*" names number 9 of the vector; it has 9\.$/);
});

test('of a CLIP of which one tower runs, layers keep what was drawn over both', async () => {
  const tower = (hidden_size: number, intermediate_size: number) => ({ hidden_size, intermediate_size, num_hidden_layers: 1, num_attention_heads: 2 });
  const clip = parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower(12, 20), image_size: 8, patch_size: 4 }, text_config: { ...tower(16, 28), max_position_embeddings: 8, vocab_size: 20 } });
  const both = new Adapted(twoTowers(clip), { method: 'unilora', r: 2, theta_d_length: 30 });
  const values = await start(both);
  const written = await treeOf(both, values);
  const net = withTextHead(clip, 3);
  const loaded = await loadAdapter(written, net);
  expect(loaded.foreign.length).toBe(both.layers.length / 2);
  expect(loaded.adapted.layers.every(({ name }) => name.startsWith('vision_model'))).toBe(true);
  expect(loaded.adapted.config.save_indices).toBe(true);
  for (const [label, data] of Object.entries(loaded.values)) expect([label, data]).toEqual([label, values[label]]);
  expect(indicesOf(loaded.values).length).toBe(2 * loaded.adapted.layers.length);
  // Saved again, the file brings them.
  expect((await loadAdapter(await treeOf(loaded.adapted, loaded.values), net)).values).toEqual(loaded.values);
  // The text tower is the first to draw, and of its attention the keys.
  const drawn = assign(both.layers.reduce((n, layer) => n + 2 * (layer.in + layer.out), 0), 30, 42).indices;
  expect([...defined(values['base_model.model.text_model.encoder.layers.0.self_attn.k_proj.unilora_indices_A'])]).toEqual([...drawn.subarray(0, 32)]);
  // Merged, both towers are what they are where both run.
  const device = await mustOpen(gpu());
  const source = await openSafetensors(bytesAccess(tinyWeights(traceModel(twoTowers(clip)).weights, 5)));
  const [whole, parts] = [await mergedWeights(device, source, { adapted: both, values }), await mergedWeights(device, source, loaded)];
  expect(parts).toEqual(new Map([...parts.keys()].map((name) => [name, whole.get(name)])));
  expect([...parts.keys()].sort()).toEqual([...whole.keys()].sort());
  // The same layers on both towers, as they were.
  expect((await loadAdapter(written, twoTowers(clip))).values).toEqual(values);
});

const FOLDER = 'methods2/adapters/vit_small_dev';
describeGolden('places of PEFT', `${FOLDER}/unilora_r3_d90/frozen.safetensors`, () => {
  test.each(['unilora_r3_d90', 'unilora_r2_d64_saved'])('%s has them in every layer, and the same factors, bit for bit', async (name) => {
    const vit = await loadVit();
    const { adapted } = await loadAdapter(await folderTree(goldenPath(`${FOLDER}/${name}`)!), parseModel(vit.config));
    const values = await start(adapted);
    const frozen = await golden(`${FOLDER}/${name}/frozen.safetensors`);
    for (const tensor of frozen.names()) expect([tensor, values[`base_model.model.${tensor}`]]).toEqual([tensor, await frozen.readF32(tensor)]);
  });
});
