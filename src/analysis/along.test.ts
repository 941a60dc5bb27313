import { beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { defined } from '../numbers/defined';
import { rightOfEach } from '../train/answers.meta';
import { completeTrain } from '../train/config';
import type { LoadedModel } from '../train/openModel';
import type { MethodConfig, RunSpec } from '../train/protocol';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { tinyData, tinyModel } from '../testing/tiny';
import { trainRun } from '../testing/trainRun';
import { along } from './along';
import { alongDifference } from './along.meta';
import type { Along, AlongEvent, AlongSpec, RunFiles } from './analysis.meta';
import { inside } from './inside';

const data = tinyData(24, 12, 3);
let device: Device;
let model: LoadedModel;
const runs: Record<string, { spec: RunSpec; files: RunFiles; accuracy: number }> = {};
const files = (id: string) => Promise.resolve(defined(runs[id]).files);
const quiet = { signal: new AbortController().signal, onEvent: () => {} };
const base: AlongSpec = { what: 'base', at: [0, 0.5, 1], images: 12, seed: 0, epsilon: 0.5, top: 10 };
const measure = (id: string, spec: Partial<AlongSpec>, more: Partial<Parameters<typeof along>[1]> = {}, how: Parameters<typeof along>[3] = quiet): Promise<Along> => along(device, { model, data, runs: [defined(runs[id]).spec], files, ...more }, { ...base, ...spec }, how);

async function trainOne(method: MethodConfig): Promise<void> {
  const spec: RunSpec = { id: method.method, name: method.method, model: 'tiny', data: 'tiny', method, train: completeTrain({ steps: 12, batch: 6, lr: 0.02 }) };
  const { files, snapshots, summary } = await trainRun(device, { spec, model, data });
  runs[spec.id] = { spec, files: { files, snapshots }, accuracy: summary.final!.accuracy };
}

beforeAll(async () => {
  device = await mustOpen(gpu());
  // A checkpoint of another head, so that the runs' own is new.
  model = await tinyModel(5);
  await trainOne({ method: 'lora', r: 2 });
  await trainOne({ method: 'full' });
});

describe('from the base to the tuned model', () => {
  test('the end is the run, the start has the features of the pretrained model, and between them features move', async () => {
    for (const id of ['lora', 'full']) {
      const events: AlongEvent[] = [];
      const made = await measure(id, {}, {}, { ...quiet, onEvent: (event) => void events.push(event) });
      expect(made).toMatchObject({ images: 12, of: 12, intruders: null, original: null, complete: true });
      expect(made.points.map(({ at }) => at)).toEqual([0, 0.5, 1]);
      const [start, middle, end] = made.points;
      expect(end!.accuracy).toBeCloseTo(defined(runs[id]).accuracy, 6);
      expect(start!.drift).toBeCloseTo(0, 6);
      expect(start!.drift < middle!.drift && middle!.drift < end!.drift).toBe(true);
      const [{ pretrained }] = [await inside(device, { model, data, runs: [defined(runs[id]).spec], files }, { images: 12, seed: 0 }, quiet)];
      expect(end!.drift).toBeCloseTo(1 - defined(pretrained[0]).at(-1)!, 4);
      for (const point of made.points) expect(rightOfEach({ ...point, count: 12 })!.reduce((sum, right) => sum + right, 0)).toBe(Math.round(12 * point.accuracy));
      expect(alongDifference(start!, end!, 12)!.difference).toBeCloseTo(start!.accuracy - end!.accuracy, 9);
      expect(events.at(-1)).toMatchObject({ stage: 'points', done: 3, total: 3 });
    }
  });

  test('on the original task the start is the pretrained model', async () => {
    const original = { ...tinyData(4, 6, 5), title: 'Original', classes: model.net.labels };
    const made = await measure('full', {}, { original });
    const want = (await inside(device, { model, data, runs: [defined(runs.full).spec], files, original }, { images: 12, seed: 0 }, quiet)).original!;
    expect(made.original).toEqual({ data: 'Original', images: 6, classes: 5 });
    expect(defined(made.points[0]).original!.loss).toBeCloseTo(want.before.loss, 5);
    expect(defined(made.points[2]).original!.loss).toBeCloseTo(defined(want.after[0]).loss, 5);
  });
});

test('intruder dimensions at their full size leave the run as it is; taken out they change it', async () => {
  const made = await measure('lora', { what: 'intruders', at: [0, 1], epsilon: 0.97 });
  expect(made.intruders!.every(({ count }) => count > 0 && count <= 10)).toBe(true);
  expect(defined(made.points[1]).accuracy).toBeCloseTo(defined(runs.lora).accuracy, 6);
  expect(Math.abs(defined(made.points[0]).loss - defined(made.points[1]).loss)).toBeGreaterThan(1e-4);
});

test('what cannot be measured is refused, and a cancel ends it', async () => {
  await expect(measure('lora', { what: 'intruders', epsilon: 1e-6 })).rejects.toThrow(/No intruder dimension/);
  await expect(measure('lora', { at: [2] })).rejects.toThrow(/from 0 to 1/);
  await expect(measure('lora', {}, { data: { ...data, classes: ['class 0', 'class 2', 'class 1'] } })).rejects.toThrow('lora tells other classes apart than Tiny has; choose the data that it was trained on.');
  const abort = new AbortController();
  await expect(measure('lora', {}, {}, { signal: abort.signal, onEvent: () => abort.abort() })).rejects.toThrow();
  expect(device.ledger.frozen ?? 0).toBe(0);
});
