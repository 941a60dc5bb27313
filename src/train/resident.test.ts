import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { saveAdapter, type LoadedAdapter } from '../adapters/files';
import { preprocess } from '../data/preprocess';
import type { Device } from '../engine/device';
import { noStep } from '../engine/step';
import { folderTree } from '../io/fileTree.node';
import { memoryTree } from '../io/fileTree';
import { defined } from '../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { golden, goldenNames, goldenPath } from '../testing/golden';
import { tinyData, tinyModel } from '../testing/tiny';
import { logitsOf } from './logits';
import { openModel, type LoadedModel } from './openModel';
import { openSaved } from './openTrained';
import { likeliest, predictions, type Prediction } from './predict';
import type { BytesByRole, MethodConfig } from './protocol';
import { Resident } from './resident';

const total = (bytes: BytesByRole): number => Object.values(bytes).reduce((a, b) => a + b, 0);

/** A saved adapter with a head of its own, opened again. */
async function saved(model: LoadedModel, method: MethodConfig, seed: number): Promise<LoadedAdapter> {
  const adapted = new Adapted(model.net.with({ labels: ['cat', 'dog', 'owl', 'elk'] }), method);
  const random = randomNormal(seed);
  const values = { ...(await adapted.initialise(0, (n) => model.source.readF32Checked(n))), ...adapted.newHead(seed) };
  if (method.method === 'full') for (const name of adapted.trace.weights.keys()) if (!adapted.trace.head.has(name)) values[name] = await model.source.readF32(name);
  for (const [label, data] of Object.entries(values)) if (!/randlora_[AB]$/.test(label)) data.forEach((v, i) => (data[i] = v + 0.1 * random()));
  const files = await saveAdapter(adapted, values, { base: model });
  return openSaved(memoryTree('saved', new Map(files.map((f) => [f.path, f.bytes]))), model.net);
}

const images = (count: number) => {
  const { test: split } = tinyData(4, count);
  return { count, name: (i: number) => `${i}.png`, image: (i: number) => split.image(i) };
};

/** Predictions of an adapter for the images, through a machine of its own that borrows nothing. */
async function alone(device: Device, model: LoadedModel, loaded: LoadedAdapter, list: ReturnType<typeof images>): Promise<Prediction[]> {
  const floats = 3 * model.net.image_size ** 2;
  const pixels = new Float32Array(list.count * floats);
  for (let i = 0; i < list.count; i++) pixels.set(preprocess(await list.image(i), model.preprocess), i * floats);
  const logits = await logitsOf(device, { ...loaded, source: model.source, pixels });
  const { labels } = loaded.adapted.model;
  return Array.from({ length: list.count }, (_, i) => ({ name: list.name(i), top: likeliest(logits.subarray(i * labels.length, (i + 1) * labels.length), labels, 5), error: '' }));
}

async function together(resident: Resident, keys: string[], list: ReturnType<typeof images>): Promise<Prediction[][]> {
  const out: Prediction[][] = keys.map(() => []);
  for await (const batch of predictions(keys.map((key) => resident.predictor(key)), list, { topK: 5 })) batch.forEach((rows, i) => defined(out[i]).push(...rows));
  return out;
}

function expectSame(got: Prediction[], want: Prediction[]): void {
  expect(got.map((p) => [p.name, p.top.map((t) => t.label)])).toEqual(want.map((p) => [p.name, p.top.map((t) => t.label)]));
  // The batch differs, and with it the order of some sums.
  got.forEach((p, i) => p.top.forEach((t, k) => expect(t.probability).toBeCloseTo(defined(defined(want[i]).top[k]).probability, 5)));
}

const methods: MethodConfig[] = [{ method: 'lora', r: 2 }, { method: 'dora', r: 2 }, { method: 'randlora', r: 4 }, { method: 'vera', r: 8 }, { method: 'full' }, { method: 'linear_probe' }];

