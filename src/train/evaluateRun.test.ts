import { expect, test } from 'vitest';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { openFamily } from '../testing/tinyFamilies';
import { tinyData } from '../testing/tiny';
import { trainRun } from '../testing/trainRun';
import { completeTrain } from './config';
import { evaluateRun } from './evaluateRun';
import type { RunSpec } from './protocol';

test.each([['ViT', 0], ['ViT', 0.25], ['CLIP, by text', 0]])('%s, %d held back: saved weights are measured as the run itself measured them', async (family, val_fraction) => {
  const device = await mustOpen(gpu());
  const model = await openFamily(family);
  const data = { ...tinyData(12, 7), classes: ['cat', 'dog', 'owl'] };
  const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'lora', r: 2 }, train: completeTrain({ steps: 2, batch: 4, lr: 0.05, val_fraction }) };
  const { files, summary } = await trainRun(device, { spec, model, data });
  const final = summary.final!;
  const { loss, ...measured } = await evaluateRun(device, { spec, files, model, data }, { step: final.step });
  expect(measured).toEqual({ ...measured, step: final.step, split: 'test', accuracy: final.accuracy, confusion: final.confusion, images: final.images });
  expect(loss).toBeCloseTo(final.loss, 5);
  expect(device.ledger).toEqual({});
});
