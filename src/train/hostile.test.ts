import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { loadAdapter, saveAdapter } from '../adapters/files';
import { memoryTree } from '../io/fileTree';
import { checkWeights } from '../models/load';
import { writeSafetensors } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { tinyModel } from '../testing/tiny';
import { tinyClipFiles } from '../testing/tinyClip';
import { openModel } from './openModel';

/** Models and adapters from outside, damaged: a typed error or something that holds together, soon, and no more memory than files. */

const typed = ['ModelError', 'FormatError', 'ConfigError', 'DataError'];
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

const wild = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 0.5, 1, 7, 64, 1e4, 1e9, 2 ** 53, 1e308, '', 'vit', 'clip', '__proto__', '../x', [], {}, [1, 2], { a: 1 }, '9'.repeat(400)),
  fc.json({ maxDepth: 2 }).map((text): unknown => JSON.parse(text)),
);

/** The object with some of its fields, nested ones too, replaced or gone. */
const damaged = (good: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> => {
  const paths = Object.entries(good).flatMap(([key, value]) => [[key], ...(value && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).map((inner) => [key, inner]) : [])]);
  return fc.array(fc.tuple(fc.constantFrom(...paths, ['added']), fc.option(wild, { nil: undefined })), { minLength: 1, maxLength: 3 }).map((changes) => {
    const copy = structuredClone(good);
    for (const [[key, inner], value] of changes) {
      const holder = inner === undefined ? copy : copy[key!];
      // A copy: the same few objects are drawn again and again, and one that is changed would come into itself.
      if (holder && typeof holder === 'object') (holder as Record<string, unknown>)[inner ?? key!] = structuredClone(value);
    }
    return copy;
  });
};

const bytesDamaged = (good: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.tuple(fc.nat(good.length), fc.array(fc.tuple(fc.nat(Math.min(good.length, 4000) - 1), fc.nat(255)), { maxLength: 6 }), fc.boolean()).map(([cut, flips, whole]) => {
    const bytes = good.slice(0, whole ? good.length : cut);
    for (const [at, value] of flips) if (at < bytes.length) bytes[at] = value;
    return bytes;
  });

/** Does the work and expects an end soon, in success or in a typed error. */
async function tame(work: () => Promise<unknown>): Promise<void> {
  const before = process.cpuUsage();
  try {
    await work();
  } catch (error) {
    expect(typed, `${(error as Error).stack}`).toContain((error as Error).name);
    expect((error as Error).message.length).toBeLessThan(2000);
  }
  // Of the processor's time: a busy machine makes it no longer.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(10);
}

/** Opens a model from outside as the page does. */
const bring = async (files: Record<string, Uint8Array>) => {
  const model = await openModel(memoryTree('model', files));
  checkWeights(new Adapted(model.net, { method: 'linear_probe' }).trace, model.source);
};

async function tinyFiles(): Promise<Record<string, Uint8Array>> {
  const { config, source } = await tinyModel();
  const tensors = await Promise.all(source.names().map(async (name) => [name, { ...source.info(name), data: await source.readF32(name) }] as const));
  return { 'config.json': encode(config), 'model.safetensors': writeSafetensors(Object.fromEntries(tensors)) };
}

test('config.json of each family', async () => {
  const { config, ...vit } = await tinyFiles().then(({ 'config.json': bytes, ...rest }) => ({ config: decode(bytes!), ...rest }));
  const { 'config.json': clipConfig, ...clip } = tinyClipFiles();
  const families: [Record<string, unknown>, Record<string, Uint8Array>][] = [
    [config, vit],
    [{ ...config, model_type: 'deit', architectures: ['DeiTForImageClassificationWithTeacher'] }, vit],
    [{ ...config, model_type: 'dinov2', mlp_ratio: 4, use_swiglu_ffn: true, layerscale_value: 1 }, vit],
    [{ ...config, model_type: 'dinov2_with_registers', num_register_tokens: 4 }, vit],
    [decode(clipConfig!), clip],
  ];
  for (const [good, files] of families) await fc.assert(fc.asyncProperty(damaged(good), (json) => tame(() => bring({ ...files, 'config.json': encode(json) }))), { numRuns: 150 });
});

test('an index of shards', async () => {
  const { 'model.safetensors': file, ...rest } = await tinyFiles();
  const { source } = await tinyModel();
  const index = { metadata: { total_size: 1000 }, weight_map: Object.fromEntries(source.names().map((name) => [name, 'model-00001-of-00001.safetensors'])) };
  const open = (bytes: Uint8Array) => tame(() => bring({ ...rest, 'model-00001-of-00001.safetensors': file!, 'model.safetensors.index.json': bytes }));
  await bring({ ...rest, 'model-00001-of-00001.safetensors': file!, 'model.safetensors.index.json': encode(index) });
  await fc.assert(fc.asyncProperty(damaged(index), (json) => open(encode(json))), { numRuns: 150 });
  await fc.assert(fc.asyncProperty(bytesDamaged(encode(index)), open), { numRuns: 100 });
});

test('adapters: their config and their tensors', async () => {
  const model = await tinyModel();
  for (const method of [{ method: 'lora', r: 2 }, { method: 'dora', r: 2 }, { method: 'vera', r: 4 }, { method: 'randlora', r: 2 }, { method: 'nola', r: 1, nola_num_bases: 8 }]) {
    const adapted = new Adapted(model.net, method);
    const values = { ...(await adapted.initialise(0, (name) => model.source.readF32(name))), ...adapted.newHead(0) };
    const files = Object.fromEntries((await saveAdapter(adapted, values, { base: model })).map(({ path, bytes }) => [path, bytes]));
    await loadAdapter(memoryTree('adapter', files), model.net);
    const [config, tensors] = [Object.keys(files).find((path) => path.endsWith('config.json'))!, Object.keys(files).find((path) => path.endsWith('.safetensors'))!];
    const load = (changed: Record<string, Uint8Array>) => tame(() => loadAdapter(memoryTree('adapter', { ...files, ...changed }), model.net));
    await fc.assert(fc.asyncProperty(damaged(decode(defined(files[config]))), (json) => load({ [config]: encode(json) })), { numRuns: 150 });
    await fc.assert(fc.asyncProperty(bytesDamaged(defined(files[config])), (bytes) => load({ [config]: bytes })), { numRuns: 60 });
    await fc.assert(fc.asyncProperty(bytesDamaged(defined(files[tensors])), (bytes) => load({ [tensors]: bytes })), { numRuns: 100 });
  }
});
