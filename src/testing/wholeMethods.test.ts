import { beforeAll, describe, expect, test } from 'vitest';
import { methods } from '../adapters';
import { Adapted } from '../adapters/adapted';
import { loadAdapter, type SavedFile } from '../adapters/files';
import { mergedWeights } from '../adapters/merge';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { defined } from '../numbers/defined';
import { completeTrain } from '../train/config';
import { logitsOf } from '../train/logits';
import { openTrained } from '../train/openTrained';
import type { RunSpec } from '../train/protocol';
import { maxError, mustOpen, randomNormal } from './checkOp';
import { gpu } from './device';
import { tinyData, tinyModel } from './tiny';
import { tinyClip } from './tinyClip';
import { trainRun } from './trainRun';

const treeOf = (files: SavedFile[]) => memoryTree('saved', Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])));

/** Settings that fit a model of 32 channels, where a method's own do not. */
const small: Record<string, object> = { vpt: { n_ctx: 3 }, coop: { n_ctx: 4 }, maple: { n_ctx: 2 }, dept_coop: { n_ctx: 4 }, coop_lora: { r: 4 }, pissa: { r: 4 }, lora_xs: { r: 8 }, psoft: { r: 8 }, hira: { r: 8 }, adalora: { init_r: 6, tfinal: 3 }, pranc: { num_alpha: 20 } };

/** Settings under which a method trains and stores something else than usual. */
const others: Record<string, object[]> = { psoft: [{ r: 8, save_vectors: false }, { r: 8, psoft_orth: false }], svft: [{ off_diag: 0, pattern: 'plain' }, { off_diag: 1, pattern: 'random' }, { off_diag: 1, pattern: 'topk' }] };

/** For texts of a model that was never trained, whose loss falls by little: all pictures at once, and the latest weights. */
const whole = { batch: 24, lr: 0.05, val_fraction: 0 };

describe('every method of the register', () => {
  let device: Device;
  beforeAll(async () => {
    device = await mustOpen(gpu());
  });

  const each = Object.keys(methods).flatMap((name): [string, object][] => [[name, small[name] ?? {}], ...(others[name] ?? []).map((more): [string, object] => [name, more])]);
  test.each(each)('%s %j learns, is planned to the byte, saved and opened again, and merged where it can be', async (name, settings) => {
    const byTexts = defined(methods[name]).prompts?.texts !== undefined;
    const [model, data] = [byTexts ? await tinyClip() : await tinyModel(), tinyData()];
    const train = completeTrain({ steps: 12, batch: 6, train_limit: 0, val_fraction: 0.25, eval_every: 6, head_lr: 0.03, checkpoint_every: 0, ...(byTexts && whole) });
    const spec: RunSpec = { id: name, name, model: 'tiny', data: 'tiny', method: { method: name, ...settings }, train };
    const { files, losses, summary } = await trainRun(device, { spec, model, data });
    expect(Math.min(...losses.slice(-3))).toBeLessThan(defined(losses[0]));
    expect(summary.allocated).toEqual(summary.plan.bytes);

    const { adapted, values } = byTexts ? await openTrained(device, { spec, files, model, data }) : await loadAdapter(treeOf(files), model.net, model.source);
    expect(adapted.config).toMatchObject(spec.method);
    const { adapter_parameters, head_parameters } = adapted.counts();
    expect(head_parameters).toBe(summary.plan.head_parameters);
    // A method may take some of them away on the way.
    if (adapted.method.finished) expect(adapter_parameters).toBeLessThanOrEqual(summary.plan.adapter_parameters);
    else expect(adapter_parameters).toBe(summary.plan.adapter_parameters);
    const random = randomNormal(3);
    const pixels = Float32Array.from({ length: 4 * 3 * 16 * 16 }, random);
    const logits = await logitsOf(device, { adapted, source: model.source, values, pixels });
    const head = Object.fromEntries([...adapted.trainedHead].map((key) => [key, defined(values[key])]));
    if (byTexts) {
      const start = new Adapted(adapted.model, adapted.config);
      return expect(maxError(logits, await logitsOf(device, { adapted: start, source: model.source, values: await start.initialise(train.seed, (key) => model.source.readF32Checked(key)), pixels }))).toBeGreaterThan(1e-4);
    }
    const plain = new Adapted(adapted.model, { method: 'linear_probe' });
    if (adapted.method.trains !== 'head') expect(maxError(logits, await logitsOf(device, { adapted: plain, source: model.source, values: head, pixels }))).toBeGreaterThan(1e-4);
    if (!adapted.method.merged) return;
    const merged = await mergedWeights(device, model.source, { adapted, values });
    expect(maxError(await logitsOf(device, { adapted: plain, source: model.source, values: Object.fromEntries(merged), pixels }), logits)).toBeLessThan(2e-5);
  });

  test.each(Object.keys(methods).filter((name) => defined(methods[name]).trains === 'adapter' && !defined(methods[name]).prompts))('%s starts as the model is', async (name) => {
    const model = await tinyModel();
    const adapted = new Adapted(model.net, { method: name, ...small[name], modules_to_save: [] });
    const values = await adapted.initialise(1, (key) => model.source.readF32Checked(key));
    const pixels = Float32Array.from({ length: 4 * 3 * 16 * 16 }, randomNormal(5));
    const base = await logitsOf(device, { adapted: new Adapted(model.net, { method: 'linear_probe', modules_to_save: [] }), source: model.source, values: {}, pixels });
    // NoLA starts at a small random update, as its authors have it, and LoRA-XS at one of 1e-5.
    expect(maxError(await logitsOf(device, { adapted, source: model.source, values, pixels }), base)).toBeLessThan(name === 'nola' || defined(methods[name]).fields.moved ? 1 : 1e-3);
  });
});
