import { describe, expect, test } from 'vitest';
import { memoryTree } from '../../io/fileTree';
import { FormatError } from '../../io/formatError';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorData } from '../../io/safetensors';
import { parseModel } from '../../models';
import { withTextHead } from '../../models/byText';
import type { Model } from '../../models/model';
import { withGuest } from '../../testing/guestMethod';
import { there } from '../../testing/there';
import { Adapted } from '../adapted';
import { loadAdapter, modelConfig, modelFiles, modelTensors, saveAdapter, type SavedFile } from '.';
import { methods } from '..';
import type { Method } from '../method';

/** Files of whole models, and of those weights alone that a method trains. */

const config = { model_type: 'vit', hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 12, image_size: 8, patch_size: 4, num_labels: 3 };
const model = parseModel(config);
const { weights } = new Adapted(model, { method: 'full' }).trace;
const BIAS = 'vit.encoder.layer.0.attention.attention.query.bias';
const WEIGHT = BIAS.replace('bias', 'weight');
const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
/** The weights of a checkpoint: all ones, a bias in bf16, and a counter that is no number of a model. */
const checkpoint = (more: Record<string, TensorData> = {}) => openSafetensors(bytesAccess(writeSafetensors(new Map<string, TensorData>([
  ...[...weights].filter(([name]) => !name.startsWith('classifier')).map(([name, shape]): [string, TensorData] => [name, { dtype: 'F32', shape: [...shape], data: new Float32Array(size(shape)).fill(1) }]),
  [BIAS, { dtype: 'BF16', shape: [8], data: new Uint16Array(8).fill(0x3f80) }],
  ['counter', { dtype: 'I64', shape: [1], data: BigInt64Array.of(5n) }],
  ...Object.entries(more),
]))));
const json = (files: readonly SavedFile[], path: string) => JSON.parse(new TextDecoder().decode(there(files.find((file) => file.path === path)).bytes)) as Record<string, unknown>;
const tensorsOf = (files: readonly SavedFile[]) => openSafetensors(bytesAccess(there(files.find(({ path }) => path === 'model.safetensors')).bytes));
const tree = (files: readonly SavedFile[], more: Record<string, Uint8Array> = {}) => memoryTree('saved', { ...Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])), ...more });
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

describe('a complete model', () => {
  const changed = () => new Map([[WEIGHT, new Float32Array(64).fill(2)], ['classifier.weight', new Float32Array(24).fill(3)], ['classifier.bias', new Float32Array(3).fill(4)]]);

  test('has every tensor of the checkpoint, those that changed anew, and a head that it had not', async () => {
    const half = BIAS.replace('query', 'key');
    const source = await checkpoint({ [half]: { dtype: 'F16', shape: [8], data: new Uint16Array(8).fill(0x3c00) } });
    const file = await tensorsOf(await modelFiles(model, source, changed(), config));
    expect(file.names()).toEqual([...source.names(), 'classifier.bias', 'classifier.weight'].sort());
    const kinds = ['counter', BIAS, half, WEIGHT, 'classifier.weight', 'classifier.bias'].map((name) => [file.info(name).dtype, file.info(name).shape]);
    expect(kinds).toEqual([['I64', [1]], ['F32', [8]], ['F32', [8]], ['F32', [8, 8]], ['F32', [3, 8]], ['F32', [3]]]);
    expect(await Promise.all([BIAS, half, WEIGHT, 'classifier.weight', 'classifier.bias', 'vit.layernorm.weight'].map(async (name) => (await file.readF32(name))[0]))).toEqual([1, 1, 2, 3, 4, 1]);
    expect(await file.read('counter')).toEqual(await source.read('counter'));
  });

  test('in the types of the checkpoint where nothing changed, and with its own head where another is not trained', async () => {
    const source = await checkpoint({ 'classifier.weight': { dtype: 'F32', shape: [3, 8], data: new Float32Array(24).fill(9) }, 'classifier.bias': { dtype: 'F32', shape: [3], data: new Float32Array(3).fill(9) } });
    const same = await tensorsOf(await modelFiles(model, source, new Map(), config));
    expect([same.info(BIAS).dtype, (await same.readF32('classifier.bias'))[0], same.names()]).toEqual(['BF16', 9, source.names().sort()]);
    const file = await tensorsOf(await modelFiles(model, source, changed(), config));
    expect([await file.readF32('classifier.bias'), (await file.readF32('classifier.weight'))[0]]).toEqual([new Float32Array(3).fill(4), 3]);
    // Of another number of classes.
    const five = await tensorsOf(await modelFiles(model.with({ labels: ['a', 'b', 'c', 'd', 'e'] }), source, new Map([['classifier.bias', new Float32Array(5)], ['classifier.weight', new Float32Array(40)]]), config));
    expect([five.info('classifier.bias').shape, five.info('classifier.weight').shape]).toEqual([[5], [5, 8]]);
  });

  test('without what the model as it is has no use for', async () => {
    const source = await checkpoint({ 'extra.weight': { dtype: 'F32', shape: [1], data: new Float32Array(1) }, extraordinary: { dtype: 'F32', shape: [1], data: new Float32Array(1) } });
    const names = (dropped?: string[]) => [...modelTensors({ ...model, dropped }, source, new Map()).keys()].filter((name) => name.startsWith('extra'));
    expect([names(), names(['extra']), names(['other', 'extra']), names([])]).toEqual([['extra.weight', 'extraordinary'], ['extraordinary'], ['extraordinary'], ['extra.weight', 'extraordinary']]);
  });

  test('of which nothing is changed that it has not, or of another size', async () => {
    const source = await checkpoint();
    for (const wrong of [['missing', 1], [WEIGHT, 63], [WEIGHT, 0]] as const) expect(() => modelTensors(model, source, new Map([[wrong[0], new Float32Array(wrong[1])]]))).toThrow(FormatError);
  });
});

