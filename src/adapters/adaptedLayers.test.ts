import { describe, expect, test } from 'vitest';
import { Recorder } from '../engine/record';
import { parseModel } from '../models';
import { there } from '../testing/there';
import { Adapted, ADAPTER_GROUP, adapterLabel, HEAD_GROUP, joint, modelLabel, targetLayers, type ContextOptions } from './adapted';
import { ConfigError } from './fields';
import type { MethodConfig } from './field';

const model = parseModel({ model_type: 'vit', hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 48, image_size: 16, patch_size: 8, num_labels: 3 });
const self = (block: number) => `vit.encoder.layer.${block}.attention.attention`;
const names = (adapted: Adapted) => adapted.layers.map(({ name }) => name);

/** A model as it is recorded for a method, without a device. */
function recorded(config: MethodConfig, options: Partial<ContextOptions> = {}, align = 32) {
  const adapted = new Adapted(model, config);
  const rec = new Recorder({ align });
  const pixels = rec.declare('input', 'pixel_values', [2, 3, 16, 16]);
  const { entries } = rec.program('p', () => void rec.keep(model.forward(adapted.context({ rec, batch: 2, training: false, frozen_dtype: 'f32', checkpoint_activations: false, ...options }), pixels)));
  return { adapted, rec, labels: entries.map(({ label }) => label), stacks: adapted.stacks(rec).map(({ layers }) => layers.map(({ name }) => name.replace(/^.*\.layer\./, '')).join(' + ')) };
}

describe('which layers', () => {
  const of = (config: Record<string, unknown>) => targetLayers(model, config).map(({ name }) => name);

  test('are named by their ends, by an expression, by numbers in any spelling, and without those left out', () => {
    expect(of({ target_modules: ['query'] })).toEqual([0, 1].map((block) => `${self(block)}.query`));
    for (const layers_to_transform of [1, '1', [1]]) expect(of({ target_modules: ['query'], layers_to_transform })).toEqual([`${self(1)}.query`]);
    for (const layers_to_transform of [null, undefined, '', '0,1', [0, 1]]) expect(of({ target_modules: ['query'], layers_to_transform })).toHaveLength(2);
    expect(of({ target_modules: ['query', 'key'], exclude_modules: ['key'] })).toEqual([0, 1].map((block) => `${self(block)}.query`));
    expect(of({ target_modules: '.*layer\\.1.*(query|key)' })).toEqual([`${self(1)}.query`, `${self(1)}.key`]);
    expect(targetLayers(model, { target_modules: ['intermediate.dense'] })[0]).toEqual({ name: 'vit.encoder.layer.0.intermediate.dense', in: 32, out: 48 });
    expect(of({})).toEqual(of({ target_modules: model.default_target_modules }));
    expect(of({ target_modules: 'all-linear' })).not.toContain('classifier');
    // Numbers go with the model's own expression, and with nobody else's.
    expect(of({ layers_to_transform: '1' })).toEqual(of({}).filter((name) => name.includes('.1.')));
    expect(() => of({ target_modules: '.*query', layers_to_transform: '1' })).toThrow();
  });

  test('have names in the file: with a dot, or without one where the suffix has its own', () => {
    expect([adapterLabel('a.query', 'lora_A.weight'), adapterLabel('a.query', '_gamma'), joint('x'), joint('_x'), modelLabel('model.x')]).toEqual(['base_model.model.a.query.lora_A.weight', 'base_model.model.a.query_gamma', '.', '', 'base_model.model.x']);
  });
});

describe('the head', () => {
  const trained = (modules_to_save?: unknown) => [...new Adapted(model, { method: 'lora', target_modules: ['query'], ...(modules_to_save !== undefined && { modules_to_save }) }).trainedHead];

  test('learns unless it is left out, and nothing but it is saved besides', () => {
    const whole = ['classifier.weight', 'classifier.bias'];
    expect([trained().sort(), trained(['classifier']).sort(), trained(null), trained([])]).toEqual([whole.toSorted(), whole.toSorted(), [], []]);
    for (const named of [['other'], ['classifier', 'other'], ['score']]) expect(() => trained(named)).toThrow(ConfigError);
    expect(() => new Adapted(model, { method: 'linear_probe', modules_to_save: ['other'] })).toThrow(ConfigError);
    expect(new Adapted(model, { method: 'linear_probe', modules_to_save: [] }).counts()).toEqual({ adapter_parameters: 0, head_parameters: 0 });
    expect(() => new Adapted(model, { method: 'linear_probe', modules_to_save: null })).toThrow(ConfigError);
    expect(new Adapted(model, { method: 'lora', target_modules: ['query'] }).counts()).toEqual({ adapter_parameters: 2 * 8 * 64, head_parameters: 3 * 33 });
  });

  test('begins with small weights and a bias of zeros', () => {
    const head = new Adapted(model, { method: 'linear_probe' }).newHead(3);
    expect(Object.keys(head).sort()).toEqual(['classifier.bias', 'classifier.weight']);
    expect([...there(head['classifier.bias'])]).toEqual([0, 0, 0]);
    const weight = there(head['classifier.weight']);
    expect(weight).toHaveLength(96);
    expect(Math.sqrt(weight.reduce((sum, x) => sum + x * x, 0) / 96)).toBeCloseTo(0.01, 2);
    expect(Math.max(...weight)).toBeGreaterThan(0.005);
    expect(new Adapted(model, { method: 'linear_probe' }).newHead(4)['classifier.weight']).not.toEqual(weight);
  });
});

