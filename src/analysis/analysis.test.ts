import { beforeAll, describe, expect, test } from 'vitest';
import { memoryTree } from '../io/fileTree';
import type { Device } from '../engine/device';
import { noStep } from '../engine/step';
import { Recorder } from '../engine/record';
import { Machine } from '../engine/machine';
import { addMoments, addSums } from '../ops/moments';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { tinyData, tinyModel } from '../testing/tiny';
import { trainRun } from '../testing/trainRun';
import type { InsideEvent, Landscape, LandscapeEvent, LandscapeSpec, RunFiles } from './analysis.meta';
import { completeTrain } from '../train/config';
import { logitsOf } from '../train/logits';
import { preprocess } from '../data/preprocess';
import type { Split } from '../data/source';
import { defined } from '../numbers/defined';
import type { LoadedModel } from '../train/openModel';
import { openSaved } from '../train/openTrained';
import type { MethodConfig, RunSpec } from '../train/protocol';
import { runSplits } from '../train/split';
import { Composed } from './composed';
import { findIntruders, inside, knowsClasses, labelFor } from './inside';
import { landscape } from './landscape';
import { pick } from './subset';
import { updateOf } from '../train/updates';

const data = tinyData(24, 12, 3);
const train = { steps: 4, batch: 6, lr: 0.02, snapshots: 2, val_fraction: 0.25 };

let device: Device;
let model: LoadedModel;
const runs: RunSpec[] = [];
const kept = new Map<string, RunFiles>();
const files = (id: string) => Promise.resolve(kept.get(id)!);

/** Trains a run of a few steps and keeps what it leaves. */
async function trainOne(method: MethodConfig): Promise<void> {
  const spec: RunSpec = { id: method.method, name: method.method, model: 'tiny', data: 'tiny', method, train: completeTrain({ ...train, ...(method.method === 'randlora' ? { lr: 0.005 } : {}) }) };
  const found = await trainRun(device, { spec, model, data });
  runs.push(spec);
  kept.set(spec.id, found);
}

beforeAll(async () => {
  device = await mustOpen(gpu());
  // A checkpoint of another head, so that the runs' own is new.
  model = await tinyModel(5);
  for (const method of [{ method: 'lora', r: 2 }, { method: 'full' }, { method: 'randlora', r: 8 }]) await trainOne(method);
});

const spec: LandscapeSpec = { grid: 4, x: [-0.5, 1.5], y: [-0.5, 1.5], images: 5, splits: ['train', 'val'], line: 3, seed: 1 };
const quiet = { signal: new AbortController().signal, onEvent: () => {} };

/** Mean cross entropy and accuracy of a saved run by another way: its adapter unmerged, softmax in f64. */
async function byLogits(id: string, images: Split): Promise<{ loss: number; accuracy: number }> {
  const loaded = await openSaved(memoryTree(id, new Map(kept.get(id)!.files.map(({ path, bytes }) => [path, bytes]))), model.net);
  const pixels = new Float32Array(images.count * 3 * 256);
  for (let i = 0; i < images.count; i++) pixels.set(preprocess(await images.image(i), model.preprocess), i * 768);
  const logits = await logitsOf(device, { ...loaded, source: model.source, pixels });
  let [loss, right] = [0, 0];
  for (let i = 0; i < images.count; i++) {
    const row = Array.from(logits.subarray(3 * i, 3 * i + 3));
    loss += Math.log(row.reduce((s, v) => s + Math.exp(v), 0)) - defined(row[defined(images.labels[i])]);
    if (row.indexOf(Math.max(...row)) === images.labels[i]) right++;
  }
  return { loss: loss / images.count, accuracy: right / images.count };
}

test('a session keeps its way where asked: the start, and even steps to the end', () => {
  for (const { id } of runs) expect(kept.get(id)!.snapshots.map(({ step }) => step)).toEqual([0, 2, 4]);
});

