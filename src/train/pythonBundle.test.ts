import { unzipSync } from 'fflate';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { preprocess } from '../data/preprocess';
import type { Device } from '../engine/device';
import { readme } from '../export/python/readme';
import { requirements } from '../export/python/requirements';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { parseModel } from '../models';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { readJson } from '../testing/readJson';
import { tinyData, tinyModel } from '../testing/tiny';
import { trainRun } from '../testing/trainRun';
import { completeTrain } from './config';
import { exportRun } from './exportRun';
import { splitBatches } from './feeds';
import type { MethodConfig, RunSpec, TrainConfig } from './protocol';
import { runSplits } from './split';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

interface SplitFile {
  train: { label: number[]; sha256: string[] };
  val: { label: number[] };
  batches: number[][];
}

async function bundle(method: MethodConfig, train: Partial<TrainConfig> = {}, more: { model?: string } = {}) {
  const [model, data] = [await tinyModel(), tinyData()];
  const config = completeTrain({ steps: 3, batch: 4, accumulate: 2, seed: 3, val_fraction: 0.2, ...train });
  const splits = runSplits(data, config);
  const spec: RunSpec = { id: 'r', name: 'calm-owl', model: more.model ?? 'tiny', data: 'tiny', method, train: config };
  const batches = splitBatches(splits.train, model.preprocess, model.net.image_size, config);
  const { files } = await trainRun(device, { spec, model, data });
  const made = await exportRun(device, { spec, files, model, data, how: { format: 'python', facts: { data: 'Tiny', accuracy: 0.5 } } });
  const unzipped = unzipSync(new Uint8Array(await made.file.arrayBuffer()));
  const found = Object.fromEntries(Object.entries(unzipped).map(([path, bytes]) => [path.split('/').slice(1).join('/'), bytes]));
  return { made, found, splits, model, config, batches, json: <T>(path: string) => readJson<T>(defined(found[path])) };
}

const hasPython = (() => {
  try {
    return execFileSync('python3', ['--version']).length > 0;
  } catch {
    return false;
  }
})();

