import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSaved } from '../adapters/files';
import { mergedWeights } from '../adapters/merge';
import type { MethodConfig } from '../adapters/field';
import type { Device } from '../engine/device';
import { memoryTree, type FileTree } from '../io/fileTree';
import { folderTree } from '../io/fileTree.node';
import { writeSafetensors, type TensorData } from '../io/safetensors';
import { parseModel } from '../models';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { golden, goldenNames, goldenPath } from '../testing/golden';
import { SMALL_VIT, smallVit, tunedAdapter } from '../testing/tunedAdapter';
import { openPlayer, type Player } from './index';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});
afterAll(() => device.destroy());

const at = (path: string) => folderTree(goldenPath(path)!);
const peft = (name: string) => at(`adapters/vit_small_dev/${name}`);
const mixed = (name: string) => at(`mixed/${name}`);
const opened: Player[] = [];
const open = async (batch = 1, model?: FileTree): Promise<Player> => {
  const player = await openPlayer({ model: model ?? (await at(SMALL_VIT)), device, batch });
  opened.push(player);
  return player;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((player) => player.destroy()));
  expect(device.ledger).toEqual({});
});
const flat = (rows: readonly Float32Array[]) => Float32Array.from(rows.flatMap((row) => [...row]));

/** The five pictures of the golden model, as pixel values. */
async function pictures(): Promise<Float32Array[]> {
  const all = await (await golden(`${SMALL_VIT}/io.safetensors`)).readF32('pixel_values');
  return Array.from({ length: 5 }, (_, i) => all.slice((i * all.length) / 5, ((i + 1) * all.length) / 5));
}

/** The model of the goldens with other weights. */
async function changed(change: (name: string, data: Float32Array) => Promise<Float32Array> | Float32Array): Promise<FileTree> {
  const { source, config } = await smallVit();
  const tensors = new Map<string, TensorData>();
  for (const name of source.names()) tensors.set(name, { dtype: 'F32', shape: source.info(name).shape, data: await change(name, await source.readF32(name)) });
  return memoryTree('changed', { 'config.json': new TextEncoder().encode(JSON.stringify(config)), 'model.safetensors': writeSafetensors(tensors) });
}

describe('beside PEFT', () => {
  // Logits of a model of 48 channels in f32, whose products are summed in another order; those of the adapters are near 5.
  const tolerance = 1e-5;

  test.each(goldenNames('adapters/vit_small_dev'))('%s', async (name) => {
    const player = await open(2);
    const io = await golden(`adapters/vit_small_dev/${name}/io.safetensors`);
    await player.load_adapter(await peft(name), { adapter_name: name });
    expect(maxError(flat(await player.logits(await pictures())), await io.readF32('logits_base'))).toBeLessThan(tolerance);
    await player.set_adapter(name);
    expect(maxError(flat(await player.logits(await pictures())), await io.readF32('logits_merged'))).toBeLessThan(tolerance);
  });

  test('a batch in which each picture has its adapter, and blends', async () => {
    const player = await open(2);
    const io = await golden('mixed/io.safetensors');
    for (const name of ['a', 'b', 'c']) await player.load_adapter(await mixed(name), { adapter_name: name });
    const images = await pictures();
    const near = async (name: string, adapter_names?: string[]) => expect(maxError(flat(await player.logits(images, { adapter_names })), await io.readF32(name)), name).toBeLessThan(tolerance);
    await near('mixed', ['a', '__base__', 'c', 'a', 'c']);
    await near('b', Array<string>(5).fill('b'));
    await player.set_adapter({ a: 0.7, c: 0.5 });
    await near('blend');
    await player.set_adapter({ c: -0.4, a: 1.6 });
    await near('beyond');
    await player.set_adapter('b');
    await near('b');
  });
});

