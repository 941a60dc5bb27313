import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isDevice, openDevice, type Device } from '../engine/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { here, threadsHere } from '../wasm/here.node';
import { completeTrain } from './config';
import { trainBatches } from './feeds';
import type { LoadedModel } from './openModel';
import type { MethodConfig, RateSearch } from './protocol';
import { ladderRate, ownRate } from './rates.meta';
import { searchRate } from './searchRate';
import { Session } from './session';
import { runSplits } from './split';

/**
 * A task that parts rates: at an eighth of the run, where the search of before dropped rates, all are at chance, and at its end
 * neighbours of the ladder lie ten points apart. On the processor, whose bits are the same everywhere.
 */

let device: Device;
let model: LoadedModel;
const data = tinyData(500, 300);

beforeAll(async () => {
  const opened = await openDevice(here(threadsHere(1)));
  if (!isDevice(opened)) throw new Error(opened.message);
  [device, model] = [opened, await tinyModel()];
});
afterAll(() => device.destroy());

const settings = (steps: number) => completeTrain({ steps, batch: 8, head_lr: 0.01 });
const specOf = (method: MethodConfig, steps: number) => ({ id: 'r', name: 'r', model: 'tiny', data: 'tiny', method, train: settings(steps) });

/** Test accuracy at a rate, %, mean of three seeds; and after an eighth of the run. */
async function at(method: MethodConfig, steps: number, lr: number): Promise<{ end: number; eighth: number }> {
  const [end, eighth]: [number[], number[]] = [[], []];
  for (const seed of [0, 1, 2]) {
    const train = { ...settings(steps), lr, seed, eval_every: steps / 8 };
    const splits = runSplits(data, train);
    const session = new Session({ spec: { ...specOf(method, steps), train }, model, device, classes: data.classes, batches: trainBatches(splits.train, model, train), splits }, (event) => {
      if (event.type === 'evaluation' && event.evaluation.step === steps / 8) eighth.push(event.evaluation.accuracy);
      if (event.type === 'finished') end.push(event.summary.final!.accuracy);
    });
    await session.run();
  }
  const mean = (of: number[]) => (100 * of.reduce((a, b) => a + b, 0)) / of.length;
  return { end: mean(end), eighth: mean(eighth) };
}

const search = (method: MethodConfig, steps: number): Promise<RateSearch> => searchRate({ spec: specOf(method, steps), model, data, device });

describe.each([
  [{ method: 'vera', r: 64 }, 96],
  [{ method: 'lora', r: 2 }, 144],
] as const)('%o over %d steps', (method, steps) => {
  test('the found rate is within two points of the best of the ladder, whose neighbours are not', async () => {
    const own = ownRate(method.method);
    const places = [-2, 0, 1, 2, 3];
    const found = await Promise.all(places.map(async (place) => [ladderRate(own, place), await at(method, steps, ladderRate(own, place))] as const));
    for (const [, { eighth }] of found) expect(eighth).toBeLessThan(45);
    const ends = new Map(found.map(([lr, { end }]) => [lr, end]));
    const sorted = [...ends.values()].sort((a, b) => b - a);
    expect(sorted[0]! - sorted[2]!).toBeGreaterThan(5);
    expect(sorted[0]! - sorted.at(-1)!).toBeGreaterThan(15);
    const { lr, edge } = await search(method, steps);
    expect(ends.get(lr)).toBeGreaterThan(sorted[0]! - 2);
    expect(edge).toBeUndefined();
  });
});
