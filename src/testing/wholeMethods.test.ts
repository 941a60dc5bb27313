import { beforeAll, describe, expect, test } from 'vitest';
import { methods } from '../adapters';
import { Adapted } from '../adapters/adapted';
import { loadAdapter, type SavedFile } from '../adapters/files';
import { mergedWeights } from '../adapters/merge';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { completeTrain } from '../train/config';
import { logitsOf } from '../train/logits';
import type { RunSpec } from '../train/protocol';
import { maxError, mustOpen, randomNormal } from './checkOp';
import { gpu } from './dawn';
import { tinyData, tinyModel } from './tiny';
import { trainRun } from './trainRun';

const treeOf = (files: SavedFile[]) => memoryTree('saved', Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])));

/** Settings that fit a model of 32 channels, where a method's own do not. */
const small: Record<string, object> = { pissa: { r: 4 }, lora_xs: { r: 8 }, hira: { r: 8 } };

describe('every method of the register', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  test.each(Object.keys(methods))('%s learns, is planned to the byte, saved and opened again, and merged', async (name) => {
    const [model, data] = [await tinyModel(), tinyData()];
    const train = completeTrain({ steps: 12, batch: 6, train_limit: 0, val_fraction: 0.25, eval_every: 6, head_lr: 0.03, checkpoint_every: 0 });
    const spec: RunSpec = { id: name, name, model: 'tiny', data: 'tiny', method: { method: name, ...small[name] }, train };
    const { files, losses, summary } = await trainRun(device, { spec, model, data });
    expect(Math.min(...losses.slice(-3))).toBeLessThan(losses[0]!);
    expect(summary.allocated).toEqual(summary.plan.bytes);

    const { adapted, values } = await loadAdapter(treeOf(files), model.vision, model.source);
    expect(adapted.config).toMatchObject(spec.method);
    expect(adapted.counts()).toEqual({ adapter_parameters: summary.plan.adapter_parameters, head_parameters: summary.plan.head_parameters });
    const random = randomNormal(3);
    const pixels = Float32Array.from({ length: 4 * 3 * 16 * 16 }, random);
    const logits = await logitsOf(device, { adapted, source: model.source, values, pixels });
    const head = Object.fromEntries([...adapted.trainedHead].map((key) => [key, values[key]!]));
    const plain = new Adapted(adapted.model, { method: 'linear_probe' });
    if (adapted.method.trains !== 'head') expect(maxError(logits, await logitsOf(device, { adapted: plain, source: model.source, values: head, pixels }))).toBeGreaterThan(1e-4);
    const merged = await mergedWeights(device, model.source, { adapted, values });
    expect(maxError(await logitsOf(device, { adapted: plain, source: model.source, values: Object.fromEntries(merged), pixels }), logits)).toBeLessThan(2e-5);
  });

  test.each(Object.keys(methods).filter((name) => methods[name]!.trains === 'adapter'))('%s starts as the model is', async (name) => {
    const model = await tinyModel();
    const adapted = new Adapted(model.vision, { method: name, ...small[name], modules_to_save: [] });
    const values = await adapted.initialise(1, (key) => model.source.readF32Checked(key));
    const pixels = Float32Array.from({ length: 4 * 3 * 16 * 16 }, randomNormal(5));
    const base = await logitsOf(device, { adapted: new Adapted(model.vision, { method: 'linear_probe', modules_to_save: [] }), source: model.source, values: {}, pixels });
    // NoLA starts at a small random update, as its authors have it, and LoRA-XS at one of 1e-5.
    expect(maxError(await logitsOf(device, { adapted, source: model.source, values, pixels }), base)).toBeLessThan(name === 'nola' ? 1 : 1e-3);
  });
});
