import { beforeAll, describe, expect, test } from 'vitest';
import { inside } from '../../analysis/inside';
import { methods } from '../../adapters';
import { Adapted } from '../../adapters/adapted';
import { methodFields } from '../../adapters/fields';
import { loadAdapter, type SavedFile } from '../../adapters/files';
import { mergedWeights } from '../../adapters/merge';
import { pair, type Addend } from '../../adapters/pair';
import type { Device } from '../../engine/device';
import { Machine } from '../../engine/machine';
import { noStep } from '../../engine/step';
import { joinParts } from '../../io/joinParts';
import { exportOnnx } from '../../export/onnx/model';
import { verifyOnnx } from '../../export/onnx/verify';
import { memoryTree } from '../../io/fileTree';
import { loadWeights } from '../../models/load';
import { defined } from '../../numbers/defined';
import { RunTrainer } from '../../studio/runTrainer';
import { writeBatch } from '../../train/batch';
import { completeTrain } from '../../train/config';
import { logitsOf } from '../../train/logits';
import { openModel, type LoadedModel } from '../../train/openModel';
import { programOptions } from '../../train/plan';
import { recordPrograms } from '../../train/programs';
import type { RunSpec } from '../../train/protocol';
import { maxError, mustOpen, randomNormal } from '../checkOp';
import { gpu } from '../dawn';
import { tinyData, tinyModel } from '../tiny';
import { trainRun } from '../trainRun';
import { ALONE, guestFolder, LOSS, PAIR, PART, registerGuests } from './register';
import { task } from './task';

/** Everything that the project does with its own methods, families and tasks works with those that it does not ship. */
beforeAll(registerGuests);

const train = completeTrain({ steps: 10, batch: 6, train_limit: 0, val_fraction: 0, eval_every: 5, head_lr: 0.03 });
const specOf = (name: string): RunSpec => ({ id: name, name, model: 'tiny', data: 'tiny', method: { method: name }, train });
const treeOf = (files: SavedFile[]) => memoryTree('saved', Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])));

const guestModel = (): Promise<LoadedModel> => openModel(guestFolder());

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

describe.each([
  ['the methods on a ViT', () => tinyModel(), [ALONE, PAIR, PART]],
  ['the family with methods of the project', guestModel, ['lora', 'randlora', 'full', 'linear_probe']],
  ['the methods on the family', guestModel, [ALONE, PAIR, PART]],
] as const)('%s', (_, open, names) => {
  test.each(names)('%s learns, is planned to the byte, saved and opened again, merged, and written as ONNX', async (name) => {
    const model = await open();
    const data = tinyData();
    const { files, losses, summary } = await trainRun(device, { spec: specOf(name), model, data });
    expect(losses.at(-1)!).toBeLessThan(defined(losses[0]));
    expect(summary.allocated).toEqual(summary.plan.bytes);

    const { adapted, values } = await loadAdapter(treeOf(files), model.net);
    expect(adapted.config.method).toBe(name);
    const random = randomNormal(3);
    const pixels = Float32Array.from({ length: 4 * 3 * 16 * 16 }, random);
    const logits = await logitsOf(device, { adapted, source: model.source, values, pixels });
    const untrained = await logitsOf(device, { adapted: new Adapted(adapted.model, { method: 'linear_probe' }), source: model.source, values: Object.fromEntries([...adapted.trainedHead].map((key) => [key, defined(values[key])])), pixels });
    if (adapted.method.trains !== 'head') expect(maxError(logits, untrained)).toBeGreaterThan(1e-4);

    const merged = await mergedWeights(device, model.source, { adapted, values });
    const read = async (weight: string) => merged.get(weight) ?? model.source.readF32(weight);
    const verdict = await verifyOnnx(joinParts(await exportOnnx({ net: adapted.model, read, metadata: {} })), { pixel_values: pixels, shape: [4, 3, 16, 16], logits });
    expect(verdict, verdict.text).toMatchObject({ ok: true, top1: 1 });
  });
});

describe.each([
  ['a ViT', () => tinyModel(), ['lora', 'full', ALONE, PART]],
  ['the family', guestModel, ['randlora', 'linear_probe']],
] as const)('the task on %s', (_, open, names) => {
  test.each(names)('by %s is learned, planned to the byte, gone on with from a checkpoint, saved, and measured again as it was', async (name) => {
    const [model, data] = [await open(), tinyData()];
    const settings = { loss: LOSS, steps: 20, batch: 6, accumulate: 2, val_fraction: 0.3, eval_every: 5, checkpoint_every: 10, lr: 3e-3, head_lr: 0.03 };
    const spec = { ...specOf(name), train: completeTrain(settings) };
    const run = await trainRun(device, { spec, model, data });
    expect(run.losses.at(-1)!).toBeLessThan(0.5 * defined(run.losses[0]));
    expect(run.summary.allocated).toEqual(run.summary.plan.bytes);
    const { best, final } = run.summary;
    expect(final!.confusion).toEqual([]);
    expect(best!.loss).toBeLessThan(0.5 * defined(run.losses[0]));

    const resumed = await trainRun(device, { spec, model, data, resume: defined(run.checkpoints[0]) });
    expect(resumed.losses).toEqual(run.losses.slice(10));
    expect(resumed.summary.final).toEqual(final);

    const trainer = new RunTrainer(device, spec, { model, data });
    await trainer.load(run.files);
    const again = await trainer.evaluation({ step: final!.step });
    expect(again).toEqual({ ...final!, loss: expect.closeTo(final!.loss, 6) as number });
    expect(device.ledger).toEqual({});
  });
});