describe('on the processor, to the bit', () => {
  test('a batch of several adapters is what they say one by one', async () => {
    const [player, single] = [await open(3), await open(3)];
    for (const one of [player, single]) for (const name of ['a', 'b', 'c']) await one.load_adapter(await mixed(name), { adapter_name: name });
    const images = await pictures();
    const names = ['b', 'a', '__base__', 'c', 'b'];
    const together = await player.logits(images, { adapter_names: names });
    for (const [i, name] of names.entries()) {
      await single.set_adapter(name === '__base__' ? null : name);
      expect(await single.logits([defined(images[i])]), `${i} by ${name}`).toEqual([together[i]]);
    }
    await player.set_adapter('c');
    await player.logits(images, { adapter_names: names });
    // What is active is as it was.
    expect(await player.logits([defined(images[3])])).toEqual([together[3]]);
  });

  test('a blend of 0 is the base, of 1 the adapter, and between them weights and head are W0 + w (W - W0)', async () => {
    const player = await open();
    const images = await pictures();
    const plain = await player.logits(images);
    await player.load_adapter(await mixed('b'), { adapter_name: 'b' });
    await player.set_adapter({ b: 0 });
    expect(await player.logits(images)).toEqual(plain);
    await player.set_adapter('b');
    const whole = await player.logits(images);
    await player.set_adapter({ b: 1 });
    expect(await player.logits(images)).toEqual(whole);
    const merged = await (await golden('mixed/io.safetensors')).readF32('b');
    expect(maxError(flat(whole), merged)).toBeLessThan(1e-5);
    await player.set_adapter({ b: 0.5 });
    const half = await player.logits(images);
    // The update of LoRA in f64: scale B A, and half of it.
    const file = await golden('mixed/b/adapter_model.safetensors');
    const averaged = await open(1, await changed(async (name, data) => {
      const own = file.names().find((one) => one === `base_model.model.${name}`);
      const own2 = file.names().filter((one) => one.startsWith(`base_model.model.${name.replace(/\.weight$/, '.lora_')}`)).sort();
      if (own) return (await file.readF32(own)).map((v, i) => defined(data[i]) + 0.5 * (v - defined(data[i])));
      if (!name.endsWith('.weight') || own2.length !== 2) return data;
      const [A, B] = [await file.readF32(defined(own2[0])), await file.readF32(defined(own2[1]))];
      const width = A.length / 2;
      return data.map((v, i) => v + (0.5 * 5 * [0, 1].reduce((sum, k) => sum + defined(B[2 * Math.floor(i / width) + k]) * defined(A[k * width + (i % width)]), 0)) / Math.SQRT2);
    }));
    expect(maxError(flat(half), flat(await averaged.logits(images)))).toBeLessThan(5e-6);
    expect(maxError(flat(half), flat(plain))).toBeGreaterThan(0.01);
  });

  test('however often it is switched, the base is the base', async () => {
    const player = await open();
    const images = (await pictures()).slice(0, 1);
    const plain = await player.logits(images);
    for (const name of ['a', 'c', 'b']) await player.load_adapter(await mixed(name), { adapter_name: name });
    const blends: (string | Record<string, number>)[] = ['a', { a: 0.3, b: 0.2 }, 'c', { b: -2, c: 3 }, 'b'];
    for (const which of blends) await player.set_adapter(which);
    await player.set_adapter(null);
    expect(await player.logits(images)).toEqual(plain);
  });
});

describe('adapters with classes of their own', () => {
  const other = ['cat', 'dog', 'owl'];
  const config = { method: 'lora', r: 2, target_modules: ['query'], modules_to_save: ['classifier'] };

  test('answer by their names, and are blended with none of other classes', async () => {
    const player = await open(2);
    await player.load_adapter(await tunedAdapter(config, other), { adapter_name: 'animals' });
    await player.load_adapter(await tunedAdapter({ ...config, r: 3 }, other), { adapter_name: 'more' });
    await player.load_adapter(await mixed('a'), { adapter_name: 'a' });
    const images = (await pictures()).slice(0, 3);
    const answers = await player.classify(images, { adapter_names: ['animals', '__base__', 'a'], top_k: 9 });
    expect(answers.map((one) => one.map(({ label }) => label).sort())).toEqual([other, ...Array<string[]>(2).fill(Array.from({ length: 7 }, (_, i) => `LABEL_${i}`))]);
    for (const one of answers) {
      expect(one.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 12);
      expect(one).toEqual([...one].sort((x, y) => y.score - x.score));
    }
    await player.set_adapter({ animals: 0.5, more: 0.25 });
    expect(player.labels).toEqual(other);
    await expect(player.set_adapter({ animals: 0.5, a: 0.5 })).rejects.toThrow(/"animals" and "a" cannot be blended/);
    await expect(player.set_adapter({ animals: 0.5, more: -0.5 })).rejects.toThrow(/add up to 0/);
    // What failed changed nothing.
    expect(player.active_adapters).toEqual({ animals: 0.5, more: 0.25 });
    const bytes = () => Object.values(device.ledger).reduce((sum, n) => sum + n, 0);
    const before = bytes();
    await player.delete_adapter('animals');
    expect(bytes()).toBeLessThan(before);
    expect([player.labels.length, player.adapter_names]).toEqual([7, ['more', 'a']]);
  });

  test('on the way from the base the head of new classes is the adapter’s own', async () => {
    const player = await open();
    await player.load_adapter(await tunedAdapter(config, other), { adapter_name: 'animals' });
    const images = (await pictures()).slice(0, 1);
    const answers: Float32Array[] = [];
    for (const w of [1, 0.999, 0.5]) {
      await player.set_adapter({ animals: w });
      answers.push(flat(await player.logits(images)));
    }
    const away = (i: number) => maxError(defined(answers[i]), defined(answers[0]));
    expect(away(1)).toBeGreaterThan(0);
    expect(away(1)).toBeLessThan(away(2) / 50);
  });
});