describe('config.json', () => {
  const of = (one: Model, given: Record<string, unknown>, ...rest: [changed?: boolean, more?: Record<string, unknown>]) => JSON.parse(modelConfig(one, given, ...rest)) as Record<string, unknown>;

  test('has the labels of the model, and the class that has its head', () => {
    const { id2label, label2id, architectures, num_labels, ...rest } = of(model.with({ labels: ['cat', 'dog'] }), config);
    expect([id2label, label2id, architectures, num_labels]).toEqual([{ 0: 'cat', 1: 'dog' }, { cat: 0, dog: 1 }, ['ViTForImageClassification'], undefined]);
    const { num_labels: _, ...others } = config;
    expect(rest).toEqual({ ...others, torch_dtype: 'float32' });
    expect(of({ ...model, architecture: undefined }, { ...config, architectures: ['Own'] }).architectures).toEqual(['Own']);
    expect(modelConfig(model, config)).toMatch(/^\{\n {2}"/);
  });

  test('names f32 wherever it names a type, if anything changed', () => {
    const given = { ...config, torch_dtype: 'bfloat16', text_config: { dtype: 'float16', a: 1 }, vision_config: null, other_config: 3, config: { dtype: 'float16' } };
    expect(of(model, given)).toMatchObject({ torch_dtype: 'float32', text_config: { dtype: 'float32', a: 1 }, vision_config: null, other_config: 3, config: { dtype: 'float16' } });
    expect(of(model, given, false)).toMatchObject({ torch_dtype: 'bfloat16', text_config: { dtype: 'float16', a: 1 } });
    expect(of(model, { ...config, dtype: 'float16' })).toMatchObject({ dtype: 'float32' });
    expect(of(model, { ...config, dtype: 'float16' })).not.toHaveProperty('torch_dtype');
    expect(of(model, config, false)).not.toHaveProperty('torch_dtype');
    expect(of(model, config, true, { more: 7 })).toMatchObject({ more: 7 });
  });

  test('is left as it is where a model has no head, and says of texts what their logits are', () => {
    const tower = { hidden_size: 12, intermediate_size: 20, num_hidden_layers: 1, num_attention_heads: 2 };
    const clip = withTextHead(parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower, image_size: 8, patch_size: 4 }, text_config: { ...tower, max_position_embeddings: 8, vocab_size: 20 } }), 3);
    expect(of(clip, { model_type: 'clip', num_labels: 3 }, false)).toEqual({ model_type: 'clip', num_labels: 3 });
    const text = { model_type: 'bert', hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 12, vocab_size: 30, max_position_embeddings: 16, num_labels: 2 };
    const bert = parseModel(text);
    expect(of(bert, text).problem_type).toBe(there(bert.language).problem);
    expect(of(bert.with({ reads: 'tokens' }), text)).not.toHaveProperty('problem_type');
    expect(of(model, config)).not.toHaveProperty('problem_type');
  });

  test('is there with the model, by what changed', async () => {
    const files = async (changed: Map<string, Float32Array>) => json(await modelFiles(model, await checkpoint(), changed, { ...config, torch_dtype: 'float16' }), 'config.json').torch_dtype;
    expect([await files(new Map()), await files(new Map([[WEIGHT, new Float32Array(64)]]))]).toEqual(['float16', 'float32']);
  });
});

