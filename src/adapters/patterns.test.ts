import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { defined } from '../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyModel } from '../testing/tiny';
import { logitsOf } from '../train/logits';
import type { LoadedModel } from '../train/openModel';
import type { MethodConfig } from './field';
import { Adapted, adapterLabel } from './adapted';
import { methodFields } from './fields';
import { loadAdapter, saveAdapter, type SavedFile } from './files';
import { loraScale } from './methods/lora/method';
import { mergedWeights } from './merge';
import type { Arrays } from './method';
import { compilePatterns } from './patterns';

const query = (block: number) => `vit.encoder.layer.${block}.attention.attention.query`;
const config: MethodConfig = { method: 'lora', r: 4, lora_alpha: 6, target_modules: ['query', 'value'], rank_pattern: { query: 2 }, alpha_pattern: { '.*layer\\.1\\..*query': 16, value: 3 } };

describe('rank and alpha patterns', () => {
  let device: Device;
  let model: LoadedModel;
  beforeAll(async () => {
    device = await mustOpen(gpu());
    model = await tinyModel();
  });

  async function filled(adapted: Adapted): Promise<Arrays> {
    const random = randomNormal(8);
    const values = { ...(await adapted.initialise(1, (n) => model.source.readF32Checked(n))), ...adapted.newHead(1) };
    for (const data of Object.values(values)) data.forEach((v, i) => (data[i] = v + 0.2 * random()));
    return values;
  }
  const pixels = Float32Array.from({ length: 2 * 3 * 16 * 16 }, (_, i) => Math.sin(i));
  const logits = (adapted: Adapted, values: Arrays) => logitsOf(device, { adapted, source: model.source, values, pixels });
  const tree = (files: SavedFile[], change: Record<string, unknown> = {}) => {
    const bytes = (f: SavedFile) => (f.path === 'adapter_config.json' ? new TextEncoder().encode(JSON.stringify({ ...(JSON.parse(new TextDecoder().decode(f.bytes)) as object), ...change })) : f.bytes);
    return memoryTree('saved', new Map(files.map((f) => [f.path, bytes(f)])));
  };

  test.each([['query', true], ['attention.query', true], ['layer.0.attention.attention.query', true], ['uery', false], ['layer\\.\\d+\\..*query', true], ['value|query', true], ['layer.1.attention.attention.query', false]])('the key %s matches as in PEFT: %s', (key, matches) => {
    const [{ rules }] = compilePatterns({ ...config, rank_pattern: { [key]: 2 } }) as [ReturnType<typeof compilePatterns>[number]];
    expect(defined(rules[0]).matches(query(0))).toBe(matches);
  });

  test.each([{}, { use_rslora: true }, { method: 'dora' }])('%j computes what a uniform adapter does whose factors are padded and scaled', async (change) => {
    const adapted = new Adapted(model.net, { ...config, ...change });
    const values = await filled(adapted);
    expect(values[adapterLabel(query(0), 'lora_A.weight')]).toHaveLength(2 * 32);
    expect(adapted.counts().adapter_parameters).toBe(2 * 64 * (2 + 4) + (adapted.config.method === 'dora' ? 4 * 32 : 0));
    const uniform = new Adapted(model.net, { ...config, ...change, rank_pattern: undefined, alpha_pattern: undefined });
    const padded: Arrays = { ...values };
    for (const layer of adapted.layers) {
      const own = adapted.configOf(layer);
      const r = own.r as number;
      const factor = loraScale(own) / loraScale(uniform.config);
      const A = new Float32Array(4 * layer.in);
      const B = new Float32Array(layer.out * 4);
      A.set(defined(values[adapterLabel(layer.name, 'lora_A.weight')]));
      defined(values[adapterLabel(layer.name, 'lora_B.weight')]).forEach((v, i) => (B[Math.floor(i / r) * 4 + (i % r)] = v * factor));
      Object.assign(padded, { [adapterLabel(layer.name, 'lora_A.weight')]: A, [adapterLabel(layer.name, 'lora_B.weight')]: B });
    }
    const want = await logits(uniform, padded);
    expect(maxError(await logits(adapted, values), want)).toBeLessThan(5e-6);
    // Without the patterns it would be another function.
    expect(maxError(want, await logits(uniform, { ...padded, ...Object.fromEntries(Object.entries(padded).filter(([n]) => /lora_B/.test(n)).map(([n, d]) => [n, d.map((v) => v / 2)])) }))).toBeGreaterThan(1e-3);
    const merged = await mergedWeights(device, model.source, { adapted, values });
    const plain = await mergedWeights(device, model.source, { adapted: uniform, values: padded });
    for (const [name, data] of plain) expect(maxError(merged.get(name)!, data), name).toBeLessThan(5e-6);
  });

  test('layers that differ in any setting are merged by their own', async () => {
    const own = methodFields.lora!;
    methodFields.lora = { ...own, patterns: { ...own.patterns, rslora_pattern: 'use_rslora' } };
    try {
      const plain: MethodConfig = { method: 'lora', r: 4, lora_alpha: 6, target_modules: ['query', 'value'] };
      const adapted = new Adapted(model.net, { ...plain, rslora_pattern: { value: true } });
      const values = await filled(adapted);
      const merge = async (by: Adapted) => mergedWeights(device, model.source, { adapted: by, values });
      const merged = await merge(adapted);
      const [off, on] = [await merge(new Adapted(model.net, plain)), await merge(new Adapted(model.net, { ...plain, use_rslora: true }))];
      for (const { name } of adapted.layers) {
        const weight = `${name}.weight`;
        expect(merged.get(weight), name).toEqual((name.endsWith('value') ? on : off).get(weight));
        expect(on.get(weight)).not.toEqual(off.get(weight));
      }
    } finally {
      methodFields.lora = own;
    }
  });

  test.each([undefined, 4, 5] as const)('saved for transformers %s it comes back as it was', async (generation) => {
    const adapted = new Adapted(model.net, config);
    const values = await filled(adapted);
    const files = await saveAdapter(adapted, values, { base: model, generation });
    const again = await loadAdapter(tree(files), model.net);
    expect(again.warnings).toEqual([]);
    expect(again.values).toEqual(values);
    for (const layer of adapted.layers) expect(again.adapted.configOf(layer)).toMatchObject({ r: adapted.configOf(layer).r, lora_alpha: adapted.configOf(layer).lora_alpha });
    // Once more: patterns by full names are written in the names of that generation.
    const twice = await saveAdapter(again.adapted, again.values, { base: model, generation });
    const { rank_pattern } = JSON.parse(new TextDecoder().decode(defined(twice[0]).bytes)) as { rank_pattern: Record<string, number> };
    expect(rank_pattern).toHaveProperty([generation === 5 ? 'vit.layers.0.attention.q_proj' : query(0)], 2);
    expect((await loadAdapter(tree(twice), model.net)).values).toEqual(values);
  });

  test('patterns that do not fit the file, or are none, are refused by name', async () => {
    const adapted = new Adapted(model.net, config);
    const files = await saveAdapter(adapted, await filled(adapted), { base: model });
    await expect(loadAdapter(tree(files, { rank_pattern: { query: 3 } }), model.net)).rejects.toThrow(/query\.lora_A\.weight" is \[2, 32\], the config asks for \[3, 32\]/);
    await expect(loadAdapter(tree(files, { alpha_pattern: { '(query': 3 } }), model.net)).rejects.toThrow(/"\(" is not closed|pattern .*cannot be used/);
    await expect(loadAdapter(tree(files, { rank_pattern: { query: 'four' } }), model.net)).rejects.toThrow(/rank_pattern/);
    expect(() => new Adapted(model.net, { method: 'vera', r: 4, rank_pattern: { query: 2 } })).toThrow(/vera has no setting rank_pattern/);
    expect(() => new Adapted(model.net, { ...config, rank_pattern: { query: 0 } })).toThrow(/rank_pattern of "query" is 0; it must be between 1/);
  });
});