test('a layer has the settings that a pattern gives it, of the first that matches', () => {
  const adapted = new Adapted(model, { method: 'lora', r: 4, target_modules: ['query', 'value'], rank_pattern: { 'layer.1.attention.attention.query': 8, query: 2 }, alpha_pattern: { value: 3 } });
  expect(names(adapted)).toHaveLength(4);
  expect(adapted.layers.map((layer) => [adapted.configOf(layer).r, adapted.configOf(layer).lora_alpha])).toEqual([[2, null], [4, 3], [8, null], [4, 3]]);
  expect(adapted.configOf(there(adapted.layers[0]))).toBe(adapted.configOf(there(adapted.layers[0])));
  expect(adapted.counts().adapter_parameters).toBe(64 * (2 + 4 + 8 + 4));
});

describe('the form of a layer', () => {
  const of = (config: Partial<MethodConfig>, batch: number, sharing?: number) => {
    const adapted = new Adapted(model, { method: 'lora', target_modules: ['query'], ...config });
    return [...new Set(Object.values(adapted.forms(batch, sharing)))];
  };

  test('is the cheaper one for the batch, merged where more tokens share it, and streamed where inputs are dropped', () => {
    const adapted = new Adapted(model, { method: 'lora', r: 16, target_modules: ['query'] });
    const layer = there(adapted.layers[0]);
    const tokens = 4 * 5;
    expect(adapted.costOf(layer, 4)).toEqual({ streamed: 3 * tokens * 16 * 64, merged: tokens * 1024 + 4 * 16 * 1024 });
    expect(adapted.costOf(layer, 4, 8)?.merged).toBe(tokens * 1024 + (4 * 16 * 1024) / 8);
    expect([of({ r: 16 }, 1), of({ r: 16 }, 100), of({ r: 16 }, 4), of({ r: 16 }, 4, 8), of({ r: 16, lora_dropout: 0.1 }, 100)]).toEqual([['streamed'], ['merged'], ['streamed'], ['merged'], ['streamed']]);
    expect(adapted.tokens).toBe(5);
    expect(new Adapted(model, { method: 'vpt', n_ctx: 3 }).tokens).toBe(8);
  });
});