test('updates composed on the GPU are base + sum of c delta', async () => {
  const updates = await Promise.all(runs.map(async ({ id }) => updateOf(device, model, await openSaved(memoryTree(id, new Map(kept.get(id)!.files.map(({ path, bytes }) => [path, bytes]))), model.net))));
  expect(Object.keys(defined(updates[1])).length).toBeGreaterThan(Object.keys(defined(updates[0])).length);
  const c = [0.3, -1.2, 0.8];
  const composed = await Composed.open(device, { model, net: model.net.with({ labels: data.classes }), updates, batch: 2 });
  try {
    await composed.at(c);
    for (const name of ['vit.encoder.layer.1.output.dense.weight', 'vit.layernorm.bias', 'classifier.weight']) {
      const base = name.startsWith('classifier') ? null : await model.source.readF32(name);
      const want = Float64Array.from(defined(defined(updates[1])[name]), (_, i) => (base?.[i] ?? 0) + updates.reduce((s, u, k) => s + defined(c[k]) * (u[name]?.[i] ?? 0), 0));
      // Three products and sums in f32.
      expect(maxError(await composed.machine.readF32(composed.rec.find(name)!), want), name).toBeLessThan(5e-7);
    }
  } finally {
    composed.destroy();
  }
});

describe('landscape', () => {
  let made: Landscape;
  const events: LandscapeEvent[] = [];
  beforeAll(async () => {
    made = await landscape(device, { model, data, runs, files }, spec, { ...quiet, onEvent: (event) => void events.push(event) });
  });

  test('corners have the loss that each run has by itself', async () => {
    const splits = runSplits(data, defined(runs[0]).train);
    for (const [s, whole] of [splits.train, splits.follow].entries()) {
      const images = pick(whole, 5, 1);
      expect(made.sets[s]).toMatchObject({ split: s ? 'val' : 'train', images: 5, of: whole.count });
      for (const [k, { id }] of runs.entries()) {
        const want = await byLogits(id, images);
        // Sums of a forward pass in f32, merged against unmerged.
        expect(defined(defined(made.sets[s]).corners[k]).loss).toBeCloseTo(want.loss, 4);
        expect(defined(defined(made.sets[s]).corners[k]).accuracy).toBeCloseTo(want.accuracy, 6);
      }
      // A head of zero tells nothing apart.
      expect(defined(made.sets[s]).pretrained!.loss).toBeCloseTo(Math.log(3), 5);
    }
  });

  test('the grid goes through the corners', () => {
    // (0, 0) and (1, 0) are points 1 and 3 of row 1; (0.5, 1) is point 2 of row 3.
    for (const [k, index] of [[0, 5], [2, 7], [1, 14]] as const) for (const set of made.sets) expect(set.loss[index]).toBeCloseTo(defined(set.corners[k]).loss, 5);
    expect(made).toMatchObject({ complete: true, measured: 16 });
    expect(made.sets.every((set) => set.loss.every(Number.isFinite))).toBe(true);
  });

  test('lines end at runs and have their barrier', () => {
    expect(made.lines.map(({ from, to }) => [from, to])).toEqual([[0, 2], [2, 1], [1, 0]]);
    for (const { from, to, sets, length } of made.lines) {
      expect(length).toBeCloseTo(defined(defined(made.geometry.distances[from])[to]), 9);
      sets.forEach(({ loss, barrier }, s) => {
        expect([loss[0], loss[2]]).toEqual([defined(defined(made.sets[s]).corners[from]).loss, defined(defined(made.sets[s]).corners[to]).loss]);
        expect(barrier).toBeCloseTo(Math.max(0, defined(loss[1]) - (defined(loss[0]) + defined(loss[2])) / 2), 9);
      });
    }
  });

  test('paths begin near the pretrained state and say how far off the plane they are', () => {
    expect(made.paths.map(({ run, points }) => [run, points.map(({ step }) => step)])).toEqual([0, 1, 2].map((run) => [run, [0, 2, 4]]));
    const { plane, geometry } = made;
    for (const { run, points } of made.paths) {
      const [start, , end] = points;
      // The start differs from the pretrained state by its head alone.
      expect(start!.distance).toBeLessThan(0.2);
      expect(start!.residual).toBeLessThanOrEqual(start!.distance + plane!.pretrained.residual);
      // Best weights are kept, which may be the last ones.
      if (Math.abs(end!.distance - defined(geometry.norms[run])) < 1e-6) {
        expect(end!.residual).toBeLessThan(1e-3 * defined(geometry.norms[run]));
        expect(defined(end!.measured[0]).loss).toBeCloseTo(defined(defined(made.sets[0]).corners[run]).loss, 5);
      }
    }
    expect(plane!.unit_x).toBeCloseTo(defined(defined(geometry.distances[0])[2]), 9);
  });

  test('events tell the same, from coarse to fine', () => {
    expect(events.find(({ type }) => type === 'start')).toMatchObject({ landscape: { measured: 0, complete: false } });
    const points = events.flatMap((event) => (event.type === 'points' ? event.points : []));
    expect(points).toHaveLength(16);
    for (const { index, measured } of points) expect(defined(measured[1]).loss).toBeCloseTo(defined(defined(made.sets[1]).loss[index]), 6);
    const last = events.findLast((event) => event.type === 'progress');
    expect(last).toMatchObject({ done: last!.total });
    expect(device.ledger.frozen ?? 0).toBe(0);
  });

  test('a cancel keeps what there is; two runs make a line; bad settings are named', async () => {
    const abort = new AbortController();
    let seen = 0;
    const part = await landscape(device, { model, data, runs, files }, { ...spec, line: 0 }, { signal: abort.signal, onEvent: ({ type }) => void (type === 'points' && ++seen === 3 && abort.abort()) });
    expect(part).toMatchObject({ complete: false, measured: 3 });
    const two = await landscape(device, { model, data, runs: runs.slice(0, 2), files }, { ...spec, splits: ['val'] }, quiet);
    expect(two).toMatchObject({ plane: null, measured: 0, complete: true });
    expect(two.lines.map(({ from, to }) => [from, to])).toEqual([[0, 1]]);
    const bad = (change: Partial<LandscapeSpec>) => landscape(device, { model, data, runs, files }, { ...spec, ...change }, quiet);
    await expect(bad({ grid: 1 })).rejects.toThrow(/grid is 1/);
    await expect(bad({ x: [1, 1] })).rejects.toThrow(/range of x/);
    await expect(landscape(device, { model, data, runs: [defined(runs[0]), { ...defined(runs[1]), data: 'other' }], files }, spec, quiet)).rejects.toThrow(/only runs of one model and one data set/);
    expect(device.ledger.frozen ?? 0).toBe(0);
  });
});

