import { zipSync } from 'fflate';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { openSaved, saveAdapter, type SavedFile } from '../adapters/files';
import { decodeImage } from '../data/decode.node';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { defined, several } from '../numbers/defined';
import { maxError, mustOpen, randomNormal } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { tinyData, tinyModel } from '../testing/tiny';
import { tinyClip } from '../testing/tinyClip';
import { thresholdOf } from '../player/facts.meta';
import { completeTrain } from './config';
import { exportRun } from './exportRun';
import { importAdapter } from './importAdapter';
import type { LoadedModel } from './openModel';
import { comparisonCsv, predictionsCsv } from './predictionsCsv';
import { ensembleOf, type Answered } from './probable.meta';
import type { ChosenFile, FrozenDtype, MethodConfig, RunSpec, TryEvent, TrySpec } from './protocol';
import { Tryout, type TryoutHost } from './tryout';

const chosen = (files: Record<string, Uint8Array>): ChosenFile[] => Object.entries(files).map(([path, bytes]) => ({ path, file: new File([bytes as Uint8Array<ArrayBuffer>], path) }));
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const parse = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;

/** A saved adapter with a head for these labels. */
async function adapterFiles(model: LoadedModel, method: MethodConfig, labels = ['class 0', 'class 1', 'class 2'], seed = 1): Promise<Record<string, Uint8Array>> {
  const adapted = new Adapted(model.net.with({ labels }), method);
  const random = randomNormal(seed);
  const values = { ...(await adapted.initialise(seed, (n) => model.source.readF32Checked(n))), ...adapted.newHead(seed) };
  for (const data of Object.values(values)) data.forEach((v, i) => (data[i] = v + 0.1 * random()));
  return Object.fromEntries((await saveAdapter(adapted, values, { base: model })).map(({ path, bytes }) => [path, bytes]));
}

