import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { saveAdapter, type LoadedAdapter } from '../adapters/files';
import type { Device } from '../engine/device';
import { probePixels } from '../export/probe';
import { memoryTree } from '../io/fileTree';
import { openSafetensors, bytesAccess } from '../io/safetensors';
import { zipParts } from '../io/zipWrite';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyModel, tinyVitFiles } from '../testing/tiny';
import { deployAdapter, deployFolder, deployOnnx } from './deploy';
import { logitsOf } from './logits';
import { openModel, type LoadedModel } from './openModel';
import { openSaved } from './openTrained';
import type { MethodConfig } from './protocol';

/** A saved adapter with its own labels, trained at `size` pixels, opened again. */
async function saved(model: LoadedModel, method: MethodConfig, size: number): Promise<LoadedAdapter> {
  const adapted = new Adapted(model.net.with({ labels: ['cat', 'dog', '<b>owl</b>', 'elk'], image_size: size }), method);
  const random = randomNormal(4);
  const values = { ...(await adapted.initialise(0, (n) => model.source.readF32Checked(n))), ...adapted.newHead(0) };
  for (const [label, data] of Object.entries(values)) if (!/_(basis_)?[AB]$/.test(label)) data.forEach((v, i) => (data[i] = v + 0.1 * random()));
  const files = await saveAdapter(adapted, values, { base: model });
  return openSaved(memoryTree('saved', new Map(files.map((f) => [f.path, f.bytes]))), model.net);
}

describe('deploying a saved adapter', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  test.each([16, 24])('trained at %i pixels: ONNX with its verdict, and a zip that opens as a model', async (size) => {
    const model = await tinyModel();
    const loaded = await saved(model, { method: 'lora', r: 3 }, size);
    expect(loaded.adapted.model).toMatchObject({ image_size: size, labels: ['cat', 'dog', '<b>owl</b>', 'elk'] });
    const { files, verdict } = await deployOnnx(device, { model, ...loaded });
    expect(verdict, verdict.text).toMatchObject({ ok: true, images: 4, top1: 1 });
    expect(verdict.max_abs).toBeLessThan(1e-4);
    const text = (path: string) => new TextDecoder().decode(files.find((f) => f.path === path)!.bytes);
    expect(JSON.parse(text('config.json'))).toMatchObject({ id2label: { 0: 'cat', 3: 'elk' } });
    expect(JSON.parse(text('preprocessor_config.json'))).toMatchObject({ size: { height: size, width: size } });

    const parts: Uint8Array[] = [];
    for await (const part of zipParts('merged', await deployFolder(device, { model, ...loaded, facts: { data: 'Pets' } }))) parts.push(part);
    const unzipped = unzipSync(new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer()));
    expect(Object.keys(unzipped).sort()).toEqual(['merged/README.md', 'merged/config.json', 'merged/model.safetensors', 'merged/preprocessor_config.json']);
    expect(new TextDecoder().decode(unzipped['merged/README.md'])).not.toContain('<b>');
    const again = await openModel(memoryTree('merged', Object.fromEntries(Object.entries(unzipped).map(([path, bytes]) => [path.slice(7), bytes]))));
    const { pixel_values: pixels } = probePixels(again.preprocess, size);
    const plain = new Adapted(again.net.with({ image_size: size }), { method: 'linear_probe' });
    const [merged, unmerged] = [await logitsOf(device, { adapted: plain, source: again.source, values: {}, pixels }), await logitsOf(device, { ...loaded, source: model.source, pixels })];
    expect(maxError(merged, unmerged)).toBeLessThan(5e-6);
  });

  test('a merged config keeps its floats as floats and names the type that the merged weights have', async () => {
    const { 'config.json': config, ...rest } = tinyVitFiles();
    const text = JSON.stringify({ ...(JSON.parse(new TextDecoder().decode(config)) as object), torch_dtype: 'float16', text_config: { dtype: 'bfloat16' } }).replace('{', '{"layerscale_value":1.0,"initializer_range":2e-2,"pooler_output_size":32,');
    const model = await openModel(memoryTree('tiny', { ...rest, 'config.json': new TextEncoder().encode(text) }));
    const loaded = await saved(model, { method: 'lora', r: 2 }, 16);
    const written = async (of: typeof model) => {
      for (const { path, parts } of await deployFolder(device, { ...loaded, model: of })) if (path === 'config.json') for await (const bytes of parts) return new TextDecoder().decode(bytes);
      return '';
    };
    const merged = await written(model);
    expect(merged).toMatch(/"layerscale_value": 1\.0,[^]*"pooler_output_size": 32,/);
    expect(JSON.parse(merged)).toMatchObject({ torch_dtype: 'float32', text_config: { dtype: 'float32' }, initializer_range: 0.02 });
    // A config that names no type: transformers 5 would take the first tensor's, and weights of the base may be f16.
    expect(JSON.parse(await written(await tinyModel()))).toMatchObject({ torch_dtype: 'float32' });
  });

  test('an adapter for others, and NoLA as LoRA: the probe holds what the folder computes', async () => {
    const model = await tinyModel();
    const loaded = await saved(model, { method: 'nola', r: 2, nola_num_bases: 6 }, 16);
    const files = await deployAdapter(device, { model, ...loaded }, 5, { equivalent: true });
    const map = new Map(files.map((f) => [f.path, f.bytes]));
    const probe = await openSafetensors(bytesAccess(map.get('probe.safetensors')!));
    const again = await openSaved(memoryTree('export', map), model.net);
    expect(again.adapted.config.method).toBe('lora');
    const pixels = await probe.readF32('pixel_values');
    const want = await probe.readF32('logits');
    expect(probe.info('logits').shape).toEqual([4, 4]);
    expect(maxError(await logitsOf(device, { ...again, source: model.source, pixels }), want)).toBeLessThan(3e-6);
    expect(maxError(await logitsOf(device, { ...loaded, source: model.source, pixels }), want)).toBeLessThan(5e-6);
    expect((await deployOnnx(device, { model, ...loaded })).verdict.ok).toBe(true);
  });

  test('layers that the model does not run are not dropped in silence', async () => {
    const model = await tinyModel();
    const loaded = await saved(model, { method: 'lora', r: 2 }, 16);
    await expect(deployAdapter(device, { model, ...loaded, foreign: [{ name: 'text_model.x', in: 1, out: 1, own: {} }] }, 4)).rejects.toThrow(/changes 1 layers that this model does not run \(text_model\.x/);
  });
});
