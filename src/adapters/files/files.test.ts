import { describe, expect, test } from 'vitest';
import { memoryTree, type FileTree } from '../../io/fileTree';
import { FormatError } from '../../io/formatError';
import { bytesAccess, openSafetensors, tensorSource, writeSafetensors, type TensorData } from '../../io/safetensors';
import { parseModel } from '../../models';
import { twoTowers, withTextHead } from '../../models/byText';
import { ModelError } from '../../models/model';
import { defined } from '../../numbers/defined';
import type { MethodConfig } from '../field';
import { Adapted, layersOf } from '../adapted';
import { settingsOf } from '../budget';
import { isPeft } from './config';
import { writeConfig } from './writeConfig';
import { ownCodec } from '../codec';
import { completeConfig, ConfigError, methodFields } from '../fields';
import { loadAdapter, saveAdapter, type SavedFile } from '.';
import { methods } from '..';
import { numOr, type Arrays } from '../method';
import { placeless } from '../prompts/model';

const config = { model_type: 'vit', hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 20, image_size: 8, patch_size: 4, num_labels: 3 };
const model = parseModel(config);
const empty = tensorSource({ metadata: {}, names: () => [], has: () => false, info: () => { throw new Error('empty'); }, readRange: () => { throw new Error('empty'); } });
const base = { id: 'tiny', config, source: empty };

async function start(c: MethodConfig): Promise<{ adapted: Adapted; values: Arrays }> {
  const adapted = new Adapted(model, c);
  const values = { ...(await adapted.initialise(1, weightOf(adapted))), ...adapted.newHead(1) };
  const fixed = adapted.fixedAmong(values);
  for (const [label, data] of Object.entries(values)) if (!fixed[label]) data.forEach((v, i) => (data[i] = Math.fround(v + ((i % 7) - 3) / 8))); // off every start
  return { adapted, values };
}
/** A weight by a formula, of full rank. */
const weightOf = (adapted: Adapted) => (name: string) => Promise.resolve(Float32Array.from({ length: sizeOf(adapted, name) }, (_, i) => 0.5 + Math.sin(i * i)));
const sizeOf = (adapted: Adapted, name: string) => adapted.trace.weights.get(name)!.reduce((a, b) => a * b, 1);
const tree = (saved: SavedFile[], change: Record<string, Uint8Array | null> = {}) => {
  const map = new Map(saved.map((f) => [f.path, f.bytes]));
  for (const [path, bytes] of Object.entries(change)) {
    if (bytes) map.set(path, bytes);
    else map.delete(path);
  }
  return memoryTree('saved', map);
};
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const parse = (f: SavedFile) => JSON.parse(new TextDecoder().decode(f.bytes)) as Record<string, unknown>;

/** The adapter's file with tensors renamed (to null: left out), and others added. */
async function edited(saved: SavedFile[], rename: (name: string) => string | null, add: Record<string, TensorData> = {}): Promise<Record<string, Uint8Array>> {
  const source = await openSafetensors(bytesAccess(defined(saved[1]).bytes));
  const tensors = new Map<string, TensorData>();
  for (const name of source.names()) {
    const to = rename(name);
    if (to !== null) tensors.set(to, { ...source.info(name), data: await source.read(name) });
  }
  for (const [name, t] of Object.entries(add)) tensors.set(name, t);
  return { 'adapter_model.safetensors': writeSafetensors(tensors) };
}

/** A setting of 4 where the budget moves one, or the largest that fits these layers. */
function smallest(key: string): Record<string, number> {
  const { budget } = defined(methodFields[key]);
  const method = defined(methods[key]);
  return budget ? { [budget]: Math.min(4, settingsOf(method, layersOf(method, completeConfig({ method: key }), model), model)[1]) } : {};
}

/** It is refused by an error of this class, which says this. */
async function refuses(loading: Promise<unknown>, kind: typeof FormatError | typeof ModelError | typeof ConfigError, message: RegExp): Promise<void> {
  await expect(loading).rejects.toThrow(kind);
  await expect(loading).rejects.toThrow(message);
}

