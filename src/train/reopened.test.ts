import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import { methodFields } from '../adapters/fields';
import { methods } from '../adapters/index';
import type { Arrays } from '../adapters/method';
import { preprocess, withSize } from '../data/preprocess';
import type { Dataset } from '../data/source';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { TEXT_HEAD, withTextHead } from '../models/byText';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { familyNames, openFamily } from '../testing/tinyFamilies';
import { tinyData } from '../testing/tiny';
import { trainRun } from '../testing/trainRun';
import { completeTrain } from './config';
import { exportRun } from './exportRun';
import { logitsOf } from './logits';
import { openModel, type LoadedModel } from './openModel';
import { openSaved, openTrained } from './openTrained';
import type { ExportSpec, MethodConfig, RunSpec } from './protocol';
import { Tryout } from './tryout';

/** A run that was just trained, opened in every way that there is. */
describe.each(familyNames)('%s', (family) => {
  let device: Device;
  let model: LoadedModel;
  beforeAll(async () => {
    device = await mustOpen(gpu());
    model = await openFamily(family);
  });

  // Labels that are told apart by their texts are never a model's own.
  const labels = ['new labels', family === 'CLIP, by text' ? 'another size' : 'own labels at another size'];
  const misfits = family === 'CLIP, by text' ? [] : Object.keys(methods).filter((method) => defined(methods[method]).prompts?.texts);
  const cases = Object.keys(methods).filter((method) => !misfits.includes(method)).flatMap((method) => labels.map((what) => ({ method, what })));
  test.each(cases)('$method, $what: opens, evaluates and merges, where it can be; with new labels it leaves for PEFT and is tried, too', async ({ method, what }) => {
    const data: Dataset = { ...tinyData(12, 6), classes: what.startsWith('own labels') ? model.net.labels : ['cat', 'dog', 'owl'] };
    const image_size = what === 'new labels' ? 16 : 24;
    const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: small(method), train: completeTrain({ steps: 1, batch: 4, image_size: what === 'new labels' ? 0 : 24, seed: 3, lr: 0.05 }) };
    const { files, summary } = await trainRun(device, { spec, model, data });

    const loaded = await openTrained(device, { spec, files, model, data });
    expect(loaded.adapted.model).toMatchObject({ labels: data.classes, image_size });
    expect([loaded.foreign, loaded.warnings]).toEqual([[], []]);
    const pixels = await testPixels(model, data, image_size);
    const logits = await logitsOf(device, { ...loaded, source: model.source, pixels });
    const predicted = classesOf(logits, 3);
    expect(predicted.filter((c, i) => c === data.test.labels[i]).length / 6).toBe(summary.final!.accuracy);

    const exported = async (how: ExportSpec) => memoryTree('out', await unzipped((await exportRun(device, { spec, files, model, data, how })).file));
    if (what === 'new labels' && loaded.adapted.method.trains === 'adapter') {
      // What reads texts is told its classes by them.
      const reading = loaded.adapted.model.textRows ? loaded.adapted.model : model.tokenizer && !loaded.hasHead ? withTextHead(model.net, data.classes) : model.net;
      const again = await openSaved(await exported({ format: method === 'nola' ? 'equivalent' : 'peft' }), reading, model.source);
      expect(again.warnings).toEqual([]);
      expect(maxError(await logitsOf(device, { ...again, values: { ...again.values, ...textHead(loaded.values) }, source: model.source, pixels }), logits)).toBeLessThan(5e-6);
    }
    if (loaded.adapted.method.merged) {
      const merged = await openModel(await exported({ format: 'folder' }));
      const net: Model = loaded.values[TEXT_HEAD] ? withTextHead(merged.net, data.classes) : merged.net;
      expect(net).toMatchObject({ labels: data.classes, image_size });
      expect(maxError(await logitsOf(device, { adapted: new Adapted(net, FROZEN), values: textHead(loaded.values), source: merged.source, pixels }), logits)).toBeLessThan(1e-5);
    } else for (const format of ['folder', 'onnx'] as const) await expect(exported({ format })).rejects.toThrow(/has no update that could be added to a weight: .*\./);

    if (what !== 'new labels') return;
    const tryout = new Tryout({ device: async () => device, data: async () => data, reading: async () => ({ model, data }), tried: async () => ({ model, data }) });
    await tryout.open({ data: 'tiny', limit: 0 });
    const { predictions } = await tryout.run([spec], async () => files, () => {});
    expect(defined(predictions[0]).rows.map(({ top }) => defined(top[0]).label)).toEqual(predicted.map((c) => data.classes[c]));
    await tryout.free();
    expect(device.ledger).toEqual({});
  });

  test.runIf(misfits.length)('methods that it has no place for are refused', async () => {
    const data = tinyData(12, 6);
    for (const method of misfits) {
      const spec: RunSpec = { id: 'r', name: 'r', model: 'tiny', data: 'tiny', method: small(method), train: completeTrain({ steps: 1, batch: 4 }) };
      await expect(trainRun(device, { spec, model, data })).rejects.toThrow(model.net.text ? /has no tokenizer, by which .* reads the names of classes/ : /for which a model needs a text tower, as CLIP has/);
    }
  });
});

/** A config of a few parameters. */
const small = (method: string): MethodConfig => ({ method, ...({ nola: { r: 2, nola_num_bases: 4 }, vera: { r: 8 }, full: {}, linear_probe: {}, kradapter: {}, svft: { off_diag: 1 }, adalora: { init_r: 2 }, pranc: { num_alpha: 5 }, vpt: { n_ctx: 2 }, coop: { n_ctx: 3 }, cocoop: { n_ctx: 2 }, maple: { n_ctx: 1, prompt_depth: 2 }, promptsrc: { n_ctx_text: 2, n_ctx_vision: 1 }, dept_coop: { n_ctx: 3 }, coop_lora: { n_ctx: 3, r: 2 }, dept_maple: { n_ctx: 1 }, fourierft: { n_frequency: 20 }, waveft: { n_frequency: 20 }, vblora: { num_vectors: 8, r: 2 }, unilora: { theta_d_length: 40, r: 2 }, tinylora: { u: 5 } }[method] ?? (defined(methodFields[method]).budget === 'r' ? { r: 2 } : {})) });

const textHead = (values: Arrays): Arrays => (values[TEXT_HEAD] ? { [TEXT_HEAD]: values[TEXT_HEAD] } : {});

async function testPixels({ preprocess: config, net }: LoadedModel, { test: split }: Dataset, size: number): Promise<Float32Array> {
  const own = size === net.image_size ? config : withSize(config, size);
  const images: Float32Array[] = [];
  for (let i = 0; i < split.count; i++) images.push(preprocess(await split.image(i), own));
  const all = new Float32Array(images.length * defined(images[0]).length);
  images.forEach((one, i) => all.set(one, i * one.length));
  return all;
}

const classesOf = (logits: Float32Array, classes: number): number[] =>
  Array.from({ length: logits.length / classes }, (_, i) => logits.subarray(i * classes, (i + 1) * classes).reduce((best, v, k, row) => (v > defined(row[best]) ? k : best), 0));

async function unzipped(zip: Blob): Promise<Record<string, Uint8Array>> {
  return Object.fromEntries(Object.entries(unzipSync(new Uint8Array(await zip.arrayBuffer()))).map(([path, bytes]) => [path.slice(path.indexOf('/') + 1), bytes]));
}