describe('a run for Python', () => {
  test('holds settings, split, order, images, base model and adapter', async () => {
    const { made, found, splits, model, config, batches, json } = await bundle({ method: 'lora', r: 2 });
    expect(made.name).toBe('calm-owl-lora-python.zip');
    expect(Object.keys(found).sort()).toEqual(
      ['README.md', 'adapter/README.md', 'adapter/adapter_config.json', 'adapter/adapter_model.safetensors', 'adapter/check.py', 'adapter/fullrank.json', 'adapter/preprocessor_config.json', 'adapter/probe.safetensors', 'base/config.json', 'base/model.safetensors', 'experiment.json', 'images.safetensors', 'predict.py', 'preprocess/preprocessor_config.json', 'requirements.txt', 'split.json', 'train.py'],
    );
    expect(new TextDecoder().decode(found['README.md'])).toContain('python predict.py PICTURE');
    expect(json('experiment.json')).toMatchObject({ kind: 'adapter', base: { path: 'base' }, train: { ...config }, test_accuracy: 0.5 });
    const split = json<SplitFile>('split.json');
    expect(split.train.label).toEqual([...splits.train.labels]);
    expect(split.val.label).toHaveLength(splits.follow.count);
    expect(split.batches).toHaveLength(6);
    // The images that the browser trained on, in its order: the packed pixels, preprocessed, are what its feed filled in.
    const images = await openSafetensors(bytesAccess(defined(found['images.safetensors'])));
    const pixels = await images.read('train.pixels');
    const sizes = await images.readF32('train.sizes');
    const size = model.net.image_size;
    const at = (i: number) => Array.from({ length: i }, (_, k) => 3 * defined(sizes[2 * k]) * defined(sizes[2 * k + 1])).reduce((a, b) => a + b, 0);
    const filled = new Float32Array(4 * 3 * size * size);
    const labels = new Uint32Array(4);
    await batches.fill(5, { pixel_values: filled, labels });
    defined(split.batches[5]).forEach((i, k) => {
      const data = pixels.subarray(at(i), at(i + 1));
      expect(split.train.sha256[i]).toBe(createHash('sha256').update(data).digest('hex'));
      expect(split.train.label[i]).toBe(labels[k]);
      expect([...preprocess({ height: defined(sizes[2 * i]), width: defined(sizes[2 * i + 1]), data }, model.preprocess)]).toEqual([...filled.subarray(k * 3 * size * size, (k + 1) * 3 * size * size)]);
    });
  });

  test('carries weights of the classes as numbers, and early stopping with what it looks at', async () => {
    const { json, splits, found } = await bundle({ method: 'lora', r: 2 }, { steps: 40, class_weights: 'balanced', early_stopping_patience: 1, early_stopping_threshold: 9, val_fraction: 0 });
    expect(json('experiment.json')).toMatchObject({ eval_every: 2, class_weights: [1, 1, 1], train: { early_stopping_patience: 1, early_stopping_threshold: 9 } });
    expect(json<SplitFile>('split.json').val.label).toEqual([...splits.follow.labels]);
    expect(new TextDecoder().decode(found['README.md'])).toMatch(/stops early as the run would have/);
  });

  test('full fine-tuning goes on as a model, NoLA as the LoRA that it is, a hub\'s model by its name', async () => {
    const full = await bundle({ method: 'full' });
    expect(Object.keys(full.found)).toEqual(expect.arrayContaining(['model/model.safetensors', 'model/config.json']));
    expect(full.json('experiment.json')).toMatchObject({ kind: 'weights', architecture: 'ViTForImageClassification', head: 'classifier', image_size: 16 });
    // What train.py saves gets its classes' names from here.
    expect(full.json('model/fullrank.json')).toMatchObject({ method: 'full', labels: ['class 0', 'class 1', 'class 2'] });
    const nola = await bundle({ method: 'nola', r: 1, nola_num_bases: 4 }, {}, { model: 'owner/name' });
    expect(JSON.parse(new TextDecoder().decode(nola.found['adapter/adapter_config.json']))).toMatchObject({ peft_type: 'LORA' });
    expect(nola.json<{ base: unknown }>('experiment.json').base).toEqual({ id: 'owner/name', revision: 'main' });
    expect(Object.keys(nola.found).some((path) => path.startsWith('base/'))).toBe(false);
  });

  test('what PEFT cannot compute is refused, and what it would train otherwise; a newer PEFT is asked for where a method needs it', async () => {
    await expect(bundle({ method: 'c3a', block_size: 8 })).rejects.toThrow('In Python C3A would make other steps than here; export it as a PEFT adapter, or merged.');
    await expect(bundle({ method: 'randlora', r: 4, pairing: 'paper' })).rejects.toThrow(/PEFT does not have RandLoRA as it is set here/);
    const asked = async (method: MethodConfig) => /^peft>=(\S+),/m.exec(new TextDecoder().decode((await bundle(method)).found['requirements.txt']))?.[1];
    expect([await asked({ method: 'lora', r: 2 }), await asked({ method: 'gralora', r: 4, gralora_k: 2 }), await asked({ method: 'full' })]).toEqual(['0.18', '0.19', '0.18']);
  });

  test.skipIf(!hasPython).each(['train', 'predict'] as const)('%s.py compiles', async (name) => {
    const { default: script } = name === 'train' ? await import('../export/python/train.py?raw') : await import('../export/python/predict.py?raw');
    const dir = mkdtempSync(join(tmpdir(), 'fullrank-python-'));
    try {
      writeFileSync(join(dir, `${name}.py`), script);
      execFileSync('python3', ['-m', 'py_compile', join(dir, `${name}.py`)]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test('every requirement is a range that holds what it was run with', () => {
    const lines = requirements(parseModel({ model_type: 'vit' })).trim().split('\n').filter((line) => !line.startsWith('#'));
    expect(lines.map((line) => line.split('>=')[0])).toEqual(['torch', 'torchvision', 'transformers', 'peft', 'accelerate', 'numpy', 'pillow']);
    const number = (version: string) => version.split('.').slice(0, 2).reduce((n, part) => 1000 * n + Number(part), 0);
    for (const line of lines) {
      const [, from, to, ran] = /^[a-z]+>=(\d+\.\d+),<(\d+(?:\.\d+)?) +# (.*)$/.exec(line)!;
      const versions = [...ran!.matchAll(/(?<!Python )\b(\d+\.\d+)\.\d+\b/g)].map(([, version]) => number(version!));
      expect(versions.length, line).toBeGreaterThan(0);
      expect(ran).toMatch(/\(Python 3\.\d+\)$/);
      for (const version of versions) expect(version >= number(from!) && version < number(to!.includes('.') ? to! : `${to!}.0`), line).toBe(true);
    }
    // The class came later than the others'.
    expect(requirements(parseModel({ model_type: 'dinov2_with_registers' }))).toContain('transformers>=4.48,');
  });

  test('the card says what becomes of the weights, and names stand in no command', () => {
    const hostile = '`"; rm -rf ~; $(id)` | <script>\n```sh\nrm';
    const facts = { name: hostile, data: hostile, base: hostile, packed: false, trains: 'adapter' as const, goesOn: { from: 'NoLA', as: 'LoRA' }, augmented: true, without: [], held: false, text: true };
    const text = readme(facts);
    expect(text).not.toMatch(/<script|\$\(id\)|\nrm/);
    expect(text.match(/```/g)).toHaveLength(6);
    expect(text).toContain('accelerate launch --num_processes 2 --mixed_precision bf16 train.py --data FOLDER');
    expect(text).toMatch(/held no validation images back.*the last ones are saved/);
    expect(readme({ ...facts, held: true })).toMatch(/did best on them are what is saved/);
    expect(text).not.toContain('goes on without');
    expect(readme({ ...facts, without: ['mixup_alpha', 'ema_decay'] })).toContain('goes on without what the run also used: `mixup_alpha`, `ema_decay`');
  });
});
