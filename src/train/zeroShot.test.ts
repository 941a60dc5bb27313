import { beforeAll, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { tinyClip } from '../testing/tinyClip';
import { completeTrain } from './config';
import { splitBatches } from './feeds';
import { modelInfo } from './modelInfo';
import type { Evaluation, RunEvent } from './protocol';
import { Session } from './session';
import { runSplits } from './split';
import { zeroShot } from './zeroShot';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const train = completeTrain({ steps: 1, batch: 4, val_fraction: 0.25, templates: 'photo of {}\na {}.', lr: 1e-3 });

test('is what a run measures before its first step, and the same on the test images', async () => {
  const [model, data] = [await tinyClip(), tinyData()];
  const counts: [number, number][] = [];
  const [onTest, onVal] = await zeroShot(device, model, data, train, { progress: (done, total) => counts.push([done, total]) });
  expect([onTest!.split, onTest!.count, onVal!.split, onVal!.count]).toEqual(['test', 10, 'val', 6]);
  expect(counts.at(-1)).toEqual([16, 16]);
  expect(counts.map(([done]) => done)).toEqual([4, 8, 10, 14, 16]);
  const start = async (change: object, loss: 'cross_entropy' | 'contrastive'): Promise<Evaluation> => {
    const events: RunEvent[] = [];
    const config = { ...train, ...change, loss };
    const splits = runSplits(data, config);
    const spec = { id: 'a', name: 'a', model: 'm', data: 'd', method: { method: 'lora', r: 2 }, train: config };
    await new Session({ spec, model, batches: splitBatches(splits.train, model.preprocess, 16, config), splits, classes: data.classes, device }, (event) => events.push(event)).run();
    return events.find((event) => event.type === 'evaluation')!.evaluation;
  };
  for (const [change, own] of [[{}, onVal!], [{ val_fraction: 0 }, onTest!]] as const) {
    const first = await start(change, own.split === 'val' ? 'cross_entropy' : 'contrastive');
    expect({ ...first, loss: 0 }).toEqual({ ...own, loss: 0 });
    expect(first.loss).toBeCloseTo(own.loss, 5);
  }
});

test('can be ended, and needs a model that knows texts', async () => {
  const model = await tinyClip();
  const abort = new AbortController();
  await expect(zeroShot(device, model, tinyData(), train, { signal: abort.signal, progress: () => abort.abort() })).rejects.toMatchObject({ kind: 'aborted' });
  await expect(zeroShot(device, await tinyModel(), tinyData(), train)).rejects.toThrow(/needs a CLIP model; this is vit/);
  expect(modelInfo('clip', model).texts!.target_modules).toMatch(/^\(vision_model\|text_model\)/);
  expect(modelInfo('clip', { net: model.net }).texts).toBeUndefined();
  expect(modelInfo('vit', await tinyModel()).texts).toBeUndefined();
});
