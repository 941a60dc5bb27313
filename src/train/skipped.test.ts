import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { openSafetensors, bytesAccess } from '../io/safetensors';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { completeTrain } from './config';
import { splitBatches, type BatchSource } from './feeds';
import type { RunEvent, RunSpec, RunSummary, TrainConfig } from './protocol';
import { Session } from './session';
import { runSplits } from './split';

/** A run in which the pictures of some steps, from 0, are no numbers. */
interface Given {
  broken: readonly number[];
  train?: Partial<TrainConfig>;
  resume?: Uint8Array;
}

interface Ran {
  summary: RunSummary | null;
  failed: RunEvent[];
  /** Checkpoints by the step they were made after. */
  checkpoints: Map<number, Uint8Array>;
}

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

async function run({ broken, train = {}, resume }: Given): Promise<Ran> {
  const [model, data] = [await tinyModel(), tinyData()];
  const config = completeTrain({ steps: 8, batch: 4, warmup_steps: 0, schedule: 'constant', weight_decay: 0, max_grad_norm: 0, lr: 1e-3, seed: 3, eval_every: 0, checkpoint_every: 1, ...train });
  const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: { method: 'full' }, train: config };
  const splits = runSplits(data, config);
  const source = splitBatches(splits.train, model.preprocess, model.net.image_size, config);
  // Every good step sees the same pictures, whatever was before it.
  const batches: BatchSource = {
    ...source,
    labelsAt: () => source.labelsAt(0),
    async fill(at, batch) {
      await source.fill(0, batch);
      if (broken.includes(at)) batch.pixel_values?.fill(NaN);
    },
  };
  const found: Ran = { summary: null, failed: [], checkpoints: new Map() };
  const session = new Session({ spec, model, batches, splits, classes: data.classes, device, resume }, (event) => {
    if (event.type === 'checkpoint') found.checkpoints.set(event.step, event.bytes);
    else if (event.type === 'finished') found.summary = event.summary;
    else if (event.type === 'failed') found.failed.push(event);
  });
  await session.run();
  return found;
}

/** The trained weights, and Adam's moments, after a step. */
async function stateAfter(ran: Ran, step: number): Promise<Map<string, Float32Array>> {
  const bytes = ran.checkpoints.get(step);
  if (!bytes) throw new Error(`There is no checkpoint of step ${step}.`);
  const file = await openSafetensors(bytesAccess(bytes));
  const state = new Map<string, Float32Array>();
  for (const name of file.names()) if (/^(param|m|v) /.test(name)) state.set(name, await file.readF32(name));
  return state;
}

const steps = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** The mean distance of two states; of few gradients that are nearly zero the sign is a matter of rounding, and so is where Adam goes by them. */
function apart(got: Map<string, Float32Array>, want: Map<string, Float32Array>): number {
  expect([...got.keys()]).toEqual([...want.keys()]);
  let [sum, count] = [0, 0];
  for (const [name, values] of want) {
    if (!name.startsWith('param ')) continue;
    count += values.length;
    values.forEach((value, i) => (sum += Math.abs(value - (got.get(name)?.[i] ?? NaN))));
  }
  return sum / count;
}

describe('steps that are skipped', () => {
  test.each([1, 3, 9])('%i of them leave no trace in the updates that follow', async (count) => {
    const without = await run({ broken: [], train: { steps: 4 } });
    const ran = await run({ broken: steps(0, count - 1), train: { steps: count + 4 } });
    expect(ran.failed).toEqual([]);
    expect(ran.summary?.skipped_steps).toBe(count);
    // Each update is 1e-3 in size.
    for (const after of [1, 2, 3]) expect(apart(await stateAfter(ran, count + after), await stateAfter(without, after)), `${after} real updates`).toBeLessThan(1e-6);
  });

  test('a run that is resumed behind them goes on with the same updates, bit for bit, and counts them', async () => {
    const broken = [0, 2, 3];
    const whole = await run({ broken });
    const resumed = await run({ broken, resume: whole.checkpoints.get(5) });
    expect(resumed.summary?.skipped_steps).toBe(3);
    expect(await stateAfter(resumed, 7)).toEqual(await stateAfter(whole, 7));
    // None is skipped after it: what the checkpoint counted is there all the same.
    const last = await run({ broken, resume: whole.checkpoints.get(7) });
    expect(last.summary?.skipped_steps).toBe(3);
  });

  test('ten in a row give a run up, of which one before a checkpoint is none: nine that follow it do not', async () => {
    const [first, last] = [0, 20];
    const checkpoint = (await run({ broken: [first], train: { steps: last } })).checkpoints.get(4);
    const nine = await run({ broken: [first, ...steps(5, 13)], train: { steps: last }, resume: checkpoint });
    expect([nine.failed.length, nine.summary?.skipped_steps]).toEqual([0, 10]);
    const right = await run({ broken: [first, ...steps(4, 12)], train: { steps: last }, resume: checkpoint });
    expect([right.failed.length, right.summary?.skipped_steps]).toEqual([0, 10]);
    const ten = await run({ broken: [first, ...steps(4, 13)], train: { steps: last }, resume: checkpoint });
    expect(ten.failed).toMatchObject([{ error: { kind: 'diverged' } }]);
  });
});