describe('inside', () => {
  test('ranks, angles, agreement and drift', async () => {
    const original = { ...tinyData(4, 6, 5), title: 'Original', classes: model.net.labels };
    const made = await inside(device, { model, data, runs, files, original }, { images: 6, seed: 0, intruders: 3 }, quiet);
    expect(made.intruders!.map((list) => list.map(({ layer }) => layer))).toEqual(made.updates.map((list) => list.map(({ layer }) => layer)));
    for (const { cosines } of made.intruders!.flat()) expect(cosines.length === 3 && cosines.every((cosine) => cosine > 0 && cosine <= 1)).toBe(true);
    const [lora, full, randlora] = made.updates;
    for (const update of lora!) expect(update.rank, update.layer).toBeLessThanOrEqual(2);
    // RandLoRA's rank is as full as the layer's.
    for (const update of randlora!) expect(update.rank, update.layer).toBe(Math.min(...update.shape));
    expect(full!.length).toBeGreaterThan(lora!.length);
    expect(made.outputs).toEqual([0, 1].flatMap((block) => [{ block, part: 'attention' }, { block, part: 'mlp' }]));
    expect(made.reference).toBe(1);
    expect(made.cka[1]).toEqual([1, 1, 1, 1]);
    for (const row of [defined(made.cka[0]), defined(made.cka[2]), ...made.pretrained]) {
      expect(row).toHaveLength(4);
      for (const value of row) expect(value > 0 && value < 1).toBe(true);
    }
    expect(defined(made.geometry.cosines[0])[0]).toBeCloseTo(1, 9);
    expect(made.angles.every(({ cosine }) => Math.abs(cosine) <= 1)).toBe(true);
    expect(made.original).toMatchObject({ data: 'Original', images: 6, classes: 5 });
    expect(made.original!.after).toHaveLength(3);
    expect(defined(made.original!.after[1]).loss).not.toBeCloseTo(made.original!.before.loss, 4);
    const alone = await inside(device, { model, data, runs: [defined(runs[0])], files }, { images: 6, seed: 0 }, quiet);
    expect(alone).toMatchObject({ reference: null, cka: [], original: null });
    expect(defined(alone.pretrained[0])).toEqual(defined(made.pretrained[0]).map((v) => expect.closeTo(v, 5) as number));
    expect(alone.notes.join(' ')).toMatch(/full fine-tuning.*No images of the original task/);
    // A run beside itself: every activation agrees, and its drift is what it was.
    kept.set('again', kept.get('full')!);
    const twice = await inside(device, { model, data, runs: [defined(runs[1]), { ...defined(runs[1]), id: 'again' }], files }, { images: 6, seed: 0 }, quiet);
    for (const value of defined(twice.cka[1])) expect(value).toBeCloseTo(1, 5);
    expect(defined(twice.pretrained[1])).toEqual(defined(made.pretrained[1]).map((v) => expect.closeTo(v, 5) as number));
    expect(twice.angles.every(({ cosine }) => Math.abs(cosine - 1) < 1e-9)).toBe(true);
    expect(device.ledger.frozen ?? 0).toBe(0);
  });

  test('intruders that would take too long to find are left out, and are the same when they are asked for', async () => {
    const some = { model, data, runs: runs.slice(0, 2), files };
    const spec = { images: 6, seed: 0, intruders: 3 };
    const [whole, without] = [await inside(device, some, spec, quiet), await inside(device, some, { ...spec, intruder_seconds: 0 }, quiet)];
    expect(without.intruders).toBeUndefined();
    const events: InsideEvent[] = [];
    expect(await findIntruders(device, some, 3, { ...quiet, onEvent: (event) => void events.push(event) })).toEqual(whole.intruders);
    expect(events.at(-1)).toMatchObject({ stage: 'intruders', done: 12, total: 12 });
  });

  test('classes of the original task go by their names, or by what stands behind a slash', () => {
    const labels = ['cifar10/cat', 'cifar10/dog', 'dog'];
    expect([labelFor(labels, 'cat'), labelFor(labels, 'dog'), labelFor(labels, 'owl')]).toEqual([0, 2, -1]);
    expect([knowsClasses(labels, ['cat', 'dog']), knowsClasses(labels, ['cat', 'owl']), knowsClasses(labels, [])]).toEqual([true, false, false]);
  });
});

