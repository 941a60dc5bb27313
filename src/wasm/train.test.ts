import { expect, test } from 'vitest';
import type { MethodConfig, RunSpec } from '../train/protocol';
import type { Device } from '../engine/device';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { tinyData, tinyModel } from '../testing/tiny';
import { trainRun, type Trained } from '../testing/trainRun';
import { completeTrain } from '../train/config';
import { here, threadsHere } from './here.node';

const methods: MethodConfig[] = [{ method: 'full' }, { method: 'lora', r: 2 }, { method: 'dora', r: 2 }, { method: 'randlora', r: 3 }];

test.each(methods.map((config) => [config.method, config] as const))('a run of %s on the processor is that on Dawn, and the same to the bit on one thread and on three', async (_, method) => {
  const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method, train: completeTrain({ steps: 6, batch: 4, lr: 0.01 }) };
  const train = async (device: Device): Promise<Trained> => {
    const trained = await trainRun(device, { spec, model: await tinyModel(), data: tinyData(12, 6) });
    expect(device.errors).toEqual([]);
    expect(device.ledger).toEqual({});
    return trained;
  };
  const [wanted, once, again] = [await train(await mustOpen(gpu())), await train(await mustOpen(here(threadsHere(1)))), await train(await mustOpen(here(threadsHere(3))))];
  expect(once.losses.length).toBe(6);
  once.losses.forEach((loss, i) => expect(Math.abs(loss / defined(wanted.losses[i]) - 1), `loss of step ${i}`).toBeLessThan(2e-5));
  expect(once.summary.final!.confusion).toEqual(wanted.summary.final!.confusion);
  expect(again.losses).toEqual(once.losses);
  expect(again.files).toEqual(once.files);
});