describe('weights that a method trains', () => {
  const head = { 'classifier.weight': new Float32Array(24).fill(3), 'classifier.bias': new Float32Array(3).fill(4) };
  const saved = async (adapted: Adapted, values: Record<string, Float32Array>) => saveAdapter(adapted, values, { base: { id: 'base', source: await checkpoint(), config } });

  test('are the whole model where all learn', async () => {
    const files = await saved(new Adapted(model, { method: 'full' }), { ...head, [WEIGHT]: new Float32Array(64).fill(2), other: new Float32Array(1) });
    expect(files.map(({ path }) => path)).toEqual(['config.json', 'model.safetensors', 'fullrank.json']);
    const loaded = await loadAdapter(tree(files.filter(({ path }) => path !== 'config.json')), model);
    expect([loaded.adapted.config.method, Object.keys(loaded.values).sort(), loaded.hasHead, loaded.image_size, loaded.bases, loaded.foreign, loaded.warnings]).toEqual(['full', [...weights.keys()].sort(), true, 8, {}, [], []]);
    expect([loaded.values[WEIGHT]?.[0], loaded.values['classifier.bias']?.[0], loaded.values[BIAS]?.[0]]).toEqual([2, 4, 1]);
  });

  test('have no head where the classes are told apart by texts, whatever tensors there are', async () => {
    const tower = { hidden_size: 12, intermediate_size: 20, num_hidden_layers: 1, num_attention_heads: 2 };
    const clip = withTextHead(parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower, image_size: 8, patch_size: 4 }, text_config: { ...tower, max_position_embeddings: 8, vocab_size: 20 } }), 3);
    const adapted = new Adapted(clip, { method: 'full' });
    const tensors = [...adapted.trace.weights, ['null.weight', [4, 8]] as const].map(([name, shape]): [string, TensorData] => [name, { dtype: 'F32', shape, data: new Float32Array(size(shape)).fill(2) }]);
    const loaded = await loadAdapter(memoryTree('saved', { 'fullrank.json': bytes({ version: 1, method: 'full' }), 'model.safetensors': writeSafetensors(new Map(tensors)) }), clip);
    expect([loaded.hasHead, loaded.adapted.model.labels, Object.keys(loaded.values).sort()]).toEqual([false, clip.labels, adapted.weightsInFile().sort()]);
  });

  test('are those alone where a part does, or the head', async () => {
    const files = await saved(new Adapted(model, { method: 'linear_probe' }), head);
    expect([files.map(({ path }) => path), (await tensorsOf(files)).names()]).toEqual([['model.safetensors', 'fullrank.json'], ['classifier.bias', 'classifier.weight']]);
    expect(await loadAdapter(tree(files), model)).toMatchObject({ values: head, hasHead: true });
    const part: Partial<Method> = { ...there(methods.linear_probe), codecs: undefined, trains: 'part', learns: (_, name) => name === BIAS };
    await withGuest(part, {}, async () => {
      const values = { ...head, [BIAS]: new Float32Array(8).fill(5) };
      const some = await saved(new Adapted(model, { method: 'guest' }), values);
      const file = await tensorsOf(some);
      expect([file.names(), file.info(BIAS), (await loadAdapter(tree(some), model)).values]).toEqual([['classifier.bias', 'classifier.weight', BIAS], expect.objectContaining({ dtype: 'F32', shape: [8] }), values]);
    });
  });

  test('bring their labels, as many as the head has rows', async () => {
    const four = model.with({ labels: ['a', 'b', 'c', 'd'] });
    const files = await saved(new Adapted(four, { method: 'linear_probe' }), { 'classifier.weight': new Float32Array(32), 'classifier.bias': new Float32Array(4) });
    expect((await loadAdapter(tree(files), model)).adapted.model.labels).toEqual(['a', 'b', 'c', 'd']);
  });

  test.each<[string, (files: SavedFile[]) => Record<string, Uint8Array>, RegExp]>([
    ['of a method that is not known', () => ({ 'fullrank.json': bytes({ version: 1, method: 'toString' }) }), /whose adapter_config.json is missing/],
    ['of a method that saves adapters', () => ({ 'fullrank.json': bytes({ version: 1, method: 'lora' }) }), /whose adapter_config.json is missing/],
    ['one of which is missing', () => ({ 'model.safetensors': writeSafetensors(new Map([['classifier.weight', { dtype: 'F32' as const, shape: [3, 8], data: new Float32Array(24) }]])) }), /no tensor "classifier.bias"/],
    ['one of which is of another size', () => ({ 'model.safetensors': writeSafetensors(new Map([['classifier.weight', { dtype: 'F32' as const, shape: [3, 8], data: new Float32Array(24) }], ['classifier.bias', { dtype: 'F32' as const, shape: [2], data: new Float32Array(2) }]])) }), /"classifier.bias" is \[2\], the model asks for \[3\]/],
  ])('%s are refused', async (_, change, message) => {
    const files = await saved(new Adapted(model, { method: 'linear_probe' }), head);
    await expect(loadAdapter(tree(files, change(files)), model)).rejects.toThrow(message);
  });

  test('have no image size where none was written', async () => {
    const files = await saved(new Adapted(model, { method: 'linear_probe' }), head);
    expect((await loadAdapter(tree(files, { 'fullrank.json': bytes({ version: 1, method: 'linear_probe' }) }), model)).image_size).toBe(null);
  });
});