const variants: MethodConfig[] = [
  ...Object.keys(methods).filter((m) => defined(methods[m]).trains === 'adapter' && !placeless(defined(methods[m]), model)).map((method) => ({ method, ...smallest(method) })),
  { method: 'lora', r: 2, lora_alpha: 7, use_rslora: true, lora_dropout: 0.25, target_modules: ['query', 'value'], exclude_modules: ['layer.0.attention.attention.value'] },
  { method: 'vera', r: 5, target_modules: ['query', 'value'], exclude_modules: ['layer.0.attention.attention.value'] },
  { method: 'lora', r: 2, target_modules: ['query'], layers_to_transform: '1' },
  { method: 'randlora', r: 4, layers_to_transform: '1' },
  { method: 'dora', r: 2, target_modules: 'all-linear' },
  { method: 'lora', r: 2, modules_to_save: null },
  ...['normal', 'binary', 'sparse', 'very_sparse'].map((bases) => ({ method: 'randlora', r: 5, bases })),
  { method: 'randlora', r: 3, form: 'merged', randlora_alpha: 3 },
  { method: 'randlora', r: 3, pairing: 'paper' },
  { method: 'randlora', r: 3, ablation: 'a' },
  { method: 'randlora', r: 3, ablation: 'b', bases: 'binary' },
  { method: 'nola', nola_num_bases: 4, r: 2, nola_alpha: 3 },
  { method: 'lokr', r: 2, alpha: 3, decompose_both: true, decompose_factor: 4 },
  { method: 'gralora', r: 4, alpha: 3, gralora_k: 4, hybrid_r: 2, gralora_dropout: 0.25 },
  { method: 'lora_randlora', r: 2, randlora_r: 3, bases: 'binary', pairing: 'paper', layers_to_transform: '1' },
];

/** Types of PEFT 0.21 that methods here have. */
const PEFT_TYPES = new Set(['LORA', 'VERA', 'RANDLORA', 'SHIRA', 'HIRA', 'MISS', 'ADALORA', 'IA3', 'LN_TUNING', 'BEFT', 'LOKR', 'LOHA', 'OFT', 'BOFT', 'HRA', 'FOURIERFT', 'WAVEFT', 'VBLORA', 'C3A', 'ROAD', 'UNILORA', 'PVERA', 'GRALORA', 'DELORA', 'TINYLORA', 'PSOFT', 'GLORA']);

