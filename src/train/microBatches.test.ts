import { describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { Device } from '../engine/device';
import { beyond, planMemory } from '../engine/plan';
import { twoTowers } from '../models/byText';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyClip } from '../testing/tinyClip';
import { tinyData, tinyModel } from '../testing/tiny';
import { trainRun, type Trained } from '../testing/trainRun';
import { completeTrain, fingerprint } from './config';
import { batchesInParts, partsOf } from './microBatches';
import { planFitted, planRun } from './plan';
import type { MethodConfig, RunSpec, TrainConfig } from './protocol';

const specOf = (method: MethodConfig, train: Partial<TrainConfig>): RunSpec => ({ id: 'r', name: 'r', model: 'tiny', data: 'tiny', method, train: completeTrain({ batch: 24, lr: 0.01, steps: 4, checkpoint_every: 2, ...train }) });
const run = async (device: Device, spec: RunSpec, resume?: Uint8Array): Promise<Trained> => trainRun(device, { spec, model: await tinyModel(), data: tinyData(), resume });

/** A device that allows bindings of so many bytes. */
async function limited(bytes: number): Promise<Device> {
  const device = await mustOpen(gpu());
  Object.assign(device.report.limits, { maxStorageBufferBindingSize: bytes });
  return device;
}

/** The most bytes that a run of the tiny model binds. */
async function largest(method: MethodConfig, train: Partial<TrainConfig>): Promise<number> {
  const { programs } = planRun(new Adapted((await tinyModel()).net, method), specOf(method, train).train, 4);
  return Math.max(...planMemory(programs.rec).buffers.map(({ bound }) => bound));
}

const close = (a: readonly number[], b: readonly number[]) => a.forEach((loss, i) => expect(Math.abs(loss / defined(b[i]) - 1), `step ${i + 1}`).toBeLessThan(1e-4));