test('activations of the family are compared with those of the pretrained model, where its blocks end', async () => {
  const [model, data] = [await guestModel(), tinyData()];
  const runs = [specOf('full')];
  const found = await trainRun(device, { spec: defined(runs[0]), model, data });
  const made = await inside(device, { model, data, runs, files: () => Promise.resolve(found) }, { images: 4, seed: 0 }, { signal: new AbortController().signal, onEvent: () => {} });
  expect(made.outputs).toEqual([{ block: 0, part: 'mlp' }, { block: 1, part: 'mlp' }]);
  for (const value of defined(made.pretrained[0])) expect(value > 0 && value < 1).toBe(true);
});

test('what the method adds to the loss and does after each step is done, planned to the byte, and gone on with from a checkpoint', async () => {
  const [model, data] = [await tinyModel(), tinyData()];
  const spec = (more: object): RunSpec => ({ ...specOf(ALONE), method: { method: ALONE, ...more }, train: { ...train, lr: 0.05, accumulate: 2, checkpoint_every: 4 } });
  const [free, kept, bound] = [await trainRun(device, { spec: spec({}), model, data }), await trainRun(device, { spec: spec({ keep_small: 2 }), model, data }), await trainRun(device, { spec: spec({ keep_small: 2, bound: 0.01 }), model, data })];
  const scales = async (files: SavedFile[]) => Object.entries((await loadAdapter(treeOf(files), model.net)).values).flatMap(([label, values]) => (label.endsWith('row_scale') ? [...values] : []));
  const largest = async (files: SavedFile[]) => Math.max(...(await scales(files)).map(Math.abs));
  expect(await largest(kept.files)).toBeLessThan(0.7 * (await largest(free.files)));
  expect(await largest(bound.files)).toBeLessThan(0.02);
  // The loss begins as it is without, since scales begin at zero.
  expect(kept.losses[0]).toBe(free.losses[0]);
  expect(bound.summary.allocated).toEqual(bound.summary.plan.bytes);
  const resumed = await trainRun(device, { spec: spec({ keep_small: 2, bound: 0.01 }), model, data, resume: defined(bound.checkpoints[0]) });
  expect(resumed.losses).toEqual(bound.losses.slice(4));
  expect(await scales(resumed.files)).toEqual(await scales(bound.files));
  expect(device.ledger).toEqual({});
});

test('what the task computes has the gradients that its loss has', async () => {
  const model = await tinyModel();
  const open = await task.open({ model, classes: [], method: { method: 'full' }, train: completeTrain({ loss: LOSS }), ownHead: false, hasHead: false });
  const adapted = new Adapted(open.model, { method: 'linear_probe' });
  const values = adapted.newHead(1);
  const pixels = Float32Array.from({ length: 4 * 3 * 16 * 16 }, randomNormal(5));
  const targets = new Float32Array(4);
  task.objective.complete!({ pixel_values: pixels, targets });
  const programs = recordPrograms(adapted, { ...programOptions(completeTrain({ batch: 4, loss: LOSS }), device.report), optimizer: false });
  const { rec } = programs;
  const machine = await Machine.build(device, rec);
  await loadWeights(machine, rec, adapted.trace, model.source, values);
  writeBatch(machine, programs.inputs, { pixel_values: pixels, targets });
  const bias = rec.find('classifier.bias')!;
  const step = async (value: number) => {
    machine.write(bias, Float32Array.of(value));
    machine.setStep({ ...noStep, invCount: 1 / 4 });
    await machine.run(programs.train);
    const [[loss], y, [grad]] = await Promise.all([machine.readF32(programs.metrics), machine.readF32(programs.outputs), machine.readF32(rec.paramGrad(bias))]);
    return { loss: loss!, y, grad: grad! };
  };
  const [before, here, after] = [await step(0.1), await step(0.2), await step(0.3)];
  machine.destroy();
  expect(here.loss).toBeCloseTo(here.y.reduce((sum, y, b) => sum + (y - defined(targets[b])) ** 2, 0) / 4, 5);
  // The loss is a square: a central difference is exact but for rounding.
  expect(here.grad).toBeCloseTo((after.loss - before.loss) / 0.2, 4);
});

test('of the weights of the model only those learn that the method names, with their settings in the file, and nothing else is written', async () => {
  const [model, data] = [await tinyModel(), tinyData()];
  for (const norms of [false, true]) {
    const { files, summary } = await trainRun(device, { spec: { ...specOf(PART), method: { method: PART, norms } }, model, data });
    const { adapted, values } = await loadAdapter(treeOf(files), model.net);
    expect(adapted.config).toMatchObject({ method: PART, norms });
    const names = [...adapted.trace.weights.keys()].filter((name) => adapted.trace.head.has(name) || name.endsWith('.bias') || (norms && name.includes('norm')));
    expect(Object.keys(values).sort()).toEqual(names.sort());
    expect(summary.plan.trainable_parameters).toBe(names.reduce((sum, name) => sum + defined(values[name]).length, 0));
    expect(adapted.fileBytes()).toBe(files.find(({ path }) => path.endsWith('.safetensors'))!.bytes.length);
    for (const name of names.filter((one) => !adapted.trace.head.has(one) && !one.endsWith('key.bias'))) expect(maxError(defined(values[name]), await model.source.readF32(name)), name).toBeGreaterThan(1e-4);
  }
});

test('a pair refuses a method that does something of its own with what it has trained', () => {
  expect(() => pair(methodFields.adalora!, [], methods.adalora as Addend, methods.lora as Addend)).toThrow(/adalora has `afterStep`, of which a pair can do no part/);
});