describe('saving and loading', () => {
  test.each(variants)('%j comes back exactly', async (c) => {
    const { adapted, values } = await start(c);
    const saved = await saveAdapter(adapted, values, { base });
    const again = await loadAdapter(tree(saved), model.with({ labels: ['x', 'y'] }), { readF32Checked: (name) => weightOf(adapted)(name) });
    expect(again.warnings).toEqual([]);
    expect(again.adapted.layers).toEqual(adapted.layers);
    const expected = adapted.trainedHead.size ? values : Object.fromEntries(Object.entries(values).filter(([n]) => !adapted.trace.head.has(n)));
    expect(again.values).toEqual(expected);
    const computes = ({ target_modules: _, exclude_modules: __, layers_to_transform: ___, modules_to_save: ____, ...rest }: MethodConfig) => rest;
    const filled = { lora_alpha: c.method === 'autolora' ? Number(c.r) ** 2 : (c.r ?? c.init_r ?? 8), alpha: (c.method === 'gralora' ? 2 : 1) * Number(c.r), target_r: Math.round((2 / 3) * Number(c.init_r)), randlora_alpha: 20 * Number(adapted.config.randlora_r ?? c.r ?? 32), nola_alpha: 1, vector_length: 4 };
    expect(computes(again.adapted.config)).toEqual(Object.fromEntries(Object.entries(computes(adapted.config)).map(([k, v]) => [k, v ?? (filled as Record<string, unknown>)[k] ?? null])));
    // Saved once more, the same bytes.
    expect((await saveAdapter(again.adapted, again.values, { base })).slice(0, 2)).toEqual(saved.slice(0, 2));
    const type = parse(defined(saved[0])).peft_type as string;
    expect(PEFT_TYPES.has(type)).toBe(isPeft(adapted));
  });

  test('without stored bases they are made again from the key, and said so', async () => {
    for (const c of [{ method: 'vera', r: 4, projection_prng_key: 7 }, { method: 'randlora', r: 4, projection_prng_key: 7 }, { method: 'randlora', r: 4, bases: 'sparse' }]) {
      const adapted = new Adapted(model, c);
      const values = { ...(await adapted.initialise(1, () => Promise.reject(new Error('not needed')))), ...adapted.newHead(1) };
      const saved = await saveAdapter(adapted, values, { base });
      const again = await loadAdapter(tree(saved, await edited(saved, (n) => (/^base_model\.(vera|randlora)_/.test(n) ? null : n))), model);
      expect(again.values).toEqual(values);
      expect(again.warnings.join()).toMatch(c.method === 'randlora' && !c.bases ? /bf16/ : /made again from key/);
    }
  });

  test("PEFT's copies of the bases in every layer: the first stands in, the others are not read", async () => {
    const { adapted, values } = await start({ method: 'randlora', r: 4 });
    const saved = await saveAdapter(adapted, values, { base });
    const copies = (n: string) => n.replace(/^base_model\.(randlora_[AB])$/, `base_model.model.${defined(adapted.layers[0]).name}.$1`);
    const wrong = { [`base_model.model.${defined(adapted.layers[1]).name}.randlora_A`]: { dtype: 'F32' as const, shape: [1], data: new Float32Array([NaN]) } };
    expect((await loadAdapter(tree(saved, await edited(saved, copies, wrong)), model)).values).toEqual(values);
    // Where the bases themselves are there, no copy is read.
    expect((await loadAdapter(tree(saved, await edited(saved, (n) => n, wrong)), model)).values).toEqual(values);
  });

  test('an alpha that is left out is each layer\'s own rank, and its file says so', async () => {
    const { adapted, values } = await start({ method: 'loha', r: 4, rank_pattern: { query: 2 } });
    const saved = await saveAdapter(adapted, values, { base });
    expect(parse(defined(saved[0]))).toMatchObject({ r: 4, alpha: 4, rank_pattern: { query: 2 }, alpha_pattern: { query: 2 } });
  });

  test('a matrix beside its own factors is refused: it would be left out', async () => {
    const { adapted, values } = await start({ method: 'lokr', r: 1 });
    const saved = await saveAdapter(adapted, values, { base });
    const whole = { [`base_model.model.${defined(adapted.layers[0]).name}.lokr_w2`]: { dtype: 'F32' as const, shape: [1], data: new Float32Array(1) } };
    await expect(loadAdapter(tree(saved, await edited(saved, (n) => n, whole)), model)).rejects.toThrow(/has a lokr_w2 of .*, which that layer does not have with these settings/);
  });

  test('names of transformers 5, in keys and targets', async () => {
    const { adapted, values } = await start({ method: 'lora', r: 2, target_modules: ['query', 'value', 'intermediate.dense'] });
    const saved = await saveAdapter(adapted, values, { base });
    const v5 = (n: string) => n.replace(/vit\.encoder\.layer\.(\d)/, 'vit.layers.$1').replace('attention.attention.query', 'attention.q_proj').replace('attention.attention.value', 'attention.v_proj').replace('intermediate.dense', 'mlp.fc1');
    for (const target_modules of [['q_proj', 'v_proj', 'fc1'], '.*\\.(query|q_proj|value|v_proj|fc1|intermediate\\.dense)']) {
      const again = await loadAdapter(tree(saved, { 'adapter_config.json': json({ ...parse(defined(saved[0])), target_modules }), ...(await edited(saved, v5)) }), model);
      expect(again.values).toEqual(values);
    }
  });

  test('names of transformers 5 are written where they are asked for', async () => {
    const { adapted, values } = await start({ method: 'lora', r: 2, target_modules: ['query'], modules_to_save: null });
    const saved = await saveAdapter(adapted, values, { base, generation: 5 });
    const names = (await openSafetensors(bytesAccess(defined(saved[1]).bytes))).names();
    expect(names).toEqual([0, 1].flatMap((block) => ['A', 'B'].map((part) => `base_model.model.vit.layers.${block}.attention.q_proj.lora_${part}.weight`)));
    expect((await loadAdapter(tree(saved), model)).adapted.layers).toEqual(adapted.layers);
  });

  test('what an older version of PEFT spelled otherwise is read', async () => {
    const { adapted, values } = await start({ method: 'dora', r: 2 });
    const saved = await saveAdapter(adapted, values, { base });
    const older = await edited(saved, (n) => n.replace(/lora_magnitude_vector$/, 'lora_magnitude_vector.weight'));
    expect((await loadAdapter(tree(saved, older), model, { readF32Checked: (name) => weightOf(adapted)(name) })).values).toEqual(values);
  });

  test('what follows from the weights of the model is not made without them', async () => {
    const { adapted, values } = await start({ method: 'pissa', r: 2 });
    await expect(loadAdapter(tree(await saveAdapter(adapted, values, { base })), model)).rejects.toThrow(/pissa.*weights/);
  });

  test('of an adapter without tensors of its layers, targets may have the names of transformers 5', async () => {
    const { adapted, values } = await start({ method: 'pranc', num_alpha: 3, target_modules: ['query'] });
    const saved = await saveAdapter(adapted, values, { base });
    const targeting = (name: string) => loadAdapter(tree(saved, { 'adapter_config.json': json({ ...parse(defined(saved[0])), target_modules: [name] }) }), model);
    expect((await targeting('q_proj')).adapted.layers).toEqual(adapted.layers);
    await expect(targeting('other')).rejects.toThrow(/target_modules .* selects no layer of this vit model/);
  });

  test('what has its bases from a file, whose config has more than is known, is not saved without them', async () => {
    const { adapted, values } = await start({ method: 'vera', r: 4 });
    const saved = await saveAdapter(adapted, values, { base });
    const again = await loadAdapter(tree(saved, { 'adapter_config.json': json({ ...parse(defined(saved[0])), unheard_of: 1 }) }), model);
    expect(again.warnings).toEqual([expect.stringMatching(/unheard_of/)]);
    const { 'base_model.vera_A': _, ...others } = again.values;
    await expect(saveAdapter(again.adapted, others, { base })).rejects.toThrow(/base_model\.vera_A has no values/);
  });

  test("a head of another number of classes brings its labels", async () => {
    const named = model.with({ labels: ['cat', 'dog', 'owl', 'elk'] });
    const adapted = new Adapted(named, { method: 'lora', r: 2 });
    const values = { ...(await adapted.initialise(1, () => Promise.reject(new Error()))), ...adapted.newHead(1) };
    const saved = await saveAdapter(adapted, values, { base });
    expect((await loadAdapter(tree(saved), model)).adapted.model.labels).toEqual(['cat', 'dog', 'owl', 'elk']);
    expect((await loadAdapter(tree(saved, { 'fullrank.json': null }), model)).adapted.model.labels).toEqual(['LABEL_0', 'LABEL_1', 'LABEL_2', 'LABEL_3']);
  });
});