describe('several adapters on one resident backbone', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  test('say what they say alone; weights lie there once; removing gives back exactly what adding took', async () => {
    const model = await tinyModel();
    const adapters = await Promise.all(methods.map((method, i) => saved(model, method, 10 + i)));
    const list = images(11);
    const want: Prediction[][] = [];
    for (const loaded of adapters) want.push(await alone(device, model, loaded, list));
    expect(device.ledger).toEqual({});

    const resident = await Resident.open(device, model, defined(adapters[0]).adapted.model);
    const backbone = { ...device.ledger };
    expect(resident.memory().backbone).toEqual(backbone);
    const weights = device.ledger.frozen!;
    const written = vi.spyOn(device.gpu.queue, 'writeBuffer');
    for (const [i, { method }] of methods.entries()) {
      const before = total(device.ledger);
      written.mockClear();
      await resident.add(method, defined(adapters[i]));
      const added = defined(resident.memory().adapters[i]);
      expect(total(device.ledger) - before, method).toBe(total(added.bytes));
      const adapted = defined(adapters[i]).adapted;
      const { adapter_parameters: own, head_parameters: head } = adapted.counts();
      if (method !== 'full') {
        // Nothing of the backbone is there twice, and nothing of it was uploaded: the adapter, its bases, its head and what dispatches need.
        expect(device.ledger.frozen, method).toBe(weights);
        const uploaded = written.mock.calls.reduce((n, [, , data]) => n + data.byteLength, 0);
        const bases = Object.values(adapted.shared).reduce((n, { shape }) => n + 4 * shape.reduce((a, b) => a * b, 1), 0);
        expect(uploaded, method).toBeLessThanOrEqual(4 * (own + head) + bases + (added.bytes.uniform ?? 0) + 16 * (own ? 40 : 2));
        expect(added.bytes.staging ?? 0).toBe(0);
      }
    }
    written.mockRestore();
    const keys = methods.map(({ method }) => method);
    const made = vi.spyOn(device.gpu, 'createBuffer');
    (await together(resident, keys, list)).forEach((rows, i) => expectSame(rows, defined(want[i])));
    // Back and forth: each still says the same, and nothing new is allocated.
    expectSame(defined((await together(resident, ['dora'], list))[0]), defined(want[1]));
    expectSame(defined((await together(resident, ['lora'], list))[0]), defined(want[0]));
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();

    const sizes = new Map(resident.memory().adapters.map(({ key, bytes }) => [key, total(bytes)]));
    for (const key of ['dora', 'full', 'lora', 'linear_probe', 'vera']) {
      const before = total(device.ledger);
      resident.remove(key);
      expect(before - total(device.ledger), key).toBe(sizes.get(key));
    }
    expectSame(defined((await together(resident, ['randlora'], list))[0]), defined(want[2]));
    resident.remove('randlora');
    expect(device.ledger).toEqual(backbone);
    resident.free();
    expect(device.ledger).toEqual({});
  });

  test('an adapter of another image size keeps its own inputs; what cannot be added leaves nothing', async () => {
    const model = await tinyModel();
    const loaded = await saved(model, { method: 'lora', r: 2 }, 3);
    const adapted = new Adapted(model.net.with({ labels: ['a', 'b'], image_size: 24 }), { method: 'lora', r: 2 });
    const larger: LoadedAdapter = { ...loaded, adapted, values: { ...(await adapted.initialise(0, (n) => model.source.readF32Checked(n))), ...adapted.newHead(1) } };
    const resident = await Resident.open(device, model, loaded.adapted.model);
    await resident.add('small', loaded);
    await resident.add('large', larger);
    expect(defined(resident.memory().adapters[1]).bytes.input).toBeGreaterThan(0);
    expect(defined((await together(resident, ['small', 'large'], images(3)))[1]).every((p) => p.top.length === 2 && p.error === '')).toBe(true);
    const before = { ...device.ledger };
    await expect(resident.add('no head', { ...loaded, hasHead: false })).rejects.toThrow(/brings no head, and tiny has none of 4 classes/);
    expect(device.ledger).toEqual(before);
    expect(resident.keys()).toEqual(['small', 'large']);
    resident.free();
    expect(device.ledger).toEqual({});
  });

  test.each([goldenNames('adapters/vit_small_dev')])('PEFT\'s own files give PEFT\'s logits on one backbone: %s %s %s %s', async (...names) => {
    const model = await openModel(await folderTree(goldenPath('models/vit_small_dev')!));
    const pixels = await (await golden('models/vit_small_dev/io.safetensors')).readF32('pixel_values');
    const resident = await Resident.open(device, model, model.net);
    for (const name of names) await resident.add(name, await openSaved(await folderTree(goldenPath(`adapters/vit_small_dev/${name}`)!), model.net));
    for (const name of names) {
      const { machine, programs } = resident.predictor(name);
      machine.write(programs.pixels, pixels);
      machine.setStep(noStep);
      await machine.run(programs.evaluate);
      const want = await (await golden(`adapters/vit_small_dev/${name}/io.safetensors`)).readF32('logits_adapter');
      expect(maxError((await machine.readF32(programs.logits)).subarray(0, want.length), want), name).toBeLessThan(3e-6);
    }
    resident.free();
    expect(device.ledger).toEqual({});
  });
});
