import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { isDeepStrictEqual } from 'node:util';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { folderTree } from '../io/fileTree.node';
import { openCheckpoint } from '../io/checkpoint';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { parseModel } from '../models';
import { withTextHead } from '../models/byText';
import { defined } from '../numbers/defined';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenJson, goldenNames, goldenPath } from '../testing/golden';
import { GRAD, goldenBatch, gradErrors, gradLabel, loadVit, MORE, savedTree, vectorsOf, VIT } from '../testing/goldenAdapters';
import { oneStep, type StepInput } from '../train/oneStep';
import { Adapted } from './adapted';
import { asEquivalent } from './equivalent';
import { codecOf, isPeft } from './files/config';
import { loadAdapter, saveAdapter } from './files';
import { methods } from './index';
import { mergedWeights } from './merge';
import type { Arrays } from './method';

const ADAPTERS = 'methods/adapters/vit_small_dev';
const CLIP = 'methods/adapters/clip_small_dev';

/** Message for a method whose effect no single weight has. */
const UNMERGED = /^HydraLoRA has no update that could be added to a weight: a router mixes its matrices anew for each token\. It runs beside its model alone, as an adapter\.$/;


const json = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

/**
 * As in files.golden.test.ts. PiSSA's own values take theirs from a decomposition in f64, where the reference has one in f32; the
 * gradient of SVFT's gate is one number, in which much cancels (the reference's own differs by 3e-5 from f64), and so are those of GLoRA's D
 * and E, of which a key's is rounding alone (the reference's own differ by 2e-4).
 */
const tolerance = (name: string) => (name.startsWith('pissa') && !name.includes('as_lora') ? { logits: 3e-5, grad: 1e-4, weight: 2e-5 } : { logits: 5e-6, grad: name.startsWith('svft') ? 1e-4 : name.startsWith('glora') ? 2e-4 : GRAD, weight: 2e-6 });

/** Folders of the reference, of types that can be read. */
const folders = [ADAPTERS, MORE].flatMap((set) => goldenNames(set).map((name) => ({ name, folder: `${set}/${name}` }))).filter(({ folder }) => {
  const { peft_type } = goldenJson<{ peft_type: string }>(`${folder}/adapter_config.json`);
  const known = Object.values(methods).some(({ codecs = [] }) => codecs.some(({ type }) => type === peft_type));
  if (!known) console.warn(`SKIPPED: ${folder}: no method reads ${peft_type} yet`);
  return known;
});