describe('an adapter\'s folder', () => {
  const adapted = new Adapted(model, { method: 'lora', r: 1, target_modules: ['query'] });
  const values = { 'base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight': new Float32Array(8).fill(1), 'base_model.model.vit.encoder.layer.0.attention.attention.query.lora_B.weight': new Float32Array(8).fill(2), 'classifier.weight': new Float32Array(24).fill(3), 'classifier.bias': new Float32Array(3).fill(4) };
  /** The folder with tensors under other names, without those that get none. */
  const renamed = async (rename: (name: string) => string | null, config: object = {}, extras: object | null = {}) => {
    const files = await saveAdapter(adapted, values, { base: { id: 'base', source: await checkpoint(), config: {} } });
    const source = await openSafetensors(bytesAccess(there(files.find(({ path }) => path === 'adapter_model.safetensors')).bytes));
    const tensors = new Map<string, TensorData>();
    for (const name of source.names()) {
      const to = rename(name);
      if (to !== null) tensors.set(to, { ...source.info(name), data: await source.read(name) });
    }
    const kept = files.filter(({ path }) => path !== 'fullrank.json' || extras !== null);
    return loadAdapter(tree(kept, { 'adapter_config.json': bytes({ ...json(files, 'adapter_config.json'), ...config }), 'adapter_model.safetensors': writeSafetensors(tensors), ...(extras && { 'fullrank.json': bytes({ ...json(files, 'fullrank.json'), ...extras }) }) }), model);
  };

  test('has its head under PEFT\'s names or plain ones, or none', async () => {
    for (const rename of [(name: string) => name, (name: string) => name.replace('model.classifier.', 'model.classifier.modules_to_save.')]) expect(await renamed(rename)).toMatchObject({ hasHead: true, image_size: 8, values, foreign: [], warnings: [] });
    const none = await renamed((name) => (name.includes('classifier') ? null : name), { modules_to_save: null });
    expect([none.hasHead, Object.keys(none.values).length]).toEqual([false, 2]);
    expect((await renamed((name) => name, {}, null)).image_size).toBe(null);
  });

  test.each([
    ['classifier.bias', 'vit.deep.bias'],
    ['classifier.bias', 'classifier.bias.weight.more'],
    ['classifier.bias', 'classifier.deeper.modules_to_save.bias'],
    ['classifier.bias', '.bias'],
    ['classifier.bias', 'classifier.deeper.bias'],
  ])('with %s called %s is refused', async (from, to) => await expect(renamed((name) => name.replace(from, to))).rejects.toThrow(FormatError));

  test('has the head that other labels get in its model', async () => {
    const { model_type: _, ...sizes } = config;
    const distilled = parseModel({ ...sizes, model_type: 'deit', architectures: ['DeiTForImageClassificationWithTeacher'] });
    const on = new Adapted(distilled.with({ labels: ['a', 'b', 'c', 'd'] }), { method: 'lora', r: 1 });
    const learned = { ...(await on.initialise(1, () => Promise.reject(new Error('not needed')))), ...on.newHead(1) };
    const files = await saveAdapter(on, learned, { base: { id: 'base', source: await checkpoint(), config: {} } });
    expect((await loadAdapter(tree(files), distilled)).values).toEqual(learned);
  });

  test('has a head of several layers under the model\'s own names alone', async () => {
    const roberta = parseModel({ model_type: 'roberta', hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 12, vocab_size: 30, max_position_embeddings: 16, num_labels: 2 });
    const on = new Adapted(roberta, { method: 'lora', r: 1 });
    const learned = { ...(await on.initialise(1, () => Promise.reject(new Error('not needed')))), ...on.newHead(1) };
    const files = await saveAdapter(on, learned, { base: { id: 'base', source: await checkpoint(), config: {} } });
    const under = async (name: (part: string) => string) => {
      const source = await openSafetensors(bytesAccess(there(files.find(({ path }) => path === 'adapter_model.safetensors')).bytes));
      const tensors = new Map<string, TensorData>();
      for (const part of source.names()) tensors.set(name(part), { ...source.info(part), data: await source.read(part) });
      return loadAdapter(tree(files, { 'adapter_model.safetensors': writeSafetensors(tensors) }), roberta);
    };
    expect((await under((part) => part.replace('.classifier.', '.classifier.modules_to_save.'))).values).toEqual(learned);
    for (const wrong of ['.classifier.dense.modules_to_save.', '.classifier.other.']) await expect(under((part) => part.replace('.classifier.dense.', wrong)), wrong).rejects.toThrow(FormatError);
  });

  test('that adapts half of a layer of transformers 4 is refused by the name of the whole', async () => {
    const swiglu = parseModel({ model_type: 'dinov2', hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, image_size: 8, patch_size: 4, num_labels: 3, use_swiglu_ffn: true });
    const adapter = new Adapted(swiglu, { method: 'lora', r: 1, target_modules: ['query'], modules_to_save: [] });
    const files = await saveAdapter(adapter, await adapter.initialise(1, () => Promise.reject(new Error('no'))), { base: { id: 'base', source: await checkpoint(), config: {} } });
    const source = await openSafetensors(bytesAccess(there(files.find(({ path }) => path === 'adapter_model.safetensors')).bytes));
    const on = async (layer: string, onto = swiglu) => {
      const tensors = new Map<string, TensorData>();
      for (const name of source.names()) tensors.set(name.replace(/attention\.attention\.query/, layer), { ...source.info(name), data: await source.read(name) });
      return loadAdapter(tree(files, { 'adapter_model.safetensors': writeSafetensors(tensors) }), onto);
    };
    await expect(on('mlp.gate_proj')).rejects.toThrow(/one half of a SwiGLU/);
    await expect(on('mlp.other')).rejects.toThrow(/is it the right base model/);
    await expect(on('mlp.gate_proj', { ...swiglu, names: undefined })).rejects.toThrow(/is it the right base model/);
  });
});