describe('which layers an adapter is on', () => {
  const query = 'vit.encoder.layer.0.attention.attention.query';
  /** The folder of a LoRA without a head on queries, or on what is said, whose config says this besides, and whose tensors have other names. */
  async function folder(config: object, { change = {}, rename = (name: string): string | null => name, add = {} }: { change?: object; rename?: (name: string) => string | null; add?: Record<string, TensorData> } = {}): Promise<{ adapted: Adapted; saved: FileTree }> {
    const { adapted, values } = await start({ method: 'lora', r: 2, target_modules: ['query'], modules_to_save: null, ...change });
    const saved = await saveAdapter(adapted, values, { base });
    return { adapted, saved: tree(saved, { 'adapter_config.json': json({ ...parse(defined(saved[0])), ...config }), ...(await edited(saved, rename, add)) }) };
  }
  /** Such a folder is on the same layers again; the targets that its adapter then has. */
  async function fits(...[config, more]: Parameters<typeof folder>): Promise<unknown> {
    const { adapted, saved } = await folder(config, more);
    const again = (await loadAdapter(saved, model)).adapted;
    expect(again.layers).toEqual(adapted.layers);
    return again.config.target_modules;
  }
  const one: TensorData = { dtype: 'F32', shape: [1], data: new Float32Array(1) };
  const head = { change: { modules_to_save: undefined } };

  test('all linear ones are those of the blocks, whether the head is trained whole or not at all', async () => {
    const all = { target_modules: 'all-linear' };
    for (const modules_to_save of [null, undefined]) expect(await fits(all, { change: { ...all, modules_to_save } })).toBe('all-linear');
  });

  test('the head is none of them where modules_to_save has it, and is asked for where it has not', async () => {
    const target_modules = '.*(query|classifier)';
    await fits({ target_modules }, head);
    await refuses(loadAdapter((await folder({ target_modules })).saved, model), FormatError, /target_modules .*"classifier"/);
  });

  test('a pattern may be of the bare backbone, in which only what had the prefix has another name', async () => {
    const v5 = (name: string) => name.replace('encoder.layer', 'layers').replace('attention.attention.query', 'attention.q_proj');
    for (const rename of [(name: string) => name, (name: string) => name.replace('model.vit.', 'model.')]) {
      await fits({ target_modules: 'encoder\\.layer\\.\\d+\\.attention\\.attention\\.query' }, { rename });
      await fits({ target_modules: 'layers\\.\\d+\\.attention\\.q_proj' }, { rename: (name) => v5(rename(name)) });
    }
    await fits({ target_modules: '[^v].*(query|fier)' }, head);
  });

  test('a model may have no other names', async () => {
    const { adapted, saved } = await folder({});
    expect((await loadAdapter(saved, { ...model, names: undefined })).adapted.layers).toEqual(adapted.layers);
  });

  test.each([
    ['as many as there are, but another', ['query', 'key'], /target_modules .*selects .*attention\.key"/],
    ['none', ['nothing'], /target_modules .*attention\.query"/],
  ])('targets that select %s', async (_, target_modules, message) => {
    await refuses(loadAdapter((await folder({ target_modules }, { change: { target_modules: ['query', 'value'] } })).saved, model), FormatError, message);
  });

  test('a layer that no layer here can be is refused by what it is', async () => {
    const on = async (name: string) => loadAdapter((await folder({}, { add: { [`base_model.model.${name}.lora_A.weight`]: one } })).saved, model);
    await refuses(on('vit.embeddings.patch_embeddings.projection'), FormatError, /projection", the convolution/);
    await refuses(on('vit.pooler.dense'), FormatError, /pooler/);
    await refuses(on('classifier'), FormatError, /classifier/);
    // A classifier of another model's.
    await refuses(on('score'), ModelError, /"score"/);
    await refuses(on('vit.encoder.layer.7.output.dense'), ModelError, /layer\.7/);
  });

  test('a head without its weight, or in modules_to_save alone, is refused', async () => {
    await refuses(loadAdapter((await folder({}, { ...head, rename: (name) => (name.endsWith('classifier.weight') ? null : name) })).saved, model), FormatError, /classifier\.bias/);
    await refuses(loadAdapter((await folder({ modules_to_save: ['classifier'] })).saved, model), FormatError, /classifier.*modules_to_save/);
    await refuses(loadAdapter((await folder({ modules_to_save: ['score'] })).saved, model), ConfigError, /score/);
  });

  test('a tensor with too few dimensions is refused', async () => {
    const name = `base_model.model.${query}.lora_A.weight`;
    await refuses(loadAdapter((await folder({}, { rename: (n) => (n === name ? null : n), add: { [name]: { dtype: 'F32', shape: [2], data: new Float32Array(2) } } })).saved, model), FormatError, /lora_A\.weight" is \[2\].*\[2, 12\]/);
  });
});

describe('a CLIP of which the vision tower runs alone', () => {
  const tower = (hidden_size: number, intermediate_size: number) => ({ hidden_size, intermediate_size, num_hidden_layers: 1, num_attention_heads: 2 });
  const clip = parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower(12, 20), image_size: 8, patch_size: 4 }, text_config: { ...tower(16, 28), max_position_embeddings: 8, vocab_size: 20 } });
  const net = withTextHead(clip, 3);
  const methods: MethodConfig[] = [{ method: 'randlora', r: 4, projection_prng_key: 7 }, { method: 'randlora', r: 3, bases: 'very_sparse' }, { method: 'vera', r: 6 }];

  test.each(methods)('%j without its bases: they are those of all layers that the file adapts', async (c) => {
    const adapted = new Adapted(twoTowers(clip), c);
    const values = await adapted.initialise(1, () => Promise.reject(new Error('not needed')));
    const saved = await saveAdapter(adapted, values, { base });
    const without = tree(saved, await edited(saved, (n) => (/^base_model\.(vera|randlora)_/.test(n) ? null : n)));
    const own = new Adapted(net, c);
    const loaded = await loadAdapter(without, net);
    for (const [name, { shape }] of Object.entries(adapted.shared)) {
      expect(loaded.values[`base_model.${name}`], name).toEqual(values[`base_model.${name}`]);
      expect(defined(loaded.adapted.shared[name]).shape).toEqual(shape);
      // Those of the vision tower alone would be another draw.
      expect(defined(own.shared[name]).shape).not.toEqual(shape);
    }
    expect(loaded.adapted.layers).toEqual(own.layers);
    expect(loaded.foreign.map(({ name }) => name).sort()).toEqual(adapted.layers.map(({ name }) => name).filter((name) => name.startsWith('text_model')).sort());
    expect(loaded.warnings.join()).toMatch(/made again from key.*\d+ adapted layers are not part of this model/);
    // With its bases stored, the same.
    const stored = await loadAdapter(tree(saved), net);
    expect(stored.values).toEqual(loaded.values);
    expect(stored.foreign).toEqual(loaded.foreign);
    expect(stored.warnings.join()).not.toMatch(/made again/);
  });

  test('one layer of the other tower is said to be one', async () => {
    const said = async (towers: string[]) => {
      const adapted = new Adapted(twoTowers(clip), { method: 'lora', r: 2, target_modules: towers.map((name) => `${name}.self_attn.q_proj`) });
      const values = await adapted.initialise(1, () => Promise.reject(new Error('not needed')));
      return (await loadAdapter(tree(await saveAdapter(adapted, values, { base })), net)).warnings;
    };
    expect(await said(['vision_model.encoder.layers.0', 'text_model.encoder.layers.0'])).toEqual([expect.stringMatching(/^1 adapted layer is /)]);
    expect(await said(['vision_model.encoder.layers.0'])).toEqual([]);
  });

  test('what cannot be adapted, or has nothing that runs here, is refused', async () => {
    const onTower = async (part: string, add: Record<string, TensorData>) => {
      const adapted = new Adapted(twoTowers(clip), { method: 'lora', r: 2, target_modules: [`${part}.encoder.layers.0.self_attn.q_proj`] });
      const saved = await saveAdapter(adapted, await adapted.initialise(1, () => Promise.reject(new Error('not needed'))), { base });
      return loadAdapter(tree(saved, await edited(saved, (n) => n, add)), net);
    };
    const one: TensorData = { dtype: 'F32', shape: [1], data: new Float32Array(1) };
    await refuses(onTower('text_model', {}), ModelError, /text_model\.encoder\.layers\.0\.self_attn\.q_proj/);
    await refuses(onTower('vision_model', { 'base_model.model.vision_model.embeddings.patch_embedding.lora_A.weight': one }), FormatError, /patch_embedding", the convolution/);
    // Such a model tells its classes apart by texts, whatever an adapter brings.
    await refuses(onTower('vision_model', { 'base_model.model.classifier.lora_A.weight': one }), FormatError, /classifier "classifier"/);
    await refuses(onTower('vision_model', { 'base_model.model.classifier.weight': one }), FormatError, /text features/);
  });

  test('of an adapter without tensors of its layers, the targets say which they are in both towers', async () => {
    const adapted = new Adapted(twoTowers(clip), { method: 'pranc', num_alpha: 3, projection_prng_key: 7 });
    const values = await adapted.initialise(1, () => Promise.reject(new Error('not needed')));
    defined(values['base_model.pranc_alpha']).set([1, 2, 3]);
    const saved = tree(await saveAdapter(adapted, values, { base }));
    const loaded = await loadAdapter(saved, net);
    expect(loaded.adapted.layers).toEqual(new Adapted(net, { method: 'pranc' }).layers);
    expect(loaded.foreign.map(({ name }) => name).sort()).toEqual(adapted.layers.map(({ name }) => name).filter((name) => name.startsWith('text_model')).sort());
    for (const { name, own } of loaded.foreign) expect(own).toEqual({ pranc_key: values[`base_model.model.${name}.pranc_key`] });
    expect(loaded.values).toMatchObject({ 'base_model.pranc_alpha': Float32Array.of(1, 2, 3) });
    // The same layers on both towers, without a word.
    expect(await loadAdapter(saved, twoTowers(clip))).toMatchObject({ values, warnings: [] });
    await expect(loadAdapter(tree(await saveAdapter(adapted, values, { base }), await edited(await saveAdapter(adapted, values, { base }), (n) => (n.endsWith('pranc_alpha') ? null : n))), net)).rejects.toThrow('has no base_model.pranc_alpha');
  });

  test('layers of the other tower that do not fit it are refused', async () => {
    const adapted = new Adapted(twoTowers(clip), defined(methods[0]));
    const saved = await saveAdapter(adapted, await adapted.initialise(1, () => Promise.reject(new Error('not needed'))), { base });
    const other = parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower(12, 20), image_size: 8, patch_size: 4 }, text_config: { ...tower(18, 28), max_position_embeddings: 8, vocab_size: 20 } });
    await expect(loadAdapter(tree(saved), withTextHead(other, 3))).rejects.toThrow(/text_model.*randlora_lambda" is \[4, 4\], the config asks for \[4, 5\]/);
    await expect(loadAdapter(tree(saved, await edited(saved, (n) => n.replace('text_model.encoder.layers.0', 'text_model.encoder.layers.3'))), net)).rejects.toThrow(/"text_model\.encoder\.layers\.3.*which this clip model does not have/);
  });
});

describe('what does not fit is refused in one sentence', () => {
  const load = async (c: MethodConfig, change: (saved: SavedFile[]) => Promise<Record<string, Uint8Array | null>> | Record<string, Uint8Array | null>, onto = model) => {
    const { adapted, values } = await start(c);
    const saved = await saveAdapter(adapted, values, { base });
    return loadAdapter(tree(saved, await change(saved)), onto);
  };
  const lora: MethodConfig = { method: 'lora', r: 2 };
  const key = 'base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight';
  const one: TensorData = { dtype: 'F32', shape: [1], data: new Float32Array(1) };

  test.each<[string, MethodConfig, (saved: SavedFile[]) => Promise<Record<string, Uint8Array | null>> | Record<string, Uint8Array | null>, RegExp]>([
    ['no config', lora, () => ({ 'adapter_config.json': null, 'fullrank.json': null }), /has no adapter_config.json/],
    ['no weights', lora, () => ({ 'adapter_model.safetensors': null }), /neither adapter_model.safetensors/],
    ['a pickle', lora, (s) => ({ 'adapter_model.safetensors': null, 'adapter_model.bin': defined(s[1]).bytes }), /Python pickle/],
    ['cut short', lora, (s) => ({ 'adapter_model.safetensors': defined(s[1]).bytes.subarray(0, -4) }), /cut short/],
    ['a missing tensor', lora, (s) => edited(s, (n) => (n === key ? null : n)), /no lora_A.weight of "vit.encoder.layer.0.attention.attention.query"/],
    ['a missing layer', lora, (s) => edited(s, (n) => (n.includes('layer.1.output') ? null : n)), /selects "vit.encoder.layer.1.output.dense", which adapter_model does not hold/],
    ['a layer too many', { ...lora, target_modules: ['query'] }, (s) => edited(s, (n) => n, { [key.replace('query', 'value')]: one }), /does not select "vit.encoder.layer.0.attention.attention.value"/],
    ['a tensor of another kind', lora, (s) => edited(s, (n) => n, { 'base_model.model.vit.encoder.layer.0.attention.attention.query.lora_B.bias': one }), /lora_B.bias", which lora does not have/],
    ['a head of another name', lora, (s) => edited(s, (n) => n.replace('classifier.bias', ' lassifier.bias')), / lassifier\.bias", which lora does not have here/],
    ['another wrapper', lora, (s) => edited(s, (n) => n.replace('base_model.model.', '')), /does not start with base_model.model/],
    ['a layer that is not there', lora, (s) => edited(s, (n) => n.replace('layer.1.', 'layer.9.')), /"vit.encoder.layer.9.+" *, which this vit model does not have/],
    ["an update of the classifier (PEFT's all-linear)", { ...lora, target_modules: 'all-linear' }, (s) => edited(s, (n) => n, { 'base_model.model.classifier.lora_A.weight': one, 'base_model.model.classifier.lora_B.weight': one }), /changes the classifier "classifier" by an update of its own.*trained whole.*Merge the adapter/],
    ['the patch projection', lora, (s) => edited(s, (n) => n, { 'base_model.model.vit.embeddings.patch_embeddings.projection.lora_A.weight': one }), /"vit\.embeddings\.patch_embeddings\.projection", the convolution that makes patches into tokens; only linear layers/],
    ['the pooler', lora, (s) => edited(s, (n) => n, { 'base_model.model.vit.pooler.dense.lora_A.weight': one }), /the pooler "vit\.pooler\.dense", which does not run before a classifier/],
    ['another rank', lora, (s) => ({ 'adapter_config.json': json({ ...parse(defined(s[0])), r: 3 }) }), /is \[2, 12\], the config asks for \[3, 12\]/],
    ['NaN', lora, (s) => edited(s, (n) => (n === key ? null : n), { [key]: { dtype: 'F32', shape: [2, 12], data: new Float32Array(24).fill(NaN) } }), /24 NaN/],
    ['one of two bases', { method: 'vera', r: 4 }, (s) => edited(s, (n) => (n === 'base_model.vera_A' ? null : n)), /one of vera_A and vera_B/],
    ['bases too small', { method: 'vera', r: 4 }, (s) => edited(s, (n) => (n === 'base_model.vera_A' ? null : n), { 'base_model.vera_A': { dtype: 'F32', shape: [4, 12], data: new Float32Array(48) } }), /vera_A is \[4, 12\]; these layers need at least \[4, 20\]/],
    ['a head listed but not there', lora, (s) => edited(s, (n) => (n.includes('classifier') ? null : n)), /lists the head "classifier"/],
    ['a head of half a size', lora, (s) => edited(s, (n) => (n.endsWith('classifier.bias') ? null : n), { 'base_model.model.classifier.bias': one }), /classifier.bias" is \[1\], the config asks for \[3\]/],
    ['extras of another method', lora, () => ({ 'fullrank.json': json({ version: 1, method: 'dora' }) }), /do not belong together/],
    ['extras that decide too much', lora, () => ({ 'fullrank.json': json({ version: 1, method: 'lora', settings: { r: 9 } }) }), /sets "r"/],
    ['extras from the future', lora, () => ({ 'fullrank.json': json({ version: 2, method: 'lora' }) }), /fullrank.json: "version"/],
    ['an unknown setting in our own kind', { method: 'nola', nola_num_bases: 4 }, (s) => ({ 'adapter_config.json': json({ ...parse(defined(s[0])), r: 'many' }) }), /r is "many"; it must be a number/],
    ['a rank pattern that is not the file\'s', lora, (s) => ({ 'adapter_config.json': json({ ...parse(defined(s[0])), rank_pattern: { query: 4 } }) }), /query\.lora_A\.weight" is \[2, 12\], the config asks for \[4, 12\]/],
  ])('%s', async (_, c, change, message) => {
    await expect(load(c, change)).rejects.toThrow(message);
  });

  test('PEFT meets a type that it does not know wherever it would compute something else', async () => {
    for (const extra of [{ pairing: 'paper' }, { ablation: 'a' }, { ablation: 'b' }]) {
      const { adapted, values } = await start({ method: 'randlora', r: 3, ...extra });
      expect(parse(defined((await saveAdapter(adapted, values, { base }))[0])).peft_type).toBe('FULLRANK_RANDLORA');
    }
  });

  test('a type of our own writes its own scales and no other\'s', () => {
    methodFields.guest = { ...methodFields.lora!, method: 'guest' };
    methods.guest = { ...methods.lora!, fields: methodFields.guest, codecs: [ownCodec('GUEST', methodFields.guest, (c) => ({ lora_alpha: numOr(c, 'lora_alpha', c.r as number) }))] };
    try {
      const written = JSON.parse(writeConfig(new Adapted(model, { method: 'guest', r: 3 }), 'tiny')) as Record<string, unknown>;
      expect(written).toMatchObject({ peft_type: 'GUEST', r: 3, lora_alpha: 3 });
      expect(Object.keys(written).filter((name) => /nola|method/.test(name))).toEqual([]);
    } finally {
      delete methodFields.guest;
      delete methods.guest;
    }
  });
});
