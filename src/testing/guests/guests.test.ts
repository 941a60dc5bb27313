import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { methods } from '../../adapters';
import { Adapted } from '../../adapters/adapted';
import { methodFields } from '../../adapters/fields';
import { loadAdapter, type SavedFile } from '../../adapters/files';
import { mergedWeights } from '../../adapters/merge';
import type { Device } from '../../engine/device';
import { joinParts } from '../../io/onnx/encode';
import { exportOnnx } from '../../export/onnx/model';
import { verifyOnnx } from '../../export/onnx/verify';
import { memoryTree } from '../../io/fileTree';
import { families } from '../../models';
import { traceModel } from '../../models/trace';
import { completeTrain } from '../../train/config';
import { logitsOf } from '../../train/logits';
import { openModel, type LoadedModel } from '../../train/openModel';
import type { RunSpec } from '../../train/protocol';
import { maxError, mustOpen, randomNormal } from '../checkOp';
import { gpu } from '../dawn';
import { tinyData, tinyJson, tinyModel, tinyWeights } from '../tiny';
import { trainRun } from '../trainRun';
import { family } from './family';
import { fields, method } from './method';

/**
 * A method and a family that the project does not ship, known to the two files beside this one and to nobody else: they are
 * registered here, and everything that the project does with its own works with them.
 */
beforeAll(() => {
  methods[fields.method] = method;
  methodFields[fields.method] = fields;
  families.push(family);
});
afterAll(() => {
  delete methods[fields.method];
  delete methodFields[fields.method];
  families.splice(families.indexOf(family), 1);
});

const train = completeTrain({ steps: 10, batch: 6, train_limit: 0, val_fraction: 0, eval_every: 5, head_lr: 0.03 });
const specOf = (name: string): RunSpec => ({ id: name, name, model: 'tiny', data: 'tiny', method: { method: name }, train });
const treeOf = (files: SavedFile[]) => memoryTree('saved', Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])));

/** A checkpoint of the family, as a person would have it on their disk. */
function guestModel(): Promise<LoadedModel> {
  const config = { model_type: 'patch_mlp', labels: ['class 0', 'class 1', 'class 2'] };
  return openModel(memoryTree('guest', { 'config.json': tinyJson(config), 'model.safetensors': tinyWeights(traceModel(family.parse(config)).weights, 8) }));
}

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

describe.each([
  ['the method on a ViT', () => tinyModel(), [fields.method]],
  ['the family with methods of the project', guestModel, ['lora', 'randlora', 'full', 'linear_probe']],
  ['the method on the family', guestModel, [fields.method]],
] as const)('%s', (_, open, names) => {
  test.each(names)('%s learns, is planned to the byte, saved and opened again, merged, and written as ONNX', async (name) => {
    const model = await open();
    const data = tinyData();
    const { files, losses, summary } = await trainRun(device, { spec: specOf(name), model, data });
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    expect(summary.allocated).toEqual(summary.plan.bytes);

    const { adapted, values } = await loadAdapter(treeOf(files), model.vision);
    expect(adapted.config.method).toBe(name);
    const random = randomNormal(3);
    const pixels = Float32Array.from({ length: 4 * 3 * 16 * 16 }, random);
    const logits = await logitsOf(device, { adapted, source: model.source, values, pixels });
    const untrained = await logitsOf(device, { adapted: new Adapted(adapted.model, { method: 'linear_probe' }), source: model.source, values: Object.fromEntries([...adapted.trainedHead].map((key) => [key, values[key]!])), pixels });
    if (adapted.method.trains !== 'head') expect(maxError(logits, untrained)).toBeGreaterThan(1e-4);

    const merged = await mergedWeights(device, model.source, { adapted, values });
    const read = async (weight: string) => merged.get(weight) ?? model.source.readF32(weight);
    const verdict = await verifyOnnx(joinParts(await exportOnnx({ vision: adapted.model, read, metadata: {} })), { pixel_values: pixels, shape: [4, 3, 16, 16], logits });
    expect(verdict, verdict.text).toMatchObject({ ok: true, top1: 1 });
  });
});
