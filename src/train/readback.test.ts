import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import type { Split, TextRow } from '../data/source';
import type { Device } from '../engine/device';
import { Machine } from '../engine/machine';
import { STAGING_BYTES } from '../engine/plan';
import { noStep } from '../engine/step';
import { memoryTree } from '../io/fileTree';
import { parseModel } from '../models';
import { loadWeights } from '../models/load';
import { textModel } from '../models/text';
import { traceModel } from '../models/trace';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/dawn';
import { numbered, numberedWords } from '../testing/numberedWords';
import { tinyData, tinyJson, tinyModel, tinyVitFiles, tinyWeights } from '../testing/tiny';
import { tinyDecoder } from '../testing/tinyDecoders';
import { traffic } from '../testing/traffic';
import { restoreCheckpoint, saveCheckpoint } from './checkpoint';
import { completeTrain } from './config';
import { ContinuationFeed, ContinuationTokens } from './continuationFeed';
import { evaluate } from './evaluate';
import { mostMeasured } from './feeds';
import { ImageFeed } from './images';
import { openModel, type LoadedModel } from './openModel';
import { planFitted, planRun } from './plan';
import { restore, trainables } from './weights';

const IMAGES = 26;
const BATCH = 4;

/** A run of the tiny model before its first step. */
async function open(device: Device, method: string, model: LoadedModel) {
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
  const { plan, programs, machine, feed, measure } = await open(device, 'lora', await tinyModel());
  expect(device.ledger).toEqual(plan.bytes);
  await measure();
  const done: number[] = [];
  const { result, traffic: used } = await traffic(() => measure({ progress: (n) => done.push(n) }));
  expect(used).toMatchObject({ reads: 1, copies: 0 });
  expect(done).toEqual([4, 8, 12, 16, 20, 24, 26]);
  let [loss, right] = [0, 0];
  const named: [string, number, number, number][] = [];
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
      const own = defined(rows[4 * i]);
      loss += own;
      right += defined(rows[4 * i + 1]);
      // Its class's probability, to three digits.
      named.push([String(from + i), defined(labels[i]), defined(rows[4 * i + 3]), Number(Math.exp(-own).toFixed(3))]);
    }
  }
  expect(result).toMatchObject({ loss: loss / IMAGES, accuracy: right / IMAGES, images: named });
  machine.destroy();
});

test('an evaluation that is stopped leaves the machine as it was', async () => {
  const device = await mustOpen(gpu());
  const { machine, measure } = await open(device, 'lora', await tinyModel());
  const whole = await measure();
  const stop = new AbortController();
  await expect(measure({ signal: stop.signal, progress: (n) => n >= 8 && stop.abort() })).rejects.toMatchObject({ kind: 'aborted' });
  expect(await measure()).toEqual(whole);
  machine.destroy();
});

test.each(['lora', 'full', 'randlora'])('%s: the trainables are read in one piece and put back, a checkpoint in as few as there are bytes', async (method) => {
  const device = await mustOpen(gpu());
  const { programs, machine, measure } = await open(device, method, await tinyModel());
  const params = programs.rec.flats.params().map(({ tensor }) => tensor);
  const [one, all] = [await traffic(() => trainables(machine, programs)), await traffic(() => saveCheckpoint(machine, programs.rec, { step: 1, fingerprint: 'f', edits: '' }))];
  const pieces = (flats: number, more = 0) => Math.ceil((flats * machine.plan.bytes.param! + more) / STAGING_BYTES);
  expect(machine.plan.bytes.param).toBeLessThan(STAGING_BYTES);
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
  const { [defined(params[0]).label]: first, ...rest } = values;
  expect(() => restore(machine, programs, rest)).toThrow(`${defined(params[0]).label}: 0 values for ${first!.length}`);
  expect(await restoreCheckpoint(machine, programs.rec, all.result, { fingerprint: 'f', edits: '' })).toEqual({ step: 1, best: null, skipped: 0 });
  expect(await measure()).toEqual(before);
  machine.destroy();
});

/** The tiny ViT, three times as wide: its weights take more than the least staging buffer. */
function wideModel(): Promise<LoadedModel> {
  const files = tinyVitFiles();
  const config = { ...(JSON.parse(new TextDecoder().decode(files['config.json'])) as Record<string, unknown>), hidden_size: 96 };
  return openModel(memoryTree('wide', { ...files, 'config.json': tinyJson(config), 'model.safetensors': tinyWeights(traceModel(parseModel(config)).weights, 5) }));
}

