import { expect, test } from 'vitest';
import { memoryTree } from '../../../io/fileTree';
import { bytesAccess, openSafetensors, writeSafetensors } from '../../../io/safetensors';
import { parseModel } from '../../../models';
import { twoTowers, withTextHead } from '../../../models/byText';
import { defined } from '../../../numbers/defined';
import { maxError } from '../../../testing/checkOp';
import { describeGolden, golden } from '../../../testing/golden';
import { loadVit } from '../../../testing/goldenAdapters';
import { there } from '../../../testing/there';
import { Adapted, adapterLabel } from '../../adapted';
import { asEquivalent } from '../../equivalent';
import { loadAdapter, saveAdapter } from '../../files';
import { settingsOfConfig } from '../../files/config';
import { ConfigError } from '../../fields';
import { FormatError } from '../../../io/formatError';
import { groupCount, groupOf } from './groups';

const model = parseModel({ model_type: 'vit', hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 20, image_size: 8, patch_size: 4 });
const BASE = { id: 'base', config: {}, source: await openSafetensors(bytesAccess(writeSafetensors(new Map()))) };
const adapted = (more: object = {}) => new Adapted(model, { method: 'tinylora', modules_to_save: null, ...more });
const weights = (of: Adapted) => (name: string) => Promise.resolve(Float32Array.from({ length: there(of.trace.weights.get(name)).reduce((a, b) => a * b, 1) }, (_, i) => 0.5 + Math.sin(i * i)));

// As Python counts them: max(1, round(t * (1.0 - w))) vectors, each for max(1, t // vectors) layers.
test.each([
  [10, 0, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [10, 1, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  [10, 0.5, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]],
  [10, 0.3, [0, 1, 2, 3, 4, 5, 6, 6, 6, 6]],
  // 2.5 becomes 2, 3.5 becomes 4.
  [10, 0.75, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]],
  [7, 0.5, [0, 1, 2, 3, 3, 3, 3]],
  [1, 0.9, [0]],
] as const)('%d layers, of which vectors are saved by %d', (layers, weight_tying, groups) => {
  const c = { method: 'tinylora', weight_tying };
  expect(Array.from({ length: layers }, (_, place) => groupOf(c, place, layers))).toEqual(groups);
  expect(groupCount(c, layers)).toBe(new Set(groups).size);
});

test('parameters are those of the vectors, however many layers share one', () => {
  const count = (more: object) => adapted({ u: 7, ...more }).counts().adapter_parameters;
  expect([count({}), count({ weight_tying: 0.5 }), count({ weight_tying: 1 }), count({ r: 12, weight_tying: 1 })]).toEqual([70, 35, 7, 7]);
});

test('an adapter whose file leaves the random matrices out comes back with them', async () => {
  const one = adapted({ u: 5, save_projection: false, weight_tying: 0.5, init_weights: false, init_v_bound: 0.5 });
  const values = await one.initialise(1, weights(one));
  const saved = await saveAdapter(one, values, { base: BASE });
  expect((await openSafetensors(bytesAccess(defined(saved[1]).bytes))).names().filter((name) => name.includes('tinylora_P'))).toEqual([]);
  const again = await loadAdapter(memoryTree('saved', Object.fromEntries(saved.map(({ path, bytes }) => [path, bytes]))), model);
  expect(again.values).toEqual(values);
  expect({ ...again.adapted.config, target_modules: null }).toEqual(one.config);
  const bytes = (more: object) => adapted({ u: 5, ...more }).fileBytes();
  expect(bytes({}) - bytes({ save_projection: false })).toBeGreaterThan(10 * 5 * 4 * 4);
});

test('as a LoRA it is the same update, also of a layer that has fewer singular values than the rank', async () => {
  const one = adapted({ u: 3, r: 16, weight_tying: 0.8, init_weights: false, init_v_bound: 1, target_modules: ['query', 'intermediate.dense'] });
  const values = await one.initialise(1, weights(one));
  const lora = asEquivalent(one, values);
  expect(lora.adapted.config).toMatchObject({ method: 'lora', r: 16, lora_alpha: 16 });
  expect(Object.keys(lora.values).some((label) => label.includes('tinylora'))).toBe(false);
  for (const layer of one.layers) {
    const [r, v] = [12, there(values[`base_model.tinylora_v.${String(one.configOf(layer).group)}`])];
    const [A, B, P] = ['A', 'B', 'P'].map((of) => there(values[adapterLabel(layer.name, `tinylora_${of}`)])) as [Float32Array, Float32Array, Float32Array];
    const [down, up] = ['A', 'B'].map((of) => there(lora.values[adapterLabel(layer.name, `lora_${of}.weight`)])) as [Float32Array, Float32Array];
    expect([down.length, up.length]).toEqual([16 * layer.in, 16 * layer.out]);
    const sum = (n: number, of: (k: number) => number) => Array.from({ length: n }, (_, k) => of(k)).reduce((a, b) => a + b, 0);
    const each = (of: (o: number, i: number) => number) => Float32Array.from({ length: layer.out * layer.in }, (_, at) => of(Math.floor(at / layer.in), at % layer.in));
    const delta = each((o, i) => sum(r, (j) => sum(r, (k) => defined(B[o * r + j]) * sum(3, (n) => defined(v[n]) * defined(P[(n * r + j) * r + k])) * defined(A[k * layer.in + i]))));
    expect(maxError(each((o, i) => sum(16, (k) => defined(up[o * 16 + k]) * defined(down[k * layer.in + i]))), delta), layer.name).toBeLessThan(2e-6);
  }
});

