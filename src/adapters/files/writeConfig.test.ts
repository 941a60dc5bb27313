import { describe, expect, test } from 'vitest';
import { memoryTree } from '../../io/fileTree';
import { FormatError } from '../../io/formatError';
import { parseModel } from '../../models';
import { twoTowers, withTextHead } from '../../models/byText';
import { withGuest } from '../../testing/guestMethod';
import { there } from '../../testing/there';
import { Adapted } from '../adapted';
import { codecOf, isPeft, onConv1d, parseAdapterConfig, readConfig, readExtras, savedForm, settingsOfConfig, small } from './config';
import { configText, writeConfig, writeExtras } from './writeConfig';
import { dropout, empty, flag, off, ownCodec, pattern, rank, whole } from '../codec';
import { ConfigError, methodFields } from '../fields';
import type { MethodConfig } from '../field';
import * as z from 'zod/mini';

const size = { hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 20 };
const vit = parseModel({ model_type: 'vit', ...size, image_size: 8, patch_size: 4, num_labels: 3 });
const tower = { ...size, num_hidden_layers: 1 };
const clip = parseModel({ model_type: 'clip', projection_dim: 8, vision_config: { ...tower, image_size: 8, patch_size: 4 }, text_config: { ...tower, max_position_embeddings: 8, vocab_size: 20 } });
const bert = parseModel({ model_type: 'bert', ...size, vocab_size: 30, max_position_embeddings: 16, num_labels: 2 });
const gpt2 = parseModel({ model_type: 'gpt2', n_embd: 12, n_layer: 1, n_head: 2, n_positions: 24, vocab_size: 40, pad_token_id: 0, num_labels: 2 });
const QUERY = { target_modules: ['query'] };
const query = (block: number) => `vit.encoder.layer.${block}.attention.attention.query`;
const written = (c: MethodConfig, model = vit, generation?: 4 | 5) => JSON.parse(writeConfig(new Adapted(model, c), 'the/base', generation)) as Record<string, unknown>;
const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const tree = (config: object | null, extras?: object) => memoryTree('folder', { ...(config && { 'adapter_config.json': bytes(config) }), ...(extras && { 'fullrank.json': bytes(extras) }) });
const LORA = { peft_type: 'LORA', target_modules: ['query'] };