describe('a batch that does not fit', () => {
  test('has the divisions that it has, the fewest first', () => {
    expect(partsOf(30)).toEqual([1, 2, 3, 5, 6, 10, 15, 30]);
    expect(partsOf(30, 4)).toEqual([5, 6, 10, 15, 30]);
    expect(partsOf(7, 2)).toEqual([7]);
  });

  // What drops out, what is mixed and what is drawn at random is the same, too.
  test.each<[MethodConfig, Partial<TrainConfig>]>([
    [{ method: 'lora', r: 2, lora_dropout: 0.3 }, {}],
    [{ method: 'pvera', r: 8 }, {}],
    [{ method: 'randlora', r: 4 }, { accumulate: 2, batch: 12, crop: true, flip: true, mixup_alpha: 0.8 }],
    [{ method: 'linear_probe' }, { batch: 15 }],
  ])('is divided by itself: %o gives what the whole batch gives where it fits', async (method, train) => {
    const bytes = await largest(method, train);
    const whole = await run(await mustOpen(gpu()), specOf(method, train));
    expect(whole.summary.plan.micro_batches).toBeUndefined();
    // The largest binding grows with the batch: three quarters of it are enough for half, or for a third.
    const device = await limited(Math.floor(0.75 * bytes));
    const divided = await run(device, specOf(method, train));
    const batch = train.batch ?? 24;
    const count = batch % 2 === 0 ? 2 : 3;
    expect(divided.summary.plan.micro_batches).toEqual({ count, size: batch / count });
    expect(divided.summary.allocated).toEqual(divided.summary.plan.bytes);
    close(divided.losses, whole.losses);
    expect(divided.summary.final!.loss).toBeCloseTo(whole.summary.final!.loss, 4);
    // A run goes on where it was left, whatever the device that it began on.
    const again = await run(device, specOf(method, train), defined(divided.checkpoints[0]));
    expect(again.losses).toEqual(divided.losses.slice(2));
    close((await run(device, specOf(method, train), defined(whole.checkpoints[0]))).losses, whole.losses.slice(2));
    expect(device.ledger).toEqual({});
  });

  test('computes what the same micro-batches set by hand compute, bit for bit', async () => {
    const method = { method: 'lora', r: 2 };
    const device = await limited(Math.floor(0.4 * (await largest(method, {}))));
    const divided = await run(device, specOf(method, {}));
    const { count, size } = divided.summary.plan.micro_batches!;
    expect(count).toBeGreaterThan(2);
    const byHand = await run(device, specOf(method, { batch: size, accumulate: count }));
    expect(byHand.summary.plan.micro_batches).toBeUndefined();
    expect(divided.losses).toEqual(byHand.losses);
    expect(divided.files.map(({ bytes }) => bytes)).toEqual(byHand.files.map(({ bytes }) => bytes));
    expect(divided.summary.plan.bytes).toEqual(byHand.summary.plan.bytes);
    expect(divided.summary.plan.dispatches).toBe(byHand.summary.plan.dispatches);
  });

  test('is divided further where the device has less than it said', async () => {
    const method = { method: 'lora', r: 2 };
    const whole = await run(await mustOpen(gpu()), specOf(method, {}));
    const device = await mustOpen(gpu());
    const { createBuffer } = device;
    const room = whole.summary.plan.total_bytes - 1000;
    device.createBuffer = (label, role, bytes, usage) => {
      if (Object.values(device.ledger).reduce((a, b) => a + b, bytes) > room) throw new RangeError('no memory left');
      return createBuffer(label, role, bytes, usage);
    };
    const divided = await run(device, specOf(method, {}));
    expect(divided.summary.plan.micro_batches).toEqual({ count: 2, size: 12 });
    close(divided.losses, whole.losses);
    expect(device.ledger).toEqual({});
  });

  test('fails as it did where no part of it fits', async () => {
    const device = await limited(4096);
    await expect(run(device, specOf({ method: 'lora' }, {}))).rejects.toThrow('this device allows 4096');
    expect(device.ledger).toEqual({});
  });

  test('is divided by a limit of one\'s own, which no checkpoint depends on', async () => {
    const adapted = new Adapted((await tinyModel()).net, { method: 'lora' });
    const train = completeTrain({ batch: 64 });
    const { total_bytes } = planRun(adapted, train, 1).plan;
    const limit = Math.floor(total_bytes / 2 ** 20);
    expect(limit).toBeGreaterThan(0);
    const { plan } = planFitted(adapted, { ...train, memory_limit: limit }, 1);
    expect(plan.micro_batches!.count).toBeGreaterThan(1);
    expect(plan.total_bytes).toBeLessThanOrEqual(limit * 2 ** 20);
    const spec = specOf({ method: 'lora' }, {});
    expect(fingerprint({ ...spec, train: { ...spec.train, memory_limit: 5 } })).toBe(fingerprint(spec));
  });

  test('is refused where its loss compares its rows', async () => {
    const adapted = new Adapted(twoTowers((await tinyClip()).net), { method: 'lora' });
    const train = completeTrain({ batch: 8, loss: 'contrastive' });
    const { programs } = planFitted(adapted, train, 1);
    const limits = { maxBufferSize: Math.max(...planMemory(programs.rec).buffers.map(({ bytes }) => bytes)) - 4 };
    expect(beyond(planMemory(programs.rec), limits)).not.toBeNull();
    expect(() => planFitted(adapted, train, 1, { limits, features: [] })).toThrow('A batch of 8 does not fit, and it cannot be divided');
  });
});

test('parts of a batch follow each other, also from the middle of a run', async () => {
  let filled = 0;
  const source = batchesInParts({
    count: 100, steps: null, labels: [],
    labelsAt: (at) => Array.from({ length: 6 }, (_, i) => 10 * at + i),
    fill(at, batch) {
      filled++;
      batch.pixel_values!.set(Array.from({ length: 12 }, (_, i) => 100 * at + i));
      batch.labels!.set(Array.from({ length: 6 }, (_, i) => 10 * at + i));
      return Promise.resolve();
    },
  }, 3, { pixel_values: new Float32Array(4), labels: new Uint32Array(2) });
  const batch = { pixel_values: new Float32Array(4), labels: new Uint32Array(2) };
  await source.fill(7, batch);
  expect([[...batch.pixel_values], [...batch.labels]]).toEqual([[204, 205, 206, 207], [22, 23]]);
  expect(source.labelsAt(7)).toEqual([22, 23]);
  await source.fill(8, batch);
  expect([[...batch.pixel_values], [...batch.labels]]).toEqual([[208, 209, 210, 211], [24, 25]]);
  expect(filled).toBe(1);
});
