import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import { loadWeights } from '../models/load';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { tinyData, tinyModel } from '../testing/tiny';
import { traffic } from '../testing/traffic';
import { restoreCheckpoint, saveCheckpoint } from './checkpoint';
import { completeTrain } from './config';
import { evaluate } from './evaluate';
import { ImageFeed } from './images';
import { planRun } from './plan';
import { restore, trainables } from './weights';

const IMAGES = 26;
const BATCH = 4;

/** A run of the tiny model before its first step. */
async function open(device: Device, method: string) {
  const model = await tinyModel();
  const adapted = new Adapted(model.net, { method });
  const { plan, programs } = planRun(adapted, completeTrain({ batch: BATCH }), 1, device.report);
  const machine = await Machine.build(device, programs.rec);
  await loadWeights(machine, programs.rec, adapted.trace, model.source, await adapted.initialise(1, (name) => model.source.readF32Checked(name)));
  const feed = new ImageFeed(tinyData(3, IMAGES).test, model.preprocess, 16, null);
  const measure = (options: Parameters<typeof evaluate>[6] = {}) => evaluate(machine, programs, feed, IMAGES, 3, { step: 0, split: 'test' }, { name: String, ...options });
  return { plan, programs, machine, feed, measure };
}

test('an evaluation is read once, at its end, and says to the bit what was read batch by batch', async () => {
  const device = await mustOpen(gpu());
  const { plan, programs, machine, feed, measure } = await open(device, 'lora');
  expect(device.ledger).toEqual(plan.bytes);
  await measure();
  const done: number[] = [];
  const { result, traffic: used } = await traffic(() => measure({ progress: (n) => done.push(n) }));
  expect(used).toMatchObject({ reads: 1, copies: 0 });
  expect(done).toEqual([4, 8, 12, 16, 20, 24, 26]);
  let [loss, right] = [0, 0];
  const named: [string, number, number][] = [];
  for (let from = 0; from < IMAGES; from += BATCH) {
    const pixels = new Float32Array(BATCH * feed.floats);
    const labels = new Uint32Array(BATCH).fill(99);
    const n = Math.min(BATCH, IMAGES - from);
    await feed.fill(Array.from({ length: n }, (_, i) => from + i), 0, { pixel_values: pixels, labels });
    machine.write(programs.inputs.pixel_values!, pixels);
    machine.write(programs.inputs.labels!, labels);
    machine.setStep(noStep);
    await machine.run(programs.evaluate!);
    const rows = await machine.readF32(programs.rows);
    for (let i = 0; i < n; i++) {
      loss += rows[4 * i]!;
      right += rows[4 * i + 1]!;
      named.push([String(from + i), labels[i]!, rows[4 * i + 3]!]);
    }
  }
  expect(result).toMatchObject({ loss: loss / IMAGES, accuracy: right / IMAGES, images: named });
  machine.destroy();
});

test('an evaluation that is stopped leaves the machine as it was', async () => {
  const device = await mustOpen(gpu());
  const { machine, measure } = await open(device, 'lora');
  const whole = await measure();
  const stop = new AbortController();
  await expect(measure({ signal: stop.signal, progress: (n) => n >= 8 && stop.abort() })).rejects.toMatchObject({ kind: 'aborted' });
  expect(await measure()).toEqual(whole);
  machine.destroy();
});

test.each(['lora', 'full', 'randlora'])('%s: the trainables are read in one piece and put back, a checkpoint in as few as there are bytes', async (method) => {
  const device = await mustOpen(gpu());
  const { programs, machine, measure } = await open(device, method);
  const params = programs.rec.flats.params().map(({ tensor }) => tensor);
  const [one, all] = [await traffic(() => trainables(machine, programs)), await traffic(() => saveCheckpoint(machine, programs.rec, { step: 1, fingerprint: 'f' }))];
  const pieces = (flats: number, more = 0) => Math.ceil((flats * machine.plan.bytes.param! + more) / 2 ** 18);
  expect(one.traffic).toEqual({ submits: pieces(1), copies: pieces(1), reads: pieces(1) });
  expect(all.traffic).toEqual({ submits: pieces(3, 16), copies: pieces(3, 16), reads: pieces(3, 16) });
  const values = one.result;
  expect(Object.keys(values)).toEqual(params.map(({ label }) => label));
  for (const t of params) expect(values[t.label], t.label).toEqual(await machine.readF32(t));
  // Another's, and back; with none nothing changes.
  const before = await measure();
  restore(machine, programs, Object.fromEntries(Object.entries(values).map(([label, data]) => [label, data.map((v) => v + 0.1)])));
  restore(machine, programs, {});
  expect((await measure()).loss).not.toBe(before.loss);
  restore(machine, programs, values);
  expect(await measure()).toEqual(before);
  const { [params[0]!.label]: first, ...rest } = values;
  expect(() => restore(machine, programs, rest)).toThrow(`${params[0]!.label}: 0 values for ${first!.length}`);
  expect(await restoreCheckpoint(machine, programs.rec, all.result, 'f')).toEqual({ step: 1, best: null });
  expect(await measure()).toEqual(before);
  machine.destroy();
});