describe('importing an adapter', () => {
  let model: LoadedModel;
  let files: Record<string, Uint8Array>;
  beforeAll(async () => {
    model = await tinyModel();
    files = await adapterFiles(model, { method: 'lora', r: 2, use_rslora: true }, ['cat', 'dog', '<b>owl</b>']);
  });

  test('a folder, its files and a zip are the same adapter, and only what belongs to it is kept', async () => {
    const zip = zipSync(Object.fromEntries(Object.entries({ ...files, 'README.md': json('x'), 'check.py': json('y') }).map(([p, b]) => [`my-lora/${p}`, b])));
    for (const given of [chosen(files), chosen(Object.fromEntries(Object.entries({ ...files, 'training_args.bin': json(1) }).map(([p, b]) => [`out/best/${p}`, b]))), chosen({ 'my-lora.zip': zip })]) {
      const { info, files: kept } = await importAdapter(model, 'given', given);
      expect(info).toMatchObject({ method: 'lora', r: 2, base: 'tiny', layers: 10, labels: ['cat', 'dog', '<b>owl</b>'], warnings: [], head_parameters: 99 });
      expect(info.adapter_parameters).toBe(2 * 2 * (3 * (32 + 32) + 2 * (32 + 48)));
      expect(kept.map(({ path }) => path).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors', 'fullrank.json']);
      for (const { path, bytes } of kept) expect(bytes, path).toEqual(files[path]);
    }
  });

  test('classes come from config.json beside it where PEFT\'s own files have none', async () => {
    const peft = Object.fromEntries(Object.entries(files).filter(([path]) => path !== 'fullrank.json'));
    expect((await importAdapter(model, 'a', chosen(peft))).info.labels).toEqual(model.net.labels);
    expect((await importAdapter(model, 'a', chosen({ ...peft, 'config.json': json({ id2label: { 0: 'x', 1: 'y', 2: 'z' } }) }))).info.labels).toEqual(['x', 'y', 'z']);
    await expect(importAdapter(model, 'a', chosen({ ...peft, 'config.json': json({ id2label: 3 }) }))).rejects.toThrow(/config\.json/);
  });

  test.each([
    ['layer_replication', [[0, 1]], /sets layer_replication to .* repeats layers of the base model; this is not supported/],
    ['bias', 'all', /sets bias to .*trains biases of the base model/],
    ['peft_type', 'XLORA', /of type "XLORA"; RANDLORA and LORA .* can be read/],
    ['r', 0, /r/],
  ])('%s is refused by name', async (field, value, message) => {
    await expect(importAdapter(model, 'a', chosen({ ...files, 'adapter_config.json': json({ ...parse(defined(files['adapter_config.json'])), [field]: value }) }))).rejects.toThrow(message);
  });

  test('what is no adapter, several, of another model, or without a head says so', async () => {
    await expect(importAdapter(model, 'a', chosen({ 'readme.txt': json('') }))).rejects.toThrow(/"a" holds no adapter_config\.json/);
    const two = Object.fromEntries(['x', 'y'].flatMap((f) => Object.entries(files).map(([p, b]) => [`${f}/${p}`, b])));
    await expect(importAdapter(model, 'a', chosen(two))).rejects.toThrow(/holds 2 adapters \("x\/", "y\/"\); choose the folder of one/);
    await expect(importAdapter(await tinyClip(), 'a', chosen(files))).rejects.toThrow(/is it the right base model/);
    const bare = await adapterFiles(model, { method: 'lora', r: 2, modules_to_save: [] });
    const info = parse(defined(bare['fullrank.json']));
    // The checkpoint's own head serves where it fits.
    await expect(importAdapter(model, 'a', chosen(bare))).resolves.toMatchObject({ info: { head_parameters: 0 } });
    expect(info.labels).toHaveLength(3);
    const headless: LoadedModel = { ...model, source: { ...model.source, names: () => model.source.names().filter((n) => !n.startsWith('classifier')), has: (n) => !n.startsWith('classifier') && model.source.has(n) } };
    await expect(importAdapter(headless, 'a', chosen(bare))).rejects.toThrow(/brings no head, and tiny has none of 3 classes/);
  });
});

describe('trying adapters', () => {
  let device: Device;
  let model: LoadedModel;
  let lora: Record<string, Uint8Array>;
  let dora: Record<string, Uint8Array>;
  let pictures: ChosenFile[];
  let tryout: Tryout;
  let host: TryoutHost;
  let asked: string[];
  let events: TryEvent[];
  const data = tinyData();

  beforeAll(async () => {
    device = await mustOpen(gpu());
    model = await tinyModel();
    lora = await adapterFiles(model, { method: 'lora', r: 2 }, undefined, 2);
    dora = await adapterFiles(model, { method: 'dora', r: 2 }, ['=1+1', 'dog', 'owl', 'elk'], 3);
    const png = (i: number) => sharp({ create: { width: 20, height: 16, channels: 3, background: { r: 25 * i, g: 200 - 20 * i, b: 7 * i } } }).png().toBuffer();
    const files: Record<string, Uint8Array> = { 'set/bad.png': Uint8Array.of(1, 2, 3), 'set/photo.heic': Uint8Array.of(1) };
    for (let i = 0; i < 10; i++) files[`set/${i}.png`] = new Uint8Array(await png(i));
    pictures = chosen(files);
  });
  beforeEach(() => {
    asked = [];
    events = [];
    const dataOf = async (id: string) => (id === 'two' ? { ...data, classes: ['cat', 'dog'] } : data);
    const reading = async (spec: RunSpec) => ({ model, data: await dataOf(spec.data) });
    host = { device: async () => device, data: dataOf, reading, tried: reading };
    tryout = new Tryout(host, decodeImage);
  });

  const spec = (id: string, data = ''): RunSpec => ({ id, name: `my ${id}`, model: 'tiny', data, method: { method: 'lora' }, train: completeTrain({}) });
  const adapters = ['lora', 'dora'].map((id) => spec(id));
  const saved = (files: Record<string, Uint8Array>): SavedFile[] => Object.entries(files).map(([path, bytes]) => ({ path, bytes }));
  const files = async (key: string) => {
    asked.push(key);
    return saved(defined({ lora, dora }[key]));
  };
  const run = (which = adapters) => tryout.run(which, files, (e) => events.push(e));

  test('two adapters on a folder: a row a picture, unreadable ones named, files asked for once', async () => {
    await expect(run()).rejects.toThrow(/not open any more; choose them again/);
    const images = await tryout.open({ name: 'set', files: pictures, medium: 'pictures' });
    expect(images).toMatchObject({ title: 'set', truths: null, names: ['0.png', '1.png', '2.png', '3.png', '4.png', '5.png', '6.png', '7.png', '8.png', '9.png', 'bad.png'] });
    expect(images.notes).toEqual([expect.stringMatching(/1 file was skipped \(heic\)/)]);
    // What is no picture is named, loose files have no name of a folder, and where there is nothing else nothing changes.
    const tables = chosen({ 'bad.csv': json('"'), 'notes.txt': json(1) });
    await expect(tryout.open({ name: 'bad.csv', files: tables.slice(0, 1), medium: 'pictures' })).rejects.toThrow('bad.csv is not a picture; choose JPEG, PNG');
    const loose = pictures.slice(2, 4).map(({ file }) => ({ path: file.name.replace('set/', ''), file }));
    const mixed = await new Tryout(host, decodeImage).open({ name: '0.png', files: [...loose, ...tables], medium: 'pictures' });
    expect([mixed.title, mixed.names, mixed.notes]).toEqual(['', ['0.png', '1.png'], ['2 files are not pictures and are left out, bad.csv among them.']]);
    const [small, , none] = await tryout.pictures([0, 99, 10]);
    expect([small!.width, small!.height, none]).toEqual([20, 16, null]);
    const { predictions, memory, cancelled } = await run();
    expect(cancelled).toBe(false);
    expect(predictions.map(({ key, rows }) => [key, rows.length])).toEqual([['lora', 11], ['dora', 11]]);
    expect(defined(predictions[0]).rows[10]).toMatchObject({ name: 'bad.png', top: [], error: expect.stringContaining('bad.png') as string });
    expect(defined(defined(predictions[1]).rows[0]).top).toHaveLength(4);
    expect(memory.adapters.map(({ key }) => key)).toEqual(['lora', 'dora']);
    expect(memory.adapters.every(({ bytes }) => bytes.frozen === undefined)).toBe(true);
    expect(events[0]).toMatchObject({ stage: 'adapter', name: 'my lora' });
    expect(asked).toEqual(['lora', 'dora']);

    const again = await run([defined(adapters[1])]);
    expect(again.predictions[0]).toEqual(predictions[1]);
    expect(asked).toEqual(['lora', 'dora']);
    const csv = comparisonCsv(predictions.map(({ key, rows }) => ({ name: `=${key}`, predictions: rows })), 5).split('\n');
    expect(csv[0]).toMatch(/^adapter,file_name,prediction,probability,label_2/);
    expect(csv).toHaveLength(1 + 22 + 1);
    expect(csv[1]).toMatch(/^"'=lora",0\.png,class \d,0\.\d{6},/);
    expect(csv.join()).not.toMatch(/,=1\+1/);
    expect(comparisonCsv([{ name: 'x', predictions: defined(predictions[0]).rows }], 5)).toBe(predictionsCsv(defined(predictions[0]).rows, 5));

    const before = defined(memory.adapters[0]).bytes;
    const ledger = { ...device.ledger };
    await tryout.forget('lora');
    expect(ledger.param! - device.ledger.param!).toBe(before.param);
    await tryout.free();
    expect(device.ledger).toEqual({});
  });

  test('the test images of a data set bring their classes; a cancelled try keeps what is done', async () => {
    expect(await tryout.open({ data: 'tiny', limit: 3 })).toMatchObject({ title: 'Tiny', truths: ['class 0', 'class 1', 'class 2'], of: 10 });
    const whole = await tryout.open({ data: 'tiny', limit: 0 });
    expect([whole.names.length, whole.of]).toEqual([10, undefined]);
    const first = tryout.run(adapters, files, (e) => e.stage === 'images' && tryout.cancel());
    await expect(run()).rejects.toThrow(/being classified already/);
    const { cancelled, predictions } = await first;
    expect(cancelled).toBe(true);
    expect(predictions.every(({ rows }) => rows.length < 10)).toBe(true);
    expect(defined((await run()).predictions[0]).rows).toHaveLength(10);
    // As when a training run starts meanwhile: the memory is free before it goes on.
    const last = expect(run()).rejects.toThrow('Cancelled before the first picture.');
    tryout.cancel();
    await tryout.free();
    expect(device.ledger).toEqual({});
    await last;
  });

  test('the threshold for none of these is the exported page’s, on the pictures that the run was followed on', async () => {
    const { truths } = await tryout.open({ data: 'tiny', limit: 0 });
    const asks: TrySpec = { ...spec('lora', 'tiny'), train: completeTrain({ val_fraction: 0 }), sure: true };
    const { predictions, thresholds } = await run([asks, spec('dora', 'tiny')]);
    const answers = defined(predictions[0]).rows.map(({ top }, i) => ({ probability: defined(top[0]).probability, right: defined(top[0]).label === truths![i] }));
    expect(thresholds).toEqual([{ key: 'lora', threshold: thresholdOf(answers, 'test') }]);
    expect(defined(thresholds[0]).threshold.images).toBe(10);
    // Known by now, whatever is shown next.
    await tryout.open({ name: 'set', files: pictures.slice(2), medium: 'pictures' });
    expect((await run([asks])).thresholds).toEqual(thresholds);
    await tryout.free();
  });

  test('one picture: what adapters and the base model say and where they look; it costs nothing until it is asked for', async () => {
    await tryout.open({ name: 'set', files: pictures, medium: 'pictures' });
    const base: RunSpec = { ...spec('base tiny'), method: { method: 'linear_probe', modules_to_save: [] } };
    const all = [base, ...adapters];
    const from = async (key: string) => (key === base.id ? [] : files(key));
    const listed = await tryout.run(all, from, () => {});
    const ledger = { ...device.ledger };
    const look = (picture: Parameters<Tryout['look']>[2], rollout: boolean) => tryout.look(all, from, picture, rollout, () => {});
    const plain = await look(3, false);
    expect(plain.seen.every(({ prediction }) => prediction.attention === undefined)).toBe(true);
    const { seen, memory } = await look(3, true);
    expect(seen.map(({ key }) => key)).toEqual(['base tiny', 'lora', 'dora']);
    for (const [i, { prediction, picture }] of seen.entries()) {
      const want = defined(defined(listed.predictions[i]).rows[3]);
      expect([prediction.name, prediction.top.map(({ label }) => label)]).toEqual(['3.png', want.top.map(({ label }) => label)]);
      // The batch differs, and with it the order of some sums.
      prediction.top.forEach(({ probability }, k) => expect(probability).toBeCloseTo(defined(want.top[k]).probability, 5));
      expect([picture.width, picture.height, picture.rgba.length]).toEqual([16, 16, 16 * 16 * 4]);
      expect([prediction.attention!.rows, prediction.attention!.cols]).toEqual([2, 2]);
      expect(prediction.attention!.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    }
    expect(defined(seen[1]).prediction.attention).not.toEqual(defined(seen[0]).prediction.attention);
    // Plan and allocation agree to the byte, also with the looks.
    const total = (bytes: Record<string, number>) => Object.values(bytes).reduce((a, b) => a + b, 0);
    expect(total(memory.backbone) + memory.adapters.reduce((n, { bytes }) => n + total(bytes), 0)).toBe(total(device.ledger as Record<string, number>));
    expect(total(device.ledger as Record<string, number>)).toBeGreaterThan(total(ledger));

    // A frame from outside is the same picture; what is no picture is refused.
    const rgba = new Uint8ClampedArray(20 * 16 * 4).fill(255);
    for (let p = 0; p < 20 * 16; p++) rgba.set([75, 140, 21], 4 * p);
    const frame = await look({ width: 20, height: 16, rgba }, true);
    expect(frame.seen.map(({ prediction }) => prediction.attention)).toEqual(seen.map(({ prediction }) => prediction.attention));
    await expect(look({ width: 20, height: 15, rgba }, true)).rejects.toThrow('A picture of 20 x 15 pixels cannot be looked at.');
    await expect(look(10, true)).rejects.toThrow(/bad\.png/);
    await expect(look(99, true)).rejects.toThrow(/not open any more/);
    await tryout.free();
    expect(device.ledger).toEqual({});
  });

  test('weights lie there as training had them, and what is stored otherwise says what it says alone', async () => {
    await tryout.open({ name: 'set', files: pictures, medium: 'pictures' });
    const storedAs = (one: RunSpec, frozen_dtype: FrozenDtype): RunSpec => ({ ...one, train: { ...one.train, frozen_dtype } });
    const [plain, small] = [defined(adapters[0]), storedAs(defined(adapters[1]), 'q8')];
    const alone = await run([small]);
    const asTrained = alone.memory.backbone.frozen!;
    const both = await run([plain, small]);
    // The model that lies there stays, and the other brings its own weights.
    expect(both.memory.backbone.frozen).toBe(asTrained);
    expect(both.memory.adapters.map(({ key, bytes }) => [key, (bytes.frozen ?? 0) > 0])).toEqual([['dora', false], ['lora', true]]);
    expect(both.predictions[1]).toEqual(alone.predictions[0]);
    const other = await run([plain]);
    expect(other.memory.backbone.frozen).toBeGreaterThan(asTrained);
    expect(other.predictions[0]).toEqual(both.predictions[0]);
    // The same adapter in another storage is another one.
    expect((await run([defined(adapters[1])])).predictions[0]).not.toEqual(alone.predictions[0]);
    await tryout.free();
    expect(device.ledger).toEqual({});
  });

  test('a place between the pretrained model and the trained one: at the end it is the adapter, its head stays, and its update is computed once', async () => {
    await tryout.open({ name: 'set', files: pictures, medium: 'pictures' });
    const lora32 = { ...defined(adapters[0]), train: completeTrain({ frozen_dtype: 'f32' }) };
    const between = (at: number): TrySpec => ({ ...lora32, id: 'between', at });
    const from = async (key: string) => files(key === 'between' ? 'lora' : key);
    const logits = async (at: number) => defined((await tryout.run([between(at)], from, () => {})).predictions[0]).rows.slice(0, 10).map(({ probabilities }) => Array.from(probabilities!));
    const end = await logits(1);
    expect(asked).toEqual(['lora']);
    const tuned = defined((await run([lora32])).predictions[0]);
    expect(tuned.labels).toEqual(['class 0', 'class 1', 'class 2']);
    // Merged, the sums have another order.
    expect(maxError(end.flat(), tuned.rows.slice(0, 10).flatMap(({ probabilities }) => Array.from(probabilities!)))).toBeLessThan(1e-5);
    const [middle, start] = [await logits(0.5), await logits(0)];
    expect(asked).toEqual(['lora', 'lora']);
    // Features of the pretrained model under the head that was trained.
    const values = (await openSaved(memoryTree('lora', new Map(Object.entries(lora))), model.net, model.source)).values;
    const head = Object.fromEntries(Object.entries(values).filter(([name]) => name.startsWith('classifier')));
    const bare = saved(Object.fromEntries((await saveAdapter(new Adapted(model.net.with({ labels: [...tuned.labels] }), { method: 'linear_probe' }), head, { base: model })).map(({ path, bytes }) => [path, bytes])));
    const probe = await tryout.run([{ ...lora32, id: 'probe' }], async () => bare, () => {});
    expect(maxError(start.flat(), defined(probe.predictions[0]).rows.slice(0, 10).flatMap(({ probabilities }) => Array.from(probabilities!)))).toBeLessThan(1e-6);
    expect(maxError(middle.flat(), start.flat())).toBeGreaterThan(1e-4);
    expect(maxError(middle.flat(), end.flat())).toBeGreaterThan(1e-4);
    await tryout.free();
    expect(device.ledger).toEqual({});
  });

  test('an ensemble is the mean of probabilities, whatever the order of the classes; what one cannot read it leaves out', async () => {
    await tryout.open({ name: 'set', files: pictures, medium: 'pictures' });
    const second = saved(await adapterFiles(model, { method: 'randlora', r: 2 }, ['class 0', 'class 1', 'class 2'], 5));
    const found = await tryout.run([defined(adapters[0]), spec('second')], async (key) => (key === 'second' ? second : files(key)), () => {});
    const [one, other] = several<Answered, 2>(found.predictions, 2);
    const turned = (rows: Answered['rows']) => rows.map((row) => ({ ...row, ...(row.probabilities && { probabilities: row.probabilities.toReversed() }) }));
    const mean = ensembleOf([one, other], 5);
    expect(ensembleOf([one, { labels: other.labels.toReversed(), rows: turned(other.rows) }], 5)).toEqual(mean);
    expect(mean).toHaveLength(11);
    expect(mean[10]).toMatchObject({ top: [], error: expect.stringContaining('bad.png') as string });
    for (const [i, { name, top }] of mean.slice(0, 10).entries()) {
      expect(name).toBe(defined(one.rows[i]).name);
      expect(top.map(({ probability }) => probability)).toEqual(top.map(({ probability }) => probability).sort((a, b) => b - a));
      for (const { label, probability } of top) {
        const of = (column: Answered) => defined(defined(column.rows[i]).top.find((likely) => likely.label === label)).probability;
        expect(probability).toBeCloseTo((of(one) + of(other)) / 2, 6);
      }
    }
    await tryout.free();
  });

  test('a look that is asked for while pictures are classified comes between two batches, and changes nothing of what they say', async () => {
    await tryout.open({ name: 'set', files: pictures, medium: 'pictures' });
    const alone = await tryout.look(adapters, files, 3, true, () => {});
    await tryout.free();
    const { predictions } = await run();
    await tryout.free();
    let seen: ReturnType<Tryout['look']> | undefined;
    const order: string[] = [];
    const among = await tryout.run(adapters, files, (event) => {
      if (event.stage !== 'images' || event.done > 0) return;
      seen = tryout.look([defined(adapters[1]), defined(adapters[0])], files, 3, true, () => {});
      void seen.then(() => order.push('look'));
    });
    order.push('run');
    expect(order).toEqual(['look', 'run']);
    expect(among.predictions).toEqual(predictions);
    expect((await seen!).seen.map(({ prediction }) => prediction)).toEqual(alone.seen.map(({ prediction }) => prediction).reverse());
    // One that is cancelled with them says so, and the next is as ever.
    const cancelled = tryout.run(adapters, files, (event) => {
      if (event.stage !== 'images' || event.done > 0) return;
      seen = tryout.look(adapters, files, 3, true, () => {});
      seen.catch(() => {});
      tryout.cancel();
    });
    expect((await cancelled).cancelled).toBe(true);
    await expect(seen).rejects.toThrow();
    expect((await tryout.look(adapters, files, 3, true, () => {})).seen).toEqual(alone.seen);
    await tryout.free();
    expect(device.ledger).toEqual({});
  });

  test('a base model without a head says nothing, and still looks somewhere', async () => {
    const whole = model;
    const source = { ...model.source, names: () => whole.source.names().filter((n) => !n.startsWith('classifier')), has: (n: string) => !n.startsWith('classifier') && whole.source.has(n) };
    model = { ...whole, source };
    try {
      await tryout.open({ data: 'tiny', limit: 2 });
      const { seen } = await tryout.look([spec('base tiny')], async () => [], 0, true, () => {});
      expect(defined(seen[0]).prediction.top).toEqual([]);
      expect(defined(seen[0]).prediction.attention!.weights).toHaveLength(4);
    } finally {
      model = whole;
    }
    await tryout.free();
  });

  test('an imported adapter leaves like a run', async () => {
    const out = await exportRun(device, { spec: spec('lora'), files: saved(lora), model, data, how: { format: 'onnx' } });
    expect(out).toMatchObject({ name: 'my lora-lora-onnx.zip', verdict: { ok: true, images: 8, top1: 1 } });
    expect((await exportRun(device, { spec: spec('lora'), files: saved(lora), model, data: null, how: { format: 'peft', transformers: 5 } })).file.size).toBeGreaterThan(1000);
    expect(device.ledger).toEqual({});
  });

  test('after a lost device everything is opened anew; an adapter that fails leaves the others', async () => {
    await tryout.open({ data: 'tiny', limit: 4 });
    const { predictions } = await run();
    await expect(tryout.run([defined(adapters[0]), spec('broken')], async (key) => (key === 'broken' ? saved({ ...lora, 'adapter_config.json': json({}) }) : files(key)), () => {})).rejects.toThrow(/^my broken: .*adapter_config\.json/);
    expect((await run()).predictions).toEqual(predictions);
    const lost = device;
    lost.gpu.destroy();
    await lost.gpu.lost;
    device = await mustOpen(gpu());
    asked = [];
    expect((await run()).predictions).toEqual(predictions);
    expect(asked).toEqual(['lora', 'dora']);
    await tryout.free();
    expect(device.ledger).toEqual({});
  });

  test('a CLIP adapter without a head tells the data\'s classes apart by their texts', async () => {
    model = await tinyClip();
    lora = await adapterFiles(model, { method: 'lora', r: 2, modules_to_save: [] });
    const { info } = await importAdapter(model, 'clip', chosen(lora));
    expect(info).toMatchObject({ labels: [], head_parameters: 0 });
    await tryout.open({ data: 'tiny', limit: 4 });
    const { predictions } = await run([spec('lora', 'tiny')]);
    expect(defined(predictions[0]).rows.every(({ top }) => top.length === 3 && data.classes.includes(defined(top[0]).label))).toBe(true);
    // Another data set, other texts: the adapter that lies on the GPU does not answer with the old ones.
    const { predictions: other } = await run([{ ...spec('lora', 'tiny'), data: 'two' }]);
    expect(defined(other[0]).rows.every(({ top }) => top.length === 2 && ['cat', 'dog'].includes(defined(top[0]).label))).toBe(true);
    // As it is, it tells the data's classes apart as well: zero-shot.
    await tryout.open({ data: 'tiny', limit: 4 });
    const { seen } = await tryout.look([spec('base clip', 'tiny')], async () => [], 1, true, () => {});
    expect(defined(seen[0]).prediction.top.map(({ label }) => label).sort()).toEqual([...data.classes].sort());
    await tryout.free();
  });
});