describe('an adapter\'s fixed tensors', () => {
  test('are stored in their own types, and in f32 where bf16 would change them', async () => {
    await withGuest({ fixed: () => ({ half: { shape: [2], dtype: 'BF16' }, whole: { shape: [2], dtype: 'I32' }, long: { shape: [2], dtype: 'I64' } }) }, {}, async () => {
      methods.guest = { ...there(methods.guest), codecs: [{ ...there(there(methods.lora).codecs)[0]!, type: 'GUEST' }] };
      const adapted = new Adapted(model, { method: 'guest', r: 1, target_modules: ['query'] });
      const label = (suffix: string) => `base_model.model.${WEIGHT.replace('.weight', '')}.${suffix}`;
      const file = async (half: number[]) => {
        const values = { [label('lora_A.weight')]: new Float32Array(8), [label('lora_B.weight')]: new Float32Array(8), [label('half')]: Float32Array.from(half), [label('whole')]: Float32Array.of(3, -1001), [label('long')]: Float32Array.of(5, -60_001), ...adapted.newHead(1) };
        const files = await saveAdapter(adapted, values, { base: { id: 'base', source: await checkpoint(), config } });
        const source = await openSafetensors(bytesAccess(there(files.find(({ path }) => path === 'adapter_model.safetensors')).bytes));
        return { types: ['half', 'whole', 'long', 'lora_A.weight'].map((suffix) => source.info(label(suffix)).dtype), read: await Promise.all(['half', 'whole', 'long'].map(async (suffix) => [...(await source.readF32(label(suffix)))])), values };
      };
      expect(await file([1, 0.5])).toMatchObject({ types: ['BF16', 'I32', 'I64', 'F32'], read: [[1, 0.5], [3, -1001], [5, -60_001]] });
      expect(await file([1, Math.fround(0.1)])).toMatchObject({ types: ['F32', 'I32', 'I64', 'F32'], read: [[1, Math.fround(0.1)], [3, -1001], [5, -60_001]] });
      await expect(saveAdapter(adapted, {}, { base: { id: 'base', source: await checkpoint(), config } })).rejects.toThrow(/has no values/);
    });
  });
});
