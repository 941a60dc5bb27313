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
const none = (): never => {
  throw new Error('It fits.');
};

test('a step is timed without weights, and what it took of the device is given back', async () => {
  const device = await mustOpen(gpu());
  const { net } = await tinyModel();
  for (const method of ['full', 'randlora', 'linear_probe']) {
    const train = completeTrain({ batch: 4, accumulate: 2 });
    const found = await stepSeconds(device, planRun(new Adapted(net, { method }), train, 10, device.report), train, none, quiet);
    expect(found! > 0 && found! < 4, `${method}: ${found} s`).toBe(true);
    expect(device.ledger).toEqual({});
  }
});

test('one that is stopped throws', async () => {
  const device = await mustOpen(gpu());
  const train = completeTrain({ batch: 4 });
  const { net } = await tinyModel();
  await expect(stepSeconds(device, planRun(new Adapted(net, { method: 'lora' }), train, 10, device.report), train, none, AbortSignal.abort())).rejects.toThrow(/Stopped/);
  expect(device.ledger).toEqual({});
});

test('a step that takes longer than a timing may is told by the part of it that ran, one that is too large by fewer of its pictures, or else by the device\'s speed', { timeout: 180_000 }, async () => {
  const device = await mustOpen(gpu());
  const small = parseModel({ model_type: 'vit', hidden_size: 192, num_hidden_layers: 12, num_attention_heads: 3, intermediate_size: 768, image_size: 112, patch_size: 16, layer_norm_eps: 1e-12, num_labels: 3 });
  const adapted = new Adapted(small, { method: 'lora' });
  const of = (batch: number) => planRun(adapted, completeTrain({ batch }), 10, device.report);
  const secondsOf = (batch: number, whole = of(batch)) => stepSeconds(device, whole, { batch, accumulate: 1 }, of, quiet);
  const one = (await secondsOf(1))!;
  // Two steps of so many do not fit into the time for it.
  const many = 2 ** Math.ceil(Math.log2(3 / one));
  const near = (seconds: number | null, of: number) => expect(seconds! / of > 1 / 3 && seconds! / of < 3, `${seconds} s for ${of}`).toBe(true);
  near(await secondsOf(many), many * one);
  const large = { ...of(8), plan: { ...of(8).plan, total_bytes: 2 ** 29 } };
  near(await secondsOf(8, large), 8 * one);
  const huge = { ...large, plan: { ...large.plan, total_bytes: 2 ** 31 } };
  near(await stepSeconds(device, huge, { batch: 8, accumulate: 1 }, () => huge, quiet), 8 * one);
  expect(device.ledger).toEqual({});
});