test('what is larger than the least staging buffer is read at once too, a checkpoint by flat, and is planned to the byte', async () => {
  const device = await mustOpen(gpu());
  const { plan, programs, machine, measure } = await open(device, 'full', await wideModel());
  const { param } = plan.bytes;
  expect(param).toBeGreaterThan(STAGING_BYTES);
  expect(device.ledger).toEqual(plan.bytes);
  const one = await traffic(() => trainables(machine, programs));
  expect(one.traffic).toEqual({ submits: 1, copies: 1, reads: 1 });
  for (const { tensor } of programs.rec.flats.params()) expect(one.result[tensor.label], tensor.label).toEqual(await machine.readF32(tensor));
  const before = await measure();
  const all = await traffic(() => saveCheckpoint(machine, programs.rec, { step: 1, fingerprint: 'f', edits: '' }));
  expect(all.traffic).toEqual({ submits: 3, copies: 3, reads: 3 });
  restore(machine, programs, Object.fromEntries(Object.entries(one.result).map(([label, data]) => [label, data.map((v) => v + 0.1)])));
  await restoreCheckpoint(machine, programs.rec, all.result, { fingerprint: 'f', edits: '' });
  expect(await measure()).toEqual(before);
  machine.destroy();
});

test('under a limit of memory it is read in more pieces rather than trained in smaller ones', async () => {
  const adapted = new Adapted((await wideModel()).net, { method: 'full' });
  const train = completeTrain({ batch: BATCH });
  const free = planRun(adapted, train, 1).plan;
  const least = free.total_bytes - free.bytes.staging! + STAGING_BYTES;
  const memory_limit = Math.ceil(least / 2 ** 20);
  const { plan } = planFitted(adapted, { ...train, memory_limit }, 1);
  expect(plan.micro_batches).toBeUndefined();
  expect(plan.total_bytes).toBeLessThanOrEqual(memory_limit * 2 ** 20);
});

test('an evaluation of texts, with a line for each token, and of their other choices is read once', async () => {
  const device = await mustOpen(gpu());
  const loaded = await tinyDecoder('Llama');
  const [count, T, batch] = [350, 24, 64];
  const net = textModel(textModel(loaded.net).with({ tokens: T }));
  const rows = Array.from({ length: count }, (_, i): TextRow => {
    const all = [` ${numbered([1 + (i % 37)])}`, ` ${numbered([1 + ((7 * i) % 37), 5])}`];
    return { first: numbered([2, 1 + (i % 30)]), second: defined(all[i % 2]), choices: { all, letters: [3, 6], right: i % 2 } };
  });
  const split: Split = { count, labels: new Uint16Array(count), text: (i) => defined(rows[i]), image: () => ({ width: 1, height: 1, data: new Uint8Array(3) }) };
  const words = new ContinuationTokens(numberedWords(40), 39);
  const feedOf = (of: Split) => new ContinuationFeed(of, words, net);
  const measured = mostMeasured([split], feedOf);
  expect(measured).toBe(2 * count);
  const evaluated = async (of: number) => {
    const adapted = new Adapted(net, { method: 'lora', r: 2 });
    const { plan, programs } = planRun(adapted, completeTrain({ batch }), 1, device.report, of);
    const machine = await Machine.build(device, programs.rec);
    expect(device.ledger).toEqual(plan.bytes);
    await loadWeights(machine, programs.rec, adapted.trace, loaded.source, await adapted.initialise(1, (name) => loaded.source.readF32Checked(name)));
    const look = () => evaluate(machine, programs, feedOf(split), count, 0, { step: 0, split: 'test' });
    await look();
    const { result, traffic: { reads, copies } } = await traffic(look);
    machine.destroy();
    return { result, reads, copies, staging: plan.bytes.staging! };
  };
  const [once, often] = [await evaluated(measured), await evaluated(0)];
  expect(once).toMatchObject({ reads: 1, copies: 0 });
  expect(once.staging - often.staging).toBe(16 * measured * T - STAGING_BYTES);
  expect(often.reads).toBe(2);
  expect(once.result).toEqual(often.result);
});