test('a vector too many, or one that is missing, is refused', async () => {
  const one = adapted({ u: 5, weight_tying: 0.5 });
  const saved = await saveAdapter(one, await one.initialise(1, weights(one)), { base: BASE });
  const other = async (weight_tying: number) => {
    const config = { ...(JSON.parse(new TextDecoder().decode(defined(saved[0]).bytes)) as object), weight_tying };
    return loadAdapter(memoryTree('saved', { 'adapter_config.json': new TextEncoder().encode(JSON.stringify(config)), 'adapter_model.safetensors': defined(saved[1]).bytes }), model);
  };
  await expect(other(0)).rejects.toThrow(/has no base_model\.tinylora_v\.5; the file is incomplete/);
  await expect(other(1)).rejects.toThrow(/has a tensor "base_model\.tinylora_v\.1", which tinylora does not have here/);
});

test('an adapter of both of CLIP’s towers is not read on one of them, since its vectors are counted over both', async () => {
  const tower = { hidden_size: 12, intermediate_size: 20, num_hidden_layers: 1, num_attention_heads: 2 };
  const clip = parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower, image_size: 8, patch_size: 4 }, text_config: { ...tower, vocab_size: 20, max_position_embeddings: 8 } });
  const both = new Adapted(twoTowers(clip), { method: 'tinylora', u: 3, target_modules: ['q_proj', 'k_proj'] });
  const numbered = both.layers.map((layer) => [layer.name.replace(/\.encoder.*\.(\w+)$/, ' $1'), both.configOf(layer).place]);
  expect(Object.fromEntries(numbered)).toEqual({ 'text_model k_proj': 0, 'text_model q_proj': 1, 'vision_model k_proj': 2, 'vision_model q_proj': 3 });
  const saved = await saveAdapter(both, await both.initialise(1, weights(both)), { base: BASE });
  const tree = memoryTree('saved', Object.fromEntries(saved.map(({ path, bytes }) => [path, bytes])));
  expect((await loadAdapter(tree, twoTowers(clip))).adapted.layers).toEqual(both.layers);
  await expect(loadAdapter(tree, withTextHead(clip, 3))).rejects.toThrow(FormatError);
  await expect(loadAdapter(tree, withTextHead(clip, 3))).rejects.toThrow(/counts its tensors over all of them; a part of them cannot be read alone/);
});

test('settings go by what PEFT calls them, and matrices that fit no memory are refused', () => {
  const read = (more: object) => settingsOfConfig({ peft_type: 'TINYLORA', target_modules: ['query'], ...more });
  expect([{}, { init_weights: 'uniform' }, { init_weights: false }].map((more) => read(more).init_weights)).toEqual([true, false, true]);
  expect(() => read({ weight_tying: 1.5 })).toThrow(FormatError);
  expect(() => adapted({ u: 65_536, r: 4096 })).not.toThrow();
  const wide = parseModel({ model_type: 'vit', hidden_size: 768, num_hidden_layers: 1, num_attention_heads: 2 });
  expect(() => new Adapted(wide, { method: 'tinylora', u: 65_536, r: 64 })).not.toThrow();
  expect(() => new Adapted(wide, { method: 'tinylora', u: 65_536, r: 65 })).toThrow(ConfigError);
  expect(() => new Adapted(wide, { method: 'tinylora', u: 65_536, r: 65 })).toThrow(/^u is 65536 and r is 65: the random matrices of vit\..* would have 276889600 numbers; choose less\.$/);
});

const FOLDER = 'methods2/adapters/vit_small_dev/tinylora_r2_u5';
describeGolden('what PEFT starts from', `${FOLDER}/adapter_model.safetensors`, () => {
  test('random matrices have its bits, and factors are its own but for the signs of singular vectors', async () => {
    const [vit, file] = [await loadVit(), await golden(`${FOLDER}/adapter_model.safetensors`)];
    const one = new Adapted(parseModel(vit.config), { method: 'tinylora', u: 5, projection_seed: 606 });
    const values = await one.initialise(0, (name) => vit.source.readF32Checked(name));
    expect(one.layers).toHaveLength(10);
    for (const { name, in: n, out: m } of one.layers) {
      const [ours, theirs] = [(suffix: string) => there(values[adapterLabel(name, suffix)]), (suffix: string) => file.readF32(adapterLabel(name, suffix))];
      expect(ours('tinylora_P'), name).toEqual(await theirs('tinylora_P'));
      const top = (A: Float32Array, B: Float32Array) => Float32Array.from({ length: m * n }, (_, at) => [0, 1].reduce((s, k) => s + defined(B[Math.floor(at / n) * 2 + k]) * defined(A[k * n + (at % n)]), 0));
      expect(maxError(top(ours('tinylora_A'), ours('tinylora_B')), top(await theirs('tinylora_A'), await theirs('tinylora_B'))), name).toBeLessThan(2e-5);
      expect(maxError(ours('tinylora_A').map(Math.abs), (await theirs('tinylora_A')).map(Math.abs)), name).toBeLessThan(2e-5);
    }
  });
});
