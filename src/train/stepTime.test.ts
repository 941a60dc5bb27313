import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { parseModel } from '../models';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import { planRun } from './plan';
import { stepSeconds } from './stepTime';

const quiet = new AbortController().signal;

test('a step is timed without weights, and what it took of the device is given back', async () => {
  const device = await mustOpen(gpu());
  const { net } = await tinyModel();
  for (const method of ['full', 'randlora', 'linear_probe']) {
    const train = completeTrain({ batch: 4, accumulate: 2 });
    const found = await stepSeconds(device, planRun(new Adapted(net, { method }), train, 10, device.report), train, quiet);
    expect(found! > 0 && found! < 4, `${method}: ${found} s`).toBe(true);
    expect(device.ledger).toEqual({});
  }
});

test('one that is stopped throws, and a plan that is large is not timed', async () => {
  const device = await mustOpen(gpu());
  const train = completeTrain({ batch: 4 });
  const { net } = await tinyModel();
  await expect(stepSeconds(device, planRun(new Adapted(net, { method: 'lora' }), train, 10, device.report), train, AbortSignal.abort())).rejects.toThrow(/Stopped/);
  const large = parseModel({ model_type: 'vit', hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072, image_size: 224, patch_size: 16, layer_norm_eps: 1e-12, num_labels: 3 });
  expect(await stepSeconds(device, planRun(new Adapted(large, { method: 'lora' }), train, 10, device.report), train, quiet)).toBeNull();
  expect(device.ledger).toEqual({});
});