test('moments of a stream add up over micro-batches', async () => {
  const rec = new Recorder();
  const [x, y] = [rec.declare('input', 'x', [10, 8]), rec.declare('input', 'y', [10, 5])];
  const [xy, sums] = [rec.declare('output', 'xy', [8, 5]), rec.declare('output', 'sums', [8, 1])];
  const program = rec.program('moments', () => (addMoments(x, y, xy), addSums(x, sums)), { gradients: false });
  const machine = await Machine.build(device, rec);
  const random = randomNormal(5);
  const want = { xy: new Float64Array(40), sums: new Float64Array(8) };
  for (let micro = 0; micro < 3; micro++) {
    const [a, b] = [Float32Array.from({ length: 80 }, random), Float32Array.from({ length: 50 }, random)];
    for (let r = 0; r < 10; r++) for (let c = 0; c < 8; c++) for (let d = 0; d < 5; d++) want.xy[c * 5 + d] = defined(want.xy[c * 5 + d]) + (defined(a[r * 8 + c]) * defined(b[r * 5 + d]));
    a.forEach((v, i) => (want.sums[i % 8] = defined(want.sums[i % 8]) + v));
    machine.write(x, a);
    machine.write(y, b);
    machine.setStep({ ...noStep, micro });
    await machine.run(program);
  }
  expect(maxError(await machine.readF32(xy), want.xy)).toBeLessThan(2e-6);
  expect(maxError(await machine.readF32(sums), want.sums)).toBeLessThan(2e-6);
  machine.destroy();
});