describe('adapter_config.json as it is written', () => {
  test('has what PEFT writes of the type, and what was chosen', () => {
    expect(written({ method: 'lora', r: 2, ...QUERY })).toEqual({
      alora_invocation_tokens: null, alpha_pattern: {}, arrow_config: null, auto_mapping: { base_model_class: 'ViTForImageClassification', parent_library: 'transformers.models.vit.modeling_vit' }, base_model_name_or_path: 'the/base', bias: 'none', corda_config: null, ensure_weight_tying: false, eva_config: null, exclude_modules: null,
      fan_in_fan_out: false, inference_mode: true, init_lora_weights: true, layer_replication: null, layers_pattern: null, layers_to_transform: null, loftq_config: {}, lora_alpha: 2, lora_bias: false, lora_dropout: 0, megatron_config: null, megatron_core: 'megatron.core', modules_to_save: ['classifier'], peft_type: 'LORA', peft_version: null,
      qalora_group_size: 16, r: 2, rank_pattern: {}, revision: null, target_modules: ['query'], target_parameters: null, task_type: null, trainable_token_indices: null, use_dora: false, use_qalora: false, use_rslora: false,
    });
    expect(writeConfig(new Adapted(vit, { method: 'lora', ...QUERY }), 'x')).toMatch(/^\{\n {2}"alora_invocation_tokens": null,\n/);
    expect(Object.keys(JSON.parse(configText({ ...codecOf({ method: 'lora' }), rest: { b: 1, r: 1 } }, { a: 2, r: 3, peft_type: 'other' })) as object)).toEqual(['a', 'b', 'peft_type', 'r']);
  });

  test('leaves out what the type has no field for, and of a type of our own what PEFT alone has', () => {
    const fields = (c: MethodConfig) => ['exclude_modules', 'layers_to_transform', 'layers_pattern', 'revision', 'task_type'].filter((field) => field in written(c));
    expect(fields({ method: 'shira', r: 1 })).toEqual(['revision', 'task_type']);
    expect(fields({ method: 'vera', r: 2 })).toEqual(['layers_to_transform', 'layers_pattern', 'revision', 'task_type']);
    expect(fields({ method: 'lora' })).toHaveLength(5);
    const own = { method: 'nola', r: 2, nola_num_bases: 3 };
    expect([fields(own), written(own)]).toEqual([['exclude_modules', 'layers_to_transform'], expect.objectContaining({ nola_num_bases: 3, r: 2, nola_alpha: 1, base_model_name_or_path: 'the/base', modules_to_save: ['classifier'] })]);
    expect(written({ method: 'lora', modules_to_save: [] }).modules_to_save).toBe(null);
  });

  test('says in which task, or of which class, and how matrices lie', () => {
    expect(written({ method: 'lora' }, bert)).toMatchObject({ task_type: 'SEQ_CLS', auto_mapping: null, fan_in_fan_out: false });
    expect(written({ method: 'lora' }, gpt2)).toMatchObject({ task_type: 'CAUSAL_LM', fan_in_fan_out: true });
    expect(written({ method: 'miss', r: 2 }, gpt2)).not.toHaveProperty('fan_in_fan_out');
    expect(written({ method: 'lora' }, vit)).toHaveProperty('fan_in_fan_out', false);
    const { architecture: _, ...nameless } = vit;
    expect(written({ method: 'lora' }, nameless as typeof vit).auto_mapping).toBe(null);
    expect(written({ method: 'lora' }, { ...vit, module: 'other' }).auto_mapping).toMatchObject({ parent_library: 'transformers.models.other.modeling_other' });
  });

  test.each<[string, MethodConfig, object]>([
    ['as they were given', { method: 'lora', ...QUERY, exclude_modules: ['1.attention.attention.query'] }, { target_modules: ['query'], exclude_modules: ['1.attention.attention.query'], layers_to_transform: null }],
    ['by the model\'s own where none were', { method: 'lora' }, { target_modules: vit.default_target_modules, exclude_modules: null }],
    ['by name where they were all', { method: 'lora', target_modules: 'all-linear', exclude_modules: ['output.dense', 'intermediate.dense', 'key', 'value'] }, { target_modules: [query(0), query(1)], exclude_modules: null }],
    ['by name where the type leaves none out', { method: 'vera', r: 2, ...QUERY, exclude_modules: ['1.attention.attention.query'] }, { target_modules: [query(0)] }],
    ['as they were given where none are left out', { method: 'vera', r: 2, ...QUERY, exclude_modules: [] }, { target_modules: ['query'] }],
    ['by name where blocks were numbered', { method: 'lora', ...QUERY, layers_to_transform: [1] }, { target_modules: [query(1)], layers_to_transform: null }],
  ])('names layers %s', (_, c, fields) => expect(written(c)).toMatchObject(fields));

  test('names layers of one tower where others have the same ends', () => {
    const part = withTextHead(clip, 3);
    expect(written({ method: 'lora', target_modules: ['q_proj'] }, part).target_modules).toEqual(['vision_model.encoder.layers.0.self_attn.q_proj']);
    expect(written({ method: 'lora' }, part).target_modules).toEqual(part.default_target_modules);
    expect(written({ method: 'lora', target_modules: ['q_proj'] }, twoTowers(clip)).target_modules).toEqual(['vision', 'text'].map((of) => `${of}_model.encoder.layers.0.self_attn.q_proj`));
  });

  test('names layers and patterns for a generation of transformers', () => {
    const c = { method: 'lora', ...QUERY, rank_pattern: { 'layer.1.attention.attention.query': 3 }, alpha_pattern: {} };
    expect(written(c)).toMatchObject({ rank_pattern: { 'layer.1.attention.attention.query': 3 }, alpha_pattern: {}, target_modules: ['query'] });
    expect(written(c, vit, 4)).toMatchObject({ rank_pattern: { [query(1)]: 3 }, target_modules: expect.stringContaining('attention\\.q_proj') as string });
    expect(written({ ...c, exclude_modules: ['0.attention.attention.query'] }, vit, 5)).toMatchObject({ rank_pattern: { 'vit.layers.1.attention.q_proj': 3 }, alpha_pattern: {}, target_modules: ['vit.layers.1.attention.q_proj'], exclude_modules: null });
  });
});

describe('how a method is spelled', () => {
  test('is PEFT\'s way where PEFT computes the same', () => {
    const of = (c: MethodConfig, model = vit) => isPeft(new Adapted(model, c));
    expect([of({ method: 'lora' }), of({ method: 'nola' }), of({ method: 'linear_probe' }), of({ method: 'randlora' }), of({ method: 'randlora', pairing: 'paper' })]).toEqual([true, false, false, true, false]);
    expect([of({ method: 'miss', r: 2 }), of({ method: 'miss', r: 2 }, gpt2), of({ method: 'lora' }, gpt2)]).toEqual([true, false, true]);
    expect([onConv1d(new Adapted(gpt2, { method: 'miss', r: 2 })), onConv1d(new Adapted(vit, { method: 'miss', r: 2 })), onConv1d(new Adapted(gpt2, { method: 'lora' })), onConv1d(new Adapted(gpt2, { method: 'linear_probe', modules_to_save: [] }))]).toEqual([true, false, false, false]);
    const { config, method } = new Adapted(vit, { method: 'miss', r: 2 });
    expect([isPeft({ config, method }), onConv1d({ config, method }), onConv1d({ config, method, layers: [{ name: 'a', in: 1, out: 1 }] })]).toEqual([true, false, false]);
  });

  test('is the type that can say its settings, and none for methods that save no adapter', () => {
    expect(['peft', 'paper'].map((pairing) => codecOf({ method: 'randlora', pairing, ablation: 'none' }).type)).toEqual(['RANDLORA', 'FULLRANK_RANDLORA']);
    expect(codecOf({ method: 'lora' }).type).toBe('LORA');
    expect(() => codecOf({ method: 'full' })).toThrow(ConfigError);
  });
});

describe('adapter_config.json as it is read', () => {
  const parse = (value: object | string, tensors: string[] = []) => parseAdapterConfig(bytes(value), tensors);

  test('has at most two million bytes', () => {
    const padded = (length: number) => JSON.stringify(LORA).padEnd(length);
    expect(parse(padded(2_000_000)).codec.type).toBe('LORA');
    expect(() => parse(padded(2_000_001))).toThrow(/2000001 bytes/);
  });

  test('is of the method that its fields or tensors show, else of the one that has the rest', () => {
    expect(parse(LORA).method.fields.method).toBe('lora');
    expect(parse(LORA, ['a.lora_A.weight']).method.fields.method).toBe('lora');
    const { type } = codecOf({ method: 'randlora_svd' });
    expect(['svd', 'normal', undefined].map((bases) => parse({ peft_type: type, target_modules: ['a'], bases }).method.fields.method)).toEqual(['randlora_svd', 'randlora', 'randlora']);
  });

  test('is spelled in the way that takes what is left, wherever that stands', async () => {
    const [owner, rest] = [{ ...ownCodec('GUEST', there(methodFields.lora), () => ({})), owns: () => false }, ownCodec('GUEST', there(methodFields.lora), () => ({}))];
    await withGuest({ codecs: [owner, rest] }, {}, () => expect(parse({ peft_type: 'GUEST', target_modules: ['a'] }).codec).toBe(rest));
  });

  test('lists types that can be read, with their methods where they are several', () => {
    expect(() => parse({ peft_type: 'OTHER' })).toThrow(/ LORA \(LoRA, DoRA, PiSSA\) and VERA /);
    expect(() => parse({ peft_type: 'OTHER' })).not.toThrow(/VERA \(/);
    expect(() => parse({ peft_type: 'OTHER' })).not.toThrow(/FULLRANK/);
  });

  test('says which fields are left aside, and none of those that change nothing', () => {
    expect(parse({ ...LORA, inference_mode: true, fan_in_fan_out: true, qalora_group_size: 4, lora_bias: false, megatron_core: 'x' }).ignored).toEqual([]);
    expect(parse({ ...LORA, one: 1, two: 2 }).ignored).toEqual(['one', 'two']);
    expect(parse({ peft_type: 'MISS', target_modules: ['a'], mini_r: 3 }).ignored).toEqual([]);
  });

  test('of a folder has its settings, those beside it and what to know', async () => {
    const read = await readConfig(tree({ ...LORA, r: 3, layers_pattern: 'layer', modules_to_save: ['classifier'] }, { version: 1, method: 'lora', labels: ['a'] }));
    expect(read).toMatchObject({ config: { method: 'lora', r: 3, target_modules: ['query'], exclude_modules: null, layers_to_transform: null, modules_to_save: ['classifier'] }, layers_pattern: 'layer', extras: { labels: ['a'], settings: {} }, warnings: [] });
    expect(read.codec.type).toBe('LORA');
    const warned = async (more: object) => (await readConfig(tree({ ...LORA, ...more }))).warnings;
    expect([await warned({}), await warned({ one: 1 }), await warned({ one: 1, two: 2 })]).toEqual([[], [expect.stringMatching(/one is unknown/)], [expect.stringMatching(/one and two are unknown|one, two are unknown/)]]);
    expect((await readConfig(tree(LORA))).extras).toBe(null);
    expect((await readConfig(tree({ peft_type: 'RANDLORA', target_modules: ['query'] }, { version: 1, method: 'randlora', settings: { bases: 'normal', form: 'merged' } }))).config).toMatchObject({ bases: 'normal', form: 'merged' });
    await expect(readConfig(tree(LORA, { version: 1, method: 'dora' }))).rejects.toThrow(FormatError);
    await expect(readConfig(tree(LORA, { version: 1, method: 'lora', settings: { r: 4 } }))).rejects.toThrow(FormatError);
    // Which of several methods it is, tensors may say.
    const mapped = { peft_type: there(there(methodFields.lora_xs) && codecOf({ method: 'lora_xs' }).type), target_modules: ['query'] };
    expect((await readConfig(tree(mapped), ['a.lora_latent_mapping.weight', 'a.default_lora_latent_mapping.weight'])).config.method).toMatch(/lora/);
  });

  test('by hand has no field that is unknown', () => {
    expect(settingsOfConfig({ ...LORA, r: 5 })).toMatchObject({ method: 'lora', r: 5, target_modules: ['query'] });
    expect(() => settingsOfConfig({ ...LORA, ranks: 5 })).toThrow(ConfigError);
  });

  test('a file of a folder is there, and no larger than it may be', async () => {
    const folder = memoryTree('folder', { a: bytes('12345') });
    expect(await small(folder, 'a', 5)).toEqual(bytes('12345'));
    await expect(small(folder, 'a', 4)).rejects.toThrow(/5 bytes, at most 4/);
    await expect(small(folder, 'b')).rejects.toThrow(/no b/);
  });
});

describe('fullrank.json', () => {
  const of = (c: MethodConfig, model = vit) => JSON.parse(writeExtras(new Adapted(model, c))) as object;

  test('has the settings that stand nowhere else, the labels, and what the model took', () => {
    expect(of({ method: 'lora', r: 3 })).toEqual({ version: 1, method: 'lora', settings: {}, labels: vit.labels, image_size: 8 });
    expect(of({ method: 'randlora', r: 4, bases: 'normal' })).toMatchObject({ settings: { bases: 'normal', bases_storage: 'auto', form: 'auto' } });
    expect(of({ method: 'linear_probe' })).toMatchObject({ settings: {} });
    expect(of({ method: 'lora' }, bert)).toEqual({ version: 1, method: 'lora', settings: {}, labels: bert.labels, reads: bert.language?.reads, max_length: bert.language?.tokens });
    expect(of({ method: 'lora', target_modules: ['query'] }, { ...vit, labels: [] })).not.toHaveProperty('labels');
  });

  test('has all settings of a method that has no other file for them', () => withGuest({ codecs: undefined }, {}, () => {
    expect(of({ method: 'guest', r: 3, target_modules: ['query'] })).toMatchObject({ settings: { r: 3, lora_alpha: null } });
  }));

  test('is checked', async () => {
    const read = (value: object) => readExtras(tree(null, value));
    const good = { version: 1, method: 'lora' };
    expect(await read({ ...good, more: 1 })).toMatchObject({ ...good, settings: {}, more: 1 });
    for (const more of [{ labels: ['a'], image_size: 1, max_length: 1 }, { image_size: 4096, max_length: 2 ** 20, reads: 'next', settings: { a: 1 } }, { method: 'x'.repeat(100), labels: ['x'.repeat(1000)] }]) expect(await read({ ...good, ...more })).toMatchObject(more);
    for (const more of [{ version: 2 }, { method: 'x'.repeat(101) }, { labels: [] }, { labels: ['x'.repeat(1001)] }, { labels: [1] }, { labels: Array(65_537).fill('a') }, { image_size: 0 }, { image_size: 4097 }, { image_size: 1.5 }, { reads: 'nothing' }, { max_length: 0 }, { max_length: 2 ** 20 + 1 }, { settings: [] }]) await expect(read({ ...good, ...more }), JSON.stringify(more).slice(0, 40)).rejects.toThrow(FormatError);
    expect(await readExtras(tree(LORA))).toBe(null);
  });

  test.each<[object | null, object | undefined, object]>([
    [null, undefined, {}],
    [{ task_type: 'CAUSAL_LM' }, undefined, { reads: 'next' }],
    [{ task_type: 'SEQ_CLS' }, { version: 1, method: 'lora', max_length: 12 }, { reads: bert.language?.reads, tokens: 12 }],
    [{ task_type: 'SEQ_CLS' }, { version: 1, method: 'lora', reads: 'next' }, { reads: 'next' }],
    [{ task_type: null }, undefined, {}],
    [{}, undefined, {}],
    [{ task_type: 'OTHER' }, undefined, {}],
  ])('and config %j with %j say how a model of texts was recorded: %j', async (config, extras, form) => expect(await savedForm(tree(config, extras))).toStrictEqual(form));

  test('and config that says it in no text are refused', async () => expect(savedForm(tree({ task_type: 5 }))).rejects.toThrow(FormatError));
});

describe('fields of configs', () => {
  const takes = (type: z.ZodMiniType, value: unknown) => z.safeParse(type, value).success;

  test.each<[string, z.ZodMiniType, unknown[], unknown[]]>([
    ['ranks', rank, [1, 65_536], [0, 65_537, 1.5, '1']],
    ['probabilities', dropout, [0, 0.999], [-0.1, 1]],
    ['whole numbers', whole, [0, 7], [-1, 0.5]],
    ['flags', flag(true), [true, false, undefined], [null, 1]],
    ['patterns', pattern(rank), [{}, null, undefined, { a: 1 }, { ['x'.repeat(1000)]: 1 }, Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [i, 1]))], [{ a: 0 }, [], { ['x'.repeat(1001)]: 1 }, Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [i, 1]))]],
  ])('%s are what they are', (_, type, right, wrong) => {
    expect([right.filter((value) => !takes(type, value)), wrong.filter((value) => takes(type, value))]).toEqual([[], []]);
  });

  test('have defaults', () => {
    expect([z.parse(flag(true), undefined), z.parse(flag(false), undefined), z.parse(pattern(rank), undefined)]).toEqual([true, false, {}]);
    expect(parseAdapterConfig(bytes({ peft_type: 'VERA', target_modules: ['a'] })).config).toEqual({ auto_mapping: null, base_model_name_or_path: null, revision: null, task_type: null, peft_version: null, target_modules: ['a'], exclude_modules: null, layers_to_transform: null, layers_pattern: null, modules_to_save: null, r: 256, vera_dropout: 0, d_initial: 0.1, projection_prng_key: 0, save_projection: true });
  });

  test('that name layers are short, and not too many', () => {
    const [names, long, numbers] = [(n: number) => Array<string>(n).fill('a'), 'x'.repeat(1000), (n: number) => Array<number>(n).fill(1)];
    for (const more of [{ target_modules: 'query' }, { target_modules: long }, { target_modules: names(10_000) }, { exclude_modules: names(10_000) }, { layers_to_transform: 3 }, { layers_to_transform: numbers(10_000) }, { layers_pattern: ['a'] }]) expect(() => parseAdapterConfig(bytes({ ...LORA, ...more }))).not.toThrow();
    for (const more of [{ target_modules: `${long}x` }, { target_modules: names(10_001) }, { exclude_modules: names(10_001) }, { layers_to_transform: -1 }, { layers_to_transform: numbers(10_001) }, { layers_to_transform: [0.5] }, { layers_pattern: 3 }, { modules_to_save: 'classifier' }, { auto_mapping: { a: 1 } }]) expect(() => parseAdapterConfig(bytes({ ...LORA, ...more })), JSON.stringify(more).slice(0, 40)).toThrow(FormatError);
  });

  test.each<[string, unknown, boolean]>([
    ['rank_pattern', {}, true], ['rank_pattern', { a: 1 }, false], ['alpha_pattern', null, true], ['alpha_pattern', { a: 1 }, false], ['bias', 'none', true], ['bias', null, true], ['bias', 'all', false], ['layer_replication', [], true], ['layer_replication', [[0, 1]], false],
    ['megatron_config', null, true], ['megatron_config', { a: 1 }, false], ['target_parameters', [], true], ['target_parameters', ['a'], false], ['trainable_token_indices', null, true], ['trainable_token_indices', [1], false],
  ])('%s of %j changes nothing: %s', (field, value, harmless) => {
    const parse = () => parseAdapterConfig(bytes({ peft_type: 'VERA', target_modules: ['a'], [field]: value }));
    if (harmless) expect(parse().ignored).toEqual([]);
    else expect(parse).toThrow(new RegExp(`sets ${field}`));
  });

  test('that cannot change what a saved adapter computes are passed over', () => {
    const all = { fan_in_fan_out: true, inference_mode: false, init_weights: false, megatron_core: 'x', ensure_weight_tying: true };
    for (const peft_type of ['VERA', 'FULLRANK_RANDLORA']) expect(parseAdapterConfig(bytes({ peft_type, target_modules: ['a'], ...all })).ignored).toEqual([]);
    expect(written({ method: 'vera', r: 2, ...QUERY })).toMatchObject({ bias: 'none', fan_in_fan_out: false, inference_mode: true, init_weights: true });
  });

  test('what is off and what is empty', () => {
    expect([undefined, null, false, true, 0, {}].map(off)).toEqual([true, true, true, false, false, false]);
    expect([undefined, null, false, true, 0, '', {}, [], { a: 1 }, [0]].map(empty)).toEqual([true, true, true, false, false, false, true, true, false, false]);
  });

  test('of a type of our own stand by their own names', () => {
    const codec = ownCodec('OURS', there(methodFields.lora), (c) => ({ lora_alpha: c.r }), { excludes: false });
    expect({ type: codec.type, peft: codec.peft, rest: codec.rest, excludes: codec.excludes, fields: Object.keys(codec.fields) }).toEqual({ type: 'OURS', peft: false, rest: {}, excludes: false, fields: ['r', 'lora_alpha', 'lora_dropout', 'use_rslora'] });
    expect(ownCodec('OURS', there(methodFields.lora), () => ({})).excludes).toBe(true);
    expect(Object.entries(codec.read({ r: 3, other: 1, target_modules: ['a'] }))).toEqual([['r', 3]]);
    expect(codec.write({ method: 'lora', r: 3, lora_alpha: null, lora_dropout: 0, use_rslora: false, target_modules: ['a'] }, {}, [])).toEqual({ r: 3, lora_alpha: 3, lora_dropout: 0, use_rslora: false });
    expect(Object.values(codec.fields).every((field) => takes(field, undefined) && takes(field, 'anything'))).toBe(true);
  });
});
