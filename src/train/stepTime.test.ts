import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { parseModel } from '../models';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import { planRun, type PlannedRun } from './plan';
import { stepSeconds } from './stepTime';

const quiet = new AbortController().signal;
/** Milliseconds that suffice beside any other work. */
const long = 120_000;
const none = (): never => {
  throw new Error('It fits.');
};

test('a step is timed without weights, and what it took of the device is given back', async () => {
  const device = await mustOpen(gpu());
  const { net } = await tinyModel();
  for (const method of ['full', 'randlora', 'linear_probe']) {
    const train = completeTrain({ batch: 4, accumulate: 2 });
    const found = await stepSeconds(device, planRun(new Adapted(net, { method }), train, 10, device.report), train, none, quiet, long);
    expect(found, method).toBeGreaterThan(0);
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

test('a step that takes longer than a timing may is told by the part of it that ran, one that is too large by fewer of its pictures, or else by the device\'s speed', { timeout: 300_000 }, async () => {
  const device = await mustOpen(gpu());
  const small = parseModel({ model_type: 'vit', hidden_size: 192, num_hidden_layers: 12, num_attention_heads: 3, intermediate_size: 768, image_size: 112, patch_size: 16, layer_norm_eps: 1e-12, num_labels: 3 });
  const adapted = new Adapted(small, { method: 'lora' });
  const of = (batch: number) => planRun(adapted, completeTrain({ batch }), 10, device.report);
  const sized = (run: PlannedRun, bytes: number): PlannedRun => ({ ...run, plan: { ...run.plan, total_bytes: bytes } });
  const one = (await stepSeconds(device, of(1), { batch: 1, accumulate: 1 }, none, quiet, long))!;
  // Other work may come between any two of them.
  const near = (seconds: number | null, of: number) => expect(seconds! / of > 1 / 20 && seconds! / of < 20, `${seconds} s for ${of}`).toBe(true);
  // Most of so many batches is never run.
  near(await stepSeconds(device, of(1), { batch: 1, accumulate: 1000 }, none, quiet, Math.ceil(3000 * one)), 1000 * one);
  const asked: number[] = [];
  const fewer = (batch: number) => {
    asked.push(batch);
    return sized(of(1), batch > 2 ? 2 ** 29 : 1);
  };
  near(await stepSeconds(device, sized(of(1), 2 ** 29), { batch: 8, accumulate: 1000 }, fewer, quiet, long), (8 / 2) * 1000 * one);
  expect(asked).toEqual([4, 2]);
  const huge = sized(of(1), 2 ** 31);
  near(await stepSeconds(device, huge, { batch: 8, accumulate: 1000 }, () => huge, quiet), 1000 * one);
  expect(device.ledger).toEqual({});
});