describe('adapters of other methods on a ViT', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  type How = Pick<StepInput, 'form' | 'merging' | 'accumulate' | 'checkpoint_activations'> & { how: string };
  const ways: How[] = [
    { form: 'streamed', how: 'streamed' },
    { form: 'merged', merging: 'again', how: 'merged, made again' },
    { form: 'merged', merging: 'once', accumulate: 5, how: 'merged once for five micro-batches' },
    { checkpoint_activations: true, accumulate: 5, how: 'as chosen, in micro-batches, with recomputed activations' },
  ];
  test.each(folders.flatMap((one) => ways.map((way) => ({ ...one, ...way }))))('$name, $how: logits, loss and every gradient', async ({ name, folder, how: _, ...way }) => {
    const vit = await loadVit();
    const { adapted, values: read, hasHead, warnings } = await loadAdapter(await folderTree(goldenPath(folder)!), parseModel(vit.config), vit.source);
    expect(hasHead).toBe(true);
    expect(warnings.filter((line) => !line.includes('unknown and left aside'))).toEqual([codecOf(adapted.config).remade].filter((line) => line !== undefined));
    const values = { ...read, ...(await vectorsOf(folder, adapted)) };
    const step = await golden(`${folder}/step.safetensors`);
    const run = async () => oneStep(device, { adapted, source: vit.source, values, ...(await goldenBatch(await golden(`${VIT}/io.safetensors`))), ...way });
    if (way.form === 'merged' && !adapted.method.merged) return expect(run()).rejects.toThrow(UNMERGED);
    const got = await run();
    const allowed = tolerance(name);
    expect(maxError(got.logits, await step.readF32('logits'))).toBeLessThan(allowed.logits);
    expect(maxError(got.logits, await (await golden(`${folder}/io.safetensors`)).readF32('logits_adapter'))).toBeLessThan(allowed.logits);
    if (!way.accumulate) expect(Math.abs(got.loss - defined((await step.readF32('loss'))[0]))).toBeLessThan(allowed.logits);
    const errors = await gradErrors(step, (n) => defined(got.grads[gradLabel(n, adapted)]));
    expect(Object.keys(got.grads).sort()).toEqual(errors.map((one) => gradLabel(one.name, adapted)).sort());
    for (const one of errors) expect(one.error, one.name).toBeLessThan(allowed.grad);
  });

  test.each(folders)('$name comes back from a save as it was, and merges', async ({ name, folder }) => {
    const vit = await loadVit();
    const tree = await folderTree(goldenPath(folder)!);
    const first = await loadAdapter(tree, parseModel(vit.config), vit.source);
    const saved = await saveAdapter(first.adapted, first.values, { base: vit });
    const again = await loadAdapter(savedTree(saved), parseModel(vit.config), vit.source);
    expect(again.adapted.config).toEqual(first.adapted.config);
    expect(again.values).toEqual(first.values);
    expect(defined(saved[1]).bytes.byteLength).toBeGreaterThanOrEqual(first.adapted.fileBytes());
    expect(defined(saved[1]).bytes.byteLength).toBeLessThan(first.adapted.fileBytes() + 65_536);
    // What we write, we write as they do; fields of newer versions are not missed.
    const [theirs, ours] = [json(await tree.read('adapter_config.json')), json(defined(saved[0]).bytes)];
    // Patterns are written layer by layer, and say the same of each.
    const byLayer = (patterns: unknown) => first.adapted.layers.map(({ name: layer }) => Object.entries(patterns ?? {}).find(([pattern]) => new RegExp(`^(.*\\.)?(${pattern})$`).test(layer))?.[1] as unknown);
    const meant = (key: string, value: unknown) => (Object.hasOwn(first.adapted.method.fields.patterns ?? {}, key) ? byLayer(value) : value);
    for (const key of Object.keys(theirs)) if (key in ours && key !== 'peft_version') expect(isDeepStrictEqual(meant(key, ours[key]), meant(key, theirs[key])), `${key}: ${JSON.stringify(ours[key])} and ${JSON.stringify(theirs[key])}`).toBe(true);
    if (['SHIRA', 'HIRA', 'MISS'].includes(String(theirs.peft_type))) expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    const [a, b] = [await openCheckpoint(tree, 'adapter_model'), await openSafetensors(bytesAccess(defined(saved[1]).bytes))];
    expect(b.names()).toEqual(a.names().sort());
    for (const n of b.names()) expect([n, b.info(n).shape, await b.readF32(n)]).toEqual([n, a.info(n).shape, await a.readF32(n)]);

    const io = await golden(`${folder}/io.safetensors`);
    if (!io.has('logits_merged')) return expect(mergedWeights(device, vit.source, first)).rejects.toThrow(UNMERGED);
    const had = { ...first, values: { ...first.values, ...(await vectorsOf(folder, first.adapted)) } };
    const merged = await mergedWeights(device, vit.source, had);
    const values = Object.fromEntries(merged);
    if (first.adapted.method.equivalent && name !== 'pissa_r4_as_lora_r8') {
      const lora = asEquivalent(first.adapted, had.values);
      expect(isPeft(lora.adapted)).toBe(true);
      const [written] = [await loadAdapter(savedTree(await saveAdapter(lora.adapted, lora.values, { base: vit })), parseModel(vit.config))];
      expect(written.adapted.config.method).toBe('lora');
      // PEFT's own conversion of PiSSA loses it.
      expect(written.hasHead).toBe(true);
      const asLora = await mergedWeights(device, vit.source, written);
      for (const [n, data] of asLora) expect(maxError(data, merged.get(n)!), n).toBeLessThan(2e-6);
      const converted = `${ADAPTERS}/${name}_as_lora_r8`;
      if (goldenPath(converted)) {
        const theirs = await mergedWeights(device, vit.source, await loadAdapter(await folderTree(goldenPath(converted)!), parseModel(vit.config)));
        expect([...asLora.keys()].sort()).toEqual([...theirs.keys()].sort());
        for (const [n, data] of theirs) expect(maxError(asLora.get(n)!, data), n).toBeLessThan(tolerance(name).weight);
      }
    }
    const plain = await oneStep(device, { adapted: new Adapted(first.adapted.model, { method: 'linear_probe' }), source: vit.source, values, ...(await goldenBatch(await golden(`${VIT}/io.safetensors`))) });
    expect(maxError(plain.logits, await io.readF32('logits_merged'))).toBeLessThan(tolerance(name).logits);
    const whole = goldenPath(`${folder}/merged_model.safetensors`);
    if (!whole || !existsSync(whole)) return;
    const want = await golden(`${folder}/merged_model.safetensors`);
    for (const n of want.names()) expect(maxError(merged.get(n)!, await want.readF32(n)), n).toBeLessThan(tolerance(name).weight);
  });

  test('a folder of the authors of LoRA-XS calls itself LORA, and is read as what it is', async () => {
    const vit = await loadVit();
    const folder = goldenPath(`${ADAPTERS}/loraxs_r6`)!;
    const own = await folderTree(folder);
    const config = { ...json(await own.read('adapter_config.json')), peft_type: 'LORA' };
    const tree = memoryTree('authors', { 'adapter_config.json': new TextEncoder().encode(JSON.stringify(config)), 'adapter_model.safetensors': await own.read('adapter_model.safetensors') });
    const [a, b] = [await loadAdapter(tree, parseModel(vit.config), vit.source), await loadAdapter(own, parseModel(vit.config), vit.source)];
    expect(a.adapted.config).toEqual(b.adapted.config);
    expect(a.values).toEqual(b.values);
  });

  test('RandLoRA of singular vectors of one\'s own makes the weights that it makes of the reference\'s', async () => {
    const vit = await loadVit();
    const { adapted, values } = await loadAdapter(await folderTree(goldenPath(`${ADAPTERS}/randlora_svd_r5`)!), parseModel(vit.config), vit.source);
    const own = adapted.fixedAmong(await adapted.initialise(0, (name) => vit.source.readF32Checked(name)));
    const [ours, theirs] = [await mergedWeights(device, vit.source, { adapted, values: { ...values, ...own } }), await mergedWeights(device, vit.source, { adapted, values })];
    for (const { name } of adapted.layers) expect(maxError(ours.get(`${name}.weight`)!, theirs.get(`${name}.weight`)!), name).toBeLessThan(1e-4);
  });

  test('LoRA + RandLoRA computes what a LoRA does that is put into it, until RandLoRA has moved', async () => {
    const vit = await loadVit();
    const hybrid = await loadAdapter(await folderTree(goldenPath(`${ADAPTERS}/lora_r2_randlora_r5`)!), parseModel(vit.config), vit.source);
    const trained = Object.fromEntries(Object.entries(hybrid.values).filter(([label]) => !label.includes('randlora')));
    const start = await hybrid.adapted.initialise(3, (name) => vit.source.readF32Checked(name));
    const lora = new Adapted(hybrid.adapted.model, { method: 'lora', r: 2, lora_alpha: 4, target_modules: hybrid.adapted.layers.map(({ name }) => name) });
    const batch = await goldenBatch(await golden(`${VIT}/io.safetensors`));
    const run = (adapted: Adapted, values: Arrays) => oneStep(device, { adapted, source: vit.source, values, ...batch });
    const [both, one] = [await run(hybrid.adapted, { ...start, ...trained }), await run(lora, trained)];
    expect(maxError(both.logits, one.logits)).toBeLessThan(2e-6);
    for (const label of Object.keys(one.grads)) expect(maxError(defined(both.grads[label]), defined(one.grads[label])), label).toBeLessThan(GRAD);
  });

  test('a PiSSA file is no plain LoRA, needs the weights of its model, and one of a randomised start is refused', async () => {
    const vit = await loadVit();
    const tree = await folderTree(goldenPath(`${ADAPTERS}/pissa_r4`)!);
    const { adapted, values } = await loadAdapter(tree, parseModel(vit.config), vit.source);
    expect(adapted.config).toMatchObject({ method: 'pissa', r: 4, lora_alpha: 8 });
    await expect(loadAdapter(tree, parseModel(vit.config))).rejects.toThrow('needs the model\'s weights');
    const config = { ...json(await tree.read('adapter_config.json')), init_lora_weights: 'pissa_niter_16' };
    const random = memoryTree('random', { 'adapter_config.json': new TextEncoder().encode(JSON.stringify(config)), 'adapter_model.safetensors': await tree.read('adapter_model.safetensors') });
    await expect(loadAdapter(random, parseModel(vit.config), vit.source)).rejects.toThrow(/init_lora_weights.*randomised singular value decomposition.*cannot be made again/);
    // What is taken off the weight is its top part, as the reference has it.
    const path = `${ADAPTERS}/pissa_r4/init.safetensors`;
    if (!goldenPath(path)) return console.warn(`SKIPPED: ${path} is not in ../shared/reference`);
    const init = await golden(path);
    const { layers } = adapted;
    const none = Object.fromEntries(Object.entries(values).map(([label, data]) => [label, label.endsWith('lora_B.weight') ? new Float32Array(data.length) : data]));
    const residual = await mergedWeights(device, vit.source, { adapted, values: none });
    for (const { name } of layers) {
      const key = init.names().find((n) => n.includes('residual') && n.includes(`${name}.weight`))!;
      expect(maxError(residual.get(`${name}.weight`)!, await init.readF32(key)), name).toBeLessThan(5e-5);
    }
  });

  test.each([
    ['shira_r2', 'shira_indices', (data: Float32Array): void => void (data[0] = 48), /shira_indices of .* has \(48, \d+\); the weight is \[48, 48\]/],
    ['shira_r2', 'shira_indices', (data: Float32Array): void => { data[1] = defined(data[0]); data[data.length / 2 + 1] = defined(data[data.length / 2]); }, /has a place more than once/],
    ['svft_plain', 'svft_layer.s_row', (data: Float32Array): void => void (data[3] = -1), /svft_layer of .* has an entry at -1; there are 48 singular values/],
  ] as const)('%s whose %s is not of this weight is refused', async (name, suffix, spoil, message) => {
    const vit = await loadVit();
    const loaded = await loadAdapter(await folderTree(goldenPath(`${ADAPTERS}/${name}`)!), parseModel(vit.config), vit.source);
    spoil(defined(loaded.values[`base_model.model.vit.encoder.layer.0.attention.attention.query.${suffix}`]));
    const saved = await saveAdapter(loaded.adapted, loaded.values, { base: vit });
    await expect(loadAdapter(savedTree(saved), parseModel(vit.config), vit.source)).rejects.toThrow(message);
  });

  describeGolden('merged weights', `${ADAPTERS}/pissa_r4/merged_model.safetensors`, () => {
    test.each(goldenNames(ADAPTERS).filter((name) => goldenPath(`${ADAPTERS}/${name}/io.safetensors`)))('%s has them, where it can be merged', (name) => {
      const mustHave = !/as_lora|hydralora/.test(name);
      expect(goldenPath(`${ADAPTERS}/${name}/merged_model.safetensors`) !== null).toBe(mustHave);
    });
  });
});

describeGolden('adapters of other methods on a CLIP', CLIP, () => {
  test.each(goldenNames(CLIP))('%s of both towers loads onto the vision tower, and merges into both', async (name) => {
    const device = await mustOpen(gpu());
    const folder = 'models/clip_small_dev';
    const source = await golden(`${folder}/model.safetensors`);
    const loaded = await loadAdapter(await folderTree(goldenPath(`${CLIP}/${name}`)!), withTextHead(parseModel(goldenJson(`${folder}/config.json`)), 3), source);
    expect(loaded.foreign.length).toBe(10);
    const path = `${CLIP}/${name}/merged_model.safetensors`;
    if (!goldenPath(path)) return;
    const want = await golden(path);
    const merged = await mergedWeights(device, source, loaded);
    for (const n of want.names()) expect(maxError(merged.get(n)!, await want.readF32(n)), n).toBeLessThan(tolerance(name).weight);
  });
});