describe('methods', () => {
  const linears = ['query', 'value'];
  // One of each kind that changes weights: of the weight, of biases and norms, of all weights, of a head alone.
  test.each<MethodConfig>([
    { method: 'dora', r: 2, target_modules: linears },
    { method: 'vera', r: 4, target_modules: linears },
    { method: 'oft', target_modules: linears },
    { method: 'ia3', target_modules: linears },
    { method: 'ln_tuning' },
    { method: 'bitfit' },
    { method: 'full' },
    { method: 'linear_probe' },
  ])('$method is served as it is merged', async (config) => {
    const player = await open();
    const tree = await tunedAdapter(config);
    await player.load_adapter(tree);
    await player.set_adapter('default');
    const images = await pictures();
    const { source } = await smallVit();
    const loaded = await openSaved(tree, parseModel((await smallVit()).config), source);
    const merged = await mergedWeights(device, source, loaded);
    const whole = await open(1, await changed((name, data) => merged.get(name) ?? data));
    expect(maxError(flat(await player.logits(images)), flat(await whole.logits(images)))).toBeLessThan(5e-6);
    expect(merged.size).toBeGreaterThan(0);
  });

  test('what puts tokens into sequences is refused with the reason', async () => {
    const player = await open();
    await expect(player.load_adapter(await tunedAdapter({ method: 'vpt' }))).rejects.toThrow(/no update that could be added to a weight/);
    expect(player.adapter_names).toEqual([]);
  });
});

describe('what cannot be', () => {
  test('is refused in a sentence, and changes nothing', async () => {
    const player = await open();
    const refused = (what: Promise<unknown>, why: RegExp) => expect(what).rejects.toThrow(why);
    await player.load_adapter(await mixed('a'), { adapter_name: 'a' });
    await refused(player.load_adapter(await mixed('c'), { adapter_name: 'a' }), /an adapter "a" already/);
    await refused(player.load_adapter(await mixed('c'), { adapter_name: '__base__' }), /cannot be called/);
    await refused(player.set_adapter('b'), /no adapter "b"; there are a/);
    await refused(player.set_adapter({ a: Number.NaN }), /weight of "a" is NaN/);
    await refused(player.classify(await pictures(), { adapter_names: ['a'] }), /1 names for 5 pictures/);
    await refused(player.logits([new Float32Array(7)]), /7 pixel values; this model takes 3 x 24 x 24/);
    await refused(player.load_adapter(memoryTree('nothing', {}), { adapter_name: 'x' }), /no adapter_config\.json/);
    const type = (peft_type: string) => memoryTree('other', { 'adapter_config.json': new TextEncoder().encode(JSON.stringify({ peft_type, target_modules: ['query'] })), 'adapter_model.safetensors': writeSafetensors(new Map()) });
    await refused(player.load_adapter(type('PREFIX_TUNING'), { adapter_name: 'x' }), /of type "PREFIX_TUNING"; .*LORA/);
    await refused(player.load_adapter(type('__proto__'), { adapter_name: 'x' }), /of type "__proto__"/);
    await refused(openPlayer({ model: memoryTree('nothing', {}), device }), /no config\.json/);
    await refused(openPlayer({ model: await at(SMALL_VIT), device, batch: 0 }), /batch is 0/);
    expect(player.adapter_names).toEqual(['a']);
  });

  test('an adapter of another base is', async () => {
    const config = { ...(await smallVit()).config, hidden_size: 24 };
    const model = parseModel(config);
    const tensors = new Map<string, TensorData>([...traceModel(model).weights].map(([name, shape]) => [name, { dtype: 'F32', shape: [...shape], data: new Float32Array(shape.reduce((n, d) => n * d, 1)) }]));
    const player = await open(1, memoryTree('narrow', { 'config.json': new TextEncoder().encode(JSON.stringify(config)), 'model.safetensors': writeSafetensors(tensors) }));
    await expect(player.load_adapter(await mixed('a'))).rejects.toThrow(/the config asks for \[3, 24\]/);
  });
});