describe('layers that share an input', () => {
  const QKV = ['query', 'key', 'value'];
  const lora = (target_modules: string[], more: object = {}): MethodConfig => ({ method: 'lora', r: 4, target_modules, ...more });
  const both = (ends: string) => [0, 1].map((block) => `${block}.attention.attention.${ends}`);
  const stacked = (config: MethodConfig, options?: Partial<ContextOptions>) => recorded(config, options).stacks;
  const attention = (...ends: string[]) => [0, 1].map((block) => ends.map((end) => `${block}.attention.attention.${end}`).join(' + '));

  test('run as one where they are adapted alike, streamed from the first on in even steps, merged all of them', () => {
    expect(stacked(lora(['query', 'value']), { form: 'streamed' })).toEqual(attention('query', 'value'));
    expect(stacked(lora(QKV), { form: 'streamed' })).toEqual(attention(...QKV));
    expect(stacked(lora(QKV), { form: 'merged' })).toEqual(attention(...QKV));
  });

  test.each<[string, MethodConfig, Partial<ContextOptions>, string[]]>([
    ['not the first is adapted', lora(['key', 'value']), { form: 'streamed' }, ['key', 'value']],
    ['one is adapted alone', lora(['query']), { form: 'streamed' }, ['query']],
    ['not all are, and they are merged', lora(['query', 'value']), { form: 'merged' }, ['query', 'value']],
    ['inputs are dropped', lora(QKV, { lora_dropout: 0.1 }), { form: 'streamed' }, QKV],
    ['a pattern makes one another', lora(QKV, { rank_pattern: { key: 2 } }), { form: 'streamed' }, QKV],
  ])('run apart where %s', (_, config, options, ends) => {
    expect(stacked(config, options).sort()).toEqual(ends.flatMap(both).sort());
  });

  test('run apart where their weights could be bound as one and their biases could not', () => {
    // A bias is 128 bytes.
    const { labels, rec } = recorded(lora(QKV), { form: 'streamed' }, 256);
    expect(labels.filter((label) => label.includes(' + '))).toEqual([]);
    expect(there(rec.programs[0]).entries.flatMap(({ tensors }) => Object.values(tensors).map(({ label }) => label))).toContain(`${self(0)}.query.bias`);
  });

  test('are merged again in the backward where nothing else is said', () => {
    const made = (merging?: 'kept' | 'again') => {
      const adapted = new Adapted(model, lora(['query']));
      const rec = new Recorder();
      const { entries } = rec.program('p', () => {
        const ctx = adapted.context({ rec, batch: 1, training: true, frozen_dtype: 'f32', checkpoint_activations: false, form: 'merged', ...(merging && { merging }) });
        rec.backward(ctx.linear(`${self(0)}.query`, rec.declare('input', 'x', [2, 32], 'f32', true), 32, {}), rec.declare('input', 'd', [2, 32]));
      });
      return entries.filter(({ label }) => label === `${self(0)}.query.W + s B A`).length;
    };
    expect([made('kept'), made('again'), made()]).toEqual([1, 2, 2]);
  });

  test('are named together, and found by their own names', () => {
    const { rec, labels } = recorded(lora(['query', 'value']), { form: 'streamed' });
    expect(labels.filter((label) => label.startsWith(`${self(0)}.`)).map((label) => label.slice(self(0).length + 1))).toEqual(['query + key + value.base', 'query + key + value.x A', 'query + key + value.s B']);
    expect(rec.find(adapterLabel(`${self(0)}.value`, 'lora_B.weight'))).toMatchObject({ role: 'param', shape: [32, 4] });
    expect(rec.flats.params().map(({ group }) => group)).toEqual([...Array.from({ length: 8 }, () => ADAPTER_GROUP), HEAD_GROUP, HEAD_GROUP]);
    const groups = new Set(recorded(lora(['query', 'value']), { byLayer: true }).rec.flats.params().map(({ group }) => group));
    expect(groups.size).toBe(3);
  });

  test('without an adapter run as one, with it merged once, kept or again', () => {
    const plain = recorded({ method: 'linear_probe' });
    expect([plain.stacks, plain.labels.includes(`${self(0)}.query + key + value`)]).toEqual([[], true]);
    expect(recorded(lora(QKV), { form: 'merged', merging: 'once' }).rec.onceProgram?.entries.map(({ label }) => label)).toEqual([0, 1].map((block) => `${self(block)}.query + key + value.W + s B A`));
    for (const merging of ['kept', 'again', undefined] as const) expect(recorded(lora(QKV), { form: 'merged', ...(merging && { merging }) }).rec.onceProgram).toBeNull();
  });
});

describe('start values', () => {
  const weight = () => Promise.resolve(new Float32Array(32 * 32).fill(0.5));
  const config: MethodConfig = { method: 'lora', r: 2, target_modules: ['query'] };

  test('are drawn for each layer by the seed, and not where they are given', async () => {
    const adapted = new Adapted(model, config);
    const [one, same, other] = await Promise.all([1, 1, 2].map((seed) => adapted.initialise(seed, weight)));
    const labels = [0, 1].flatMap((block) => ['lora_A.weight', 'lora_B.weight'].map((suffix) => adapterLabel(`${self(block)}.query`, suffix)));
    expect(Object.keys(there(one)).sort()).toEqual(labels.sort());
    expect(one).toEqual(same);
    const [A = '', B = '', next = ''] = labels;
    expect(there(other)[A]).not.toEqual(there(one)[A]);
    expect(there(one)[next]).not.toEqual(there(one)[A]);
    const given = { [A]: new Float32Array(64).fill(7), [B]: new Float32Array(64).fill(8) };
    expect(await adapted.initialise(1, weight, { given })).toEqual({ ...one, ...given });
    // A part of them is not enough.
    expect(await adapted.initialise(1, weight, { given: { [A]: new Float32Array(64) } })).toEqual(one);
  });

  test('of bases and of what all layers have in common come besides, and those of fixed tensors are found', async () => {
    const vera = new Adapted(model, { method: 'vera', r: 4, target_modules: ['query'] });
    expect(Object.keys(await vera.initialise(1, weight))).toEqual(expect.arrayContaining(Object.keys(vera.shared).map(modelLabel)));
    const vpt = new Adapted(model, { method: 'vpt', n_ctx: 2 });
    const prompts = await vpt.initialise(1, weight);
    expect(Object.keys(prompts)).toEqual(Object.keys(vpt.common).map(modelLabel));
    const [label = ''] = Object.keys(prompts);
    expect((await vpt.initialise(1, weight, { given: { [label]: Float32Array.of(5) } }))[label]).toEqual(Float32Array.of(5));
    expect(vera.fixedAmong({})).toEqual({});
  });
});
