import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync, cpSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorData, type TensorSource } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { maxError } from '../testing/checkOp';
import { describeGolden, golden, goldenNames, goldenPath } from '../testing/golden';
import { inStepForms } from '../testing/stepForms';
import { main } from './main';

const root = resolve(import.meta.dirname, '../..');
const dir = mkdtempSync(join(tmpdir(), 'fullrank-cli-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const at = (name: string) => join(dir, name);
process.env.FULLRANK_CACHE = at('cache');
const VIT = goldenPath('models/vit_small_dev')!;
const BATCH = goldenPath('models/vit_small_dev/io.safetensors')!;

const out: string[] = [];
const err: string[] = [];
beforeEach(() => {
  out.length = err.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  return () => vi.restoreAllMocks();
});

/** Runs a command that must succeed; its JSON. */
async function ok<T>(...argv: string[]): Promise<T> {
  const code = await main([...argv, '--json', '-']);
  expect(err).toEqual([]);
  expect(code).toBe(0);
  expect(out.length, 'with --json - nothing else is printed').toBe(1);
  return JSON.parse(out.pop()!) as T;
}

/** Runs a command that must fail; its one line. */
async function fails(...argv: string[]): Promise<string> {
  expect(await main(argv)).toBeGreaterThan(0);
  expect(err.length).toBe(1);
  const [line] = err.splice(0) as [string];
  expect(line).toMatch(/^fullrank: [^\n]+$/);
  return line;
}

const open = (path: string): Promise<TensorSource> => openSafetensors(bytesAccess(new Uint8Array(readFileSync(path))));
const write = (name: string, tensors: Parameters<typeof writeSafetensors>[0]) => {
  writeFileSync(at(name), writeSafetensors(tensors));
  return at(name);
};

/** Compares a written step with the golden one: the same tensors, shapes and numbers. */
async function compare(path: string, want: TensorSource, name = (n: string) => n): Promise<void> {
  const got = await open(path);
  const names = want.names().filter((n) => n === 'loss' || n === 'logits' || name(n).startsWith('grad.'));
  expect(got.names().sort()).toEqual(names.map(name).sort());
  for (const n of names) {
    expect(got.info(name(n)), n).toMatchObject({ dtype: 'F32', shape: want.info(n).shape });
    const [a, b] = [await got.readF32(name(n)), await want.readF32(n)];
    // The gradient of the keys' biases is zero but for rounding.
    if (/k(ey|_proj)\.bias$/.test(n)) expect(Math.max(...a.map(Math.abs), ...b.map(Math.abs))).toBeLessThan(1e-6);
    else expect(maxError(a, b), n).toBeLessThan(n.startsWith('grad.') || name(n).startsWith('grad.') ? 2e-5 : 3e-6);
  }
}

describe('step', () => {
  test.each(inStepForms(goldenNames('adapters/vit_small_dev')))('adapter $name, $how', async ({ name, flags }) => {
    const folder = `adapters/vit_small_dev/${name}`;
    await ok('step', '--model', VIT, '--adapter', goldenPath(folder)!, '--batch', BATCH, '--out', at(`${name}.safetensors`), ...flags);
    await compare(at(`${name}.safetensors`), await golden(`${folder}/step.safetensors`));
  });

  test.each(['hydralora_r3_n3', 'randlora_svd_r5', 'lora_r2_randlora_r5'].filter((name) => goldenPath(`methods/adapters/vit_small_dev/${name}`)))('adapter %s, which PEFT does not have', async (name) => {
    const folder = `methods/adapters/vit_small_dev/${name}`;
    await ok('step', '--model', VIT, '--adapter', goldenPath(folder)!, '--batch', BATCH, '--out', at(`${name}.safetensors`));
    await compare(at(`${name}.safetensors`), await golden(`${folder}/step.safetensors`));
  });

  test('f16 weights, checkpointing and each form stay near', async () => {
    const folder = 'adapters/vit_small_dev/dora_r4';
    const want = await (await golden(`${folder}/step.safetensors`)).readF32('logits');
    for (const [flags, error] of [[['--form', 'merged', '--checkpoint-activations'], 3e-6], [['--frozen-dtype', 'f16'], 5e-3]] as const) {
      await ok('step', '--model', VIT, '--adapter', goldenPath(folder)!, '--batch', BATCH, '--out', at('near.safetensors'), ...flags);
      expect(maxError(await (await open(at('near.safetensors'))).readF32('logits'), want)).toBeLessThan(error);
    }
  });

  test('a fresh method starts at the base model', async () => {
    for (const [method, ...flags] of [['lora', '--r', '3'], ['dora', '--r', '2'], ['vera', '--r', '8'], ['randlora', '--r', '5', '--bases', 'binary'], ['linear_probe']]) {
      await ok('step', '--model', VIT, '--method', method!, ...flags, '--batch', BATCH, '--out', at('fresh.safetensors'));
      const [got, want] = [await open(at('fresh.safetensors')), await golden('models/vit_small_dev/io.safetensors')];
      expect(maxError(await got.readF32('logits'), await want.readF32('logits')), method).toBeLessThan(3e-6);
      const names = got.names().filter((n) => n.includes('classifier'));
      expect(names.sort()).toEqual(method === 'linear_probe' ? ['grad.classifier.bias', 'grad.classifier.weight'] : ['grad.base_model.model.classifier.bias', 'grad.base_model.model.classifier.weight']);
    }
  });

  test('refusals write nothing', async () => {
    const step = (...more: string[]) => fails('step', '--model', VIT, '--out', at('no.safetensors'), ...more);
    expect(await step('--batch', BATCH, '--method', 'full', '--loss', 'contrastive')).toMatch(/needs pixel_values .* and input_ids|needs a CLIP model with both towers/);
    expect(await step('--batch', BATCH)).toMatch(/--method is missing/);
    expect(await step('--method', 'full')).toMatch(/--batch is missing/);
    expect(await step('--batch', at('nowhere'), '--method', 'full')).toMatch(/no file or folder/);
    const pixels = { dtype: 'F32' as const, shape: [1, 3, 24, 24], data: new Float32Array(3 * 24 * 24) };
    const labels = (value: number) => ({ dtype: 'I32' as const, shape: [1], data: Int32Array.of(value) });
    expect(await step('--method', 'full', '--batch', write('b1', { pixel_values: pixels }))).toMatch(/needs pixel_values .* and labels/);
    expect(await step('--method', 'full', '--batch', write('b2', { pixel_values: pixels, labels: labels(7) }))).toMatch(/label 7; the model has classes 0 to 6/);
    expect(await step('--method', 'full', '--batch', write('b3', { pixel_values: { ...pixels, data: pixels.data.map(() => NaN) }, labels: labels(0) }))).toMatch(/1728 NaN/);
    expect(await step('--method', 'full', '--batch', write('b4', { pixel_values: { ...pixels, shape: [1, 3, 16, 36] }, labels: labels(0) }))).toMatch(/only square/);
    expect(await step('--method', 'lora', '--nola-num-bases', '4', '--batch', BATCH)).toMatch(/lora has no setting nola_num_bases/);
    expect(await step('--method', 'lora', '--adapter', 'x', '--batch', BATCH)).toMatch(/exclude each other/);
    expect(await step('--method', 'lora', '--r', '0', '--batch', BATCH)).toMatch(/r is 0; it must be between 1 and 4096|r is "0"; it must be between/);
    expect(existsSync(at('no.safetensors'))).toBe(false);
    expect(readdirSync(dir).filter((f) => f.endsWith('.tmp'))).toEqual([]);
  });
});

describeGolden('step, whole models', 'models/vit_small_dev/grads.safetensors', () => {
  const graded = (n: string) => (n === 'loss' || n === 'logits' ? n : `grad.${n}`);
  test.each([[], ['--checkpoint-activations']])('full on the ViT %j', async (...flags) => {
    await ok('step', '--model', VIT, '--method', 'full', '--batch', BATCH, '--out', at('full.safetensors'), ...flags);
    await compare(at('full.safetensors'), await golden('models/vit_small_dev/grads.safetensors').then(withResults('models/vit_small_dev', 'logits', 'loss')), graded);
  });

  test('full on DINOv2, and a plan of it from its folder', async () => {
    const folder = goldenPath('models/dinov2_small_dev')!;
    await ok('step', '--model', folder, '--method', 'full', '--batch', join(folder, 'io.safetensors'), '--out', at('dinov2.safetensors'));
    await compare(at('dinov2.safetensors'), await golden('models/dinov2_small_dev/grads.safetensors').then(withResults('models/dinov2_small_dev', 'logits', 'loss')), graded);
    // Two blocks: query, key, value (48 to 48) and fc1, fc2 (48 to 144 and back), rank 4.
    expect(await ok('plan', '--model', folder, '--method', 'lora', '--r', '4')).toMatchObject({ adapter_parameters: 2 * 4 * (3 * 96 + 2 * 192), head_parameters: 7 * 96 + 7 });
  });

  test('full on CLIP under its frozen text head', async () => {
    const folder = goldenPath('models/clip_small_dev')!;
    await ok('step', '--model', folder, '--method', 'full', '--batch', join(folder, 'io.safetensors'), '--out', at('clip.safetensors'));
    await compare(at('clip.safetensors'), await golden('models/clip_small_dev/grads_frozen_text_head.safetensors').then(withResults('models/clip_small_dev', 'head_logits', 'head_loss')), graded);
    // The head from a file of its own; a CLIP without any says what it needs.
    const io = await open(join(folder, 'io.safetensors'));
    const tensor = async (n: string) => ({ ...io.info(n), data: await io.read(n) });
    const bare = write('bare', { pixel_values: await tensor('pixel_values'), labels: await tensor('labels') });
    const head = write('head', { head_weight: await tensor('head_weight') });
    await ok('step', '--model', folder, '--method', 'full', '--batch', bare, '--head', head, '--out', at('clip2.safetensors'));
    expect(readFileSync(at('clip2.safetensors'))).toEqual(readFileSync(at('clip.safetensors')));
    expect(await fails('step', '--model', folder, '--method', 'full', '--batch', bare, '--out', at('no'))).toMatch(/head_weight \(K, projection_dim\)/);
  });
});

describeGolden('step --loss contrastive', 'models/clip_small_dev/io.safetensors', () => {
  const folder = goldenPath('models/clip_small_dev') ?? '';
  const batch = join(folder, 'io.safetensors');
  test('full on both towers', async () => {
    await ok('step', '--model', folder, '--method', 'full', '--loss', 'contrastive', '--batch', batch, '--out', at('both.safetensors'));
    const grads = await golden('models/clip_small_dev/grads_contrastive.safetensors');
    await compare(at('both.safetensors'), await withResults('models/clip_small_dev', 'logits_per_image', 'contrastive_loss')(grads), (n) => (n === 'loss' || n === 'logits' ? n : `grad.${n}`));
  });

  test.each(inStepForms(goldenNames('adapters/clip_small_dev')))('adapter $name on both towers, $how', async ({ name, flags }) => {
    const adapter = goldenPath(`adapters/clip_small_dev/${name}`)!;
    await ok('step', '--model', folder, '--adapter', adapter, '--loss', 'contrastive', '--batch', batch, '--out', at(`${name}.safetensors`), ...flags);
    await compare(at(`${name}.safetensors`), await golden(`adapters/clip_small_dev/${name}/step.safetensors`));
  });

  test('train --batches on both towers: starts at the loss of the reference and learns', async () => {
    const io = await open(batch);
    const twice = async (name: string): Promise<TensorData> => {
      const one = await io.readF32(name);
      return { dtype: 'F32', shape: [2, ...io.info(name).shape], data: Float32Array.from([...one, ...one]) };
    };
    const [pixel_values, input_ids] = [await twice('pixel_values'), await twice('input_ids')];
    const train = (tensors: Record<string, TensorData>) => ['train', '--model', folder, '--method', 'lora', '--r', '4', '--lr', '0.01', '--warmup-steps', '0', '--loss', 'contrastive', '--no-save', '--batches', write('pairs', tensors)];
    const { curve, evaluations } = await ok<{ curve: { loss: number }[]; evaluations: unknown[] }>(...train({ pixel_values, input_ids }));
    const [loss] = await io.readF32('contrastive_loss');
    expect(Math.abs(defined(curve[0]).loss - loss!)).toBeLessThan(3e-6 * Math.max(1, loss!));
    expect(defined(curve[1]).loss).toBeLessThan(loss!);
    expect([curve.length, evaluations.length]).toEqual([2, 0]);
    expect(await fails(...train({ pixel_values }))).toMatch(/--batches has no input_ids; it holds pixel_values/);
    expect(await fails(...train({ pixel_values, input_ids: { ...input_ids, shape: [1, 2 * defined(input_ids.shape[1]), defined(input_ids.shape[2])] } }))).toMatch(/input_ids of --batches must be \(2, 5, T\)/);
    expect(await fails(...train({ pixel_values, input_ids: { ...input_ids, data: new Float32Array(input_ids.shape.reduce((a, b) => a * b)).fill(300) } }))).toMatch(/a token 300; the model knows tokens 0 to 299/);
  });

  test('batches that cannot be used', async () => {
    const io = await open(batch);
    const pixel_values = { ...io.info('pixel_values'), data: await io.read('pixel_values') };
    const ids = (shape: number[], value = 1) => ({ dtype: 'I32' as const, shape, data: new Int32Array(shape.reduce((a, b) => a * b, 1)).fill(value) });
    const step = (input_ids: TensorData, ...more: string[]) => fails('step', '--model', folder, '--method', 'full', '--loss', 'contrastive', '--batch', write('texts', { pixel_values, input_ids }), '--out', at('no'), ...more);
    expect(await step(ids([5, 17]))).toMatch(/at most 16 tokens, it is \[5, 17\]/);
    expect(await step(ids([4, 16]))).toMatch(/input_ids must be \(5,T\)/);
    expect(await step(ids([5, 16], 300))).toMatch(/token 300; the model knows tokens 0 to 299/);
    expect(await step(ids([5, 16]), '--head', batch)).toMatch(/--head is for the cross entropy/);
  });
});

/** A source with the logits and the loss of a model's io file added. */
const withResults = (folder: string, logits: string, loss: string) => async (grads: TensorSource): Promise<TensorSource> => {
  const io = await golden(`${folder}/io.safetensors`);
  const of = (n: string): [TensorSource, string] => (n === 'logits' ? [io, logits] : n === 'loss' ? [io, loss] : [grads, n]);
  return { ...grads, names: () => [...grads.names(), 'logits', 'loss'], info: (n) => of(n)[0].info(of(n)[1]), readF32: (n) => of(n)[0].readF32(of(n)[1]) };
};

describe('plan', () => {
  interface Planned { adapter_parameters: number; head_parameters: number; bytes: Record<string, number>; total_bytes: number; dispatches: number; programs?: string[] }
  test('from config.json alone', async () => {
    mkdirSync(at('config-only'));
    writeFileSync(join(at('config-only'), 'config.json'), JSON.stringify({ model_type: 'vit' }));
    for (const model of [at('config-only'), join(at('config-only'), 'config.json')]) {
      const p = await ok<Planned>('plan', '--model', model, '--method', 'randlora', '--r', '6', '--labels', '100', '--batch', '2');
      expect(p).toMatchObject({ adapter_parameters: 5_944_320, head_parameters: 76_900 });
      expect(Object.values(p.bytes).reduce((a, b) => a + b, 0)).toBe(p.total_bytes);
    }
  });

  test('flags change it as they should', async () => {
    const plan = (...more: string[]) => ok<Planned>('plan', '--model', 'vit-nano', '--method', 'lora', '--batch', '4', ...more);
    const base = await plan();
    expect((await plan('--target-modules', 'query,value')).adapter_parameters).toBe(4 * 2 * 8 * 256);
    expect((await plan('--target-modules', '.*(query|value)')).adapter_parameters).toBe(4 * 2 * 8 * 256);
    expect((await plan('--layers-to-transform', '0,1', '--target-modules', 'query')).adapter_parameters).toBe(2 * 8 * 256);
    expect((await plan('--frozen-dtype', 'f16')).bytes.frozen).toBeLessThan(0.6 * base.bytes.frozen!);
    expect((await plan('--checkpoint-activations')).bytes.temp).toBeLessThan(base.bytes.temp!);
    expect((await plan('--image-size', '64')).bytes.temp).toBeGreaterThan(2 * base.bytes.temp!);
    const plan1 = (...more: string[]) => ok<Planned & { batch: number }>('plan', '--model', 'vit-nano', '--method', 'lora', ...more);
    const fitted = await plan1('--fit', '64');
    expect(fitted.total_bytes).toBeLessThanOrEqual(64 * 2 ** 20);
    expect((await plan1('--batch', String(fitted.batch + 1))).total_bytes).toBeGreaterThan(64 * 2 ** 20);
    expect((await plan1('--fit', '64', '--checkpoint-activations')).batch).toBeGreaterThan(2 * fitted.batch);
    expect(await fails('plan', '--model', 'vit-nano', '--method', 'lora', '--fit', '1')).toMatch(/not even a batch of 1 fits into 1 MiB: it takes \d+ MiB/);
    expect(await fails('plan', '--model', 'vit-nano', '--method', 'lora', '--fit', '64', '--batch', '2')).toMatch(/either --batch or --fit/);
    const printed = (await plan('--print')).programs!;
    expect(printed.map((p) => p.split(':')[0])).toEqual(['program train', 'program update', 'program evaluate']);
    expect(printed[0]).toContain('vit.encoder.layer.0.attention.attention.query + key + value.x A');
  });

  test('a budget', async () => {
    const rows = await ok<{ method: string; parameters: number; reason: string }[]>('plan', '--model', 'vit-nano', '--budget', '50000');
    expect(rows.find((r) => r.method === 'nola')).toMatchObject({ parameters: 50_000, reason: '' });
    expect(await ok('plan', '--model', 'vit-nano', '--budget', '50000', '--method', 'lora')).toMatchObject({ adapter_parameters: 49_152, config: { r: 6 } });
  });

  test('refusals', async () => {
    expect(await fails('plan', '--model', 'google/vit-base-patch16-224', '--method', 'lora', '--offline')).toMatch(/neither built in nor a folder here, and as a hub id: google\/vit-base-patch16-224 \(main\) is not in the cache/);
    expect(await fails('plan', '--model', 'nothing', '--method', 'lora')).toMatch(/no model "nothing": neither built in \(deit-tiny-patch16-224, vit-nano, clip-nano, bert-nano, llama-nano\) nor a folder/);
    expect(await fails('plan', '--model', dir, '--method', 'lora')).toMatch(/no config.json/);
    expect(await fails('plan', '--model', 'vit-nano', '--method', 'magic')).toMatch(/there is no method "magic"/);
    expect(await fails('plan', '--model', 'vit-nano', '--method', 'lora', '--image-size', '33')).toMatch(/not a multiple of the patch size/);
    expect(await fails('plan', '--model', 'vit-nano', '--method', 'lora', '--target-modules', 'nothing')).toMatch(/matches no layer/);
    expect(await fails('plan', '--model', 'vit-nano', '--method', 'lora', '--batch', '0')).toMatch(/batch is "0"|batch is 0/);
    expect(await fails('plan', '--model', 'vit-nano', '--method', 'lora', '--colour', 'red')).toMatch(/unknown option '--colour' \(fullrank plan --help\)/);
    expect(await fails('plan', '--model')).toMatch(/--model/);
    expect(await fails('nonsense')).toMatch(/no command "nonsense"\. There are models/);
  });
});

describe('merge', () => {
  test.each(goldenNames('adapters/vit_small_dev'))('%s', async (name) => {
    const folder = `adapters/vit_small_dev/${name}`;
    await ok('merge', '--model', VIT, '--adapter', goldenPath(folder)!, '--out', at(`merged ${name}`));
    const got = await open(join(at(`merged ${name}`), 'model.safetensors'));
    if (goldenPath(`${folder}/merged_model.safetensors`)) {
      const want = await golden(`${folder}/merged_model.safetensors`);
      expect(got.names().sort()).toEqual(want.names().sort());
      for (const n of want.names()) expect(maxError(await got.readF32(n), await want.readF32(n)), n).toBeLessThan(2e-6);
    }
    await ok('step', '--model', at(`merged ${name}`), '--method', 'linear_probe', '--batch', BATCH, '--out', at('m.safetensors'));
    expect(maxError(await (await open(at('m.safetensors'))).readF32('logits'), await (await golden(`${folder}/io.safetensors`)).readF32('logits_merged'))).toBeLessThan(5e-6);
  });

  const OTHERS = 'methods/adapters/vit_small_dev';
  test.each(goldenNames(OTHERS))('%s of the other methods', async (name) => {
    const [folder, to] = [`${OTHERS}/${name}`, at(`merged ${name}`)];
    const argv = ['merge', '--model', VIT, '--adapter', goldenPath(folder)!, '--out', to];
    if (name.startsWith('hydralora')) return expect(await fails(...argv)).toMatch(/no update that could be added to a weight/);
    await ok(...argv);
    const got = await open(join(to, 'model.safetensors'));
    // PiSSA's own weights take theirs from a decomposition in f64, where the reference has one in f32.
    const most = name === 'pissa_r4' ? 3e-5 : 2e-6;
    if (goldenPath(`${folder}/merged_model.safetensors`)) {
      const want = await golden(`${folder}/merged_model.safetensors`);
      for (const n of want.names()) expect(maxError(await got.readF32(n), await want.readF32(n)), n).toBeLessThan(most);
      return;
    }
    await ok('step', '--model', to, '--method', 'linear_probe', '--batch', BATCH, '--out', at('m.safetensors'));
    expect(maxError(await (await open(at('m.safetensors'))).readF32('logits'), await (await golden(`${folder}/io.safetensors`)).readF32('logits_merged'))).toBeLessThan(most + 3e-6);
  });

  test('refusals leave nothing behind', async () => {
    const adapter = goldenPath('adapters/vit_small_dev/dora_r4')!;
    expect(await fails('merge', '--model', VIT, '--adapter', adapter, '--out', at('o'), '--format', 'pickle')).toMatch(/--format is "pickle"; it must be one of safetensors, onnx, gguf/);
    expect(await fails('merge', '--model', VIT, '--adapter', adapter, '--out', VIT, '--force')).toMatch(/folder of --model, which would be overwritten/);
    expect(await fails('merge', '--model', 'vit-nano', '--adapter', adapter, '--out', at('o'))).toMatch(/for another base model/);
    cpSync(adapter, at('broken'), { recursive: true });
    const weights = join(at('broken'), 'adapter_model.safetensors');
    chmodSync(weights, 0o600);
    writeFileSync(weights, readFileSync(weights).subarray(0, 5000));
    expect(await fails('merge', '--model', VIT, '--adapter', at('broken'), '--out', at('o'))).toMatch(/adapter_model.safetensors: .*cut short/);
    expect(existsSync(at('o'))).toBe(false);
  });
});

describe('eval and data', () => {
  // Seven classes of flat colours for a model of seven labels.
  const make = (name: string, classes: string[]) => {
    mkdirSync(at(name), { recursive: true });
    writeFileSync(join(at(name), 'dataset.json'), JSON.stringify({ name, classes }));
    for (const [split, n] of [['train', 14], ['test', 21]] as const) {
      const images = new Uint8Array(n * 24 * 24 * 3).map((_, i) => ((Math.floor(i / 1728) % 7) * 36 + (i % 3) * 9) % 256);
      write(`${name}/${split}.safetensors`, { images: { dtype: 'U8', shape: [n, 24, 24, 3], data: images }, labels: { dtype: 'U8', shape: [n], data: Uint8Array.from({ length: n }, (_, i) => i % 7) } });
    }
    return at(name);
  };

  test('eval counts what step computes', async () => {
    const data = make('colours', ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    const adapter = goldenPath('adapters/vit_small_dev/dora_r4')!;
    const flags = ['eval', '--model', VIT, '--adapter', adapter, '--data', data];
    const r = await ok<{ count: number; accuracy: number; loss: number; confusion: number[][]; per_class: number[] }>(...flags, '--batch', '8');
    expect(r.count).toBe(21);
    expect(r.confusion.flat().reduce((a, b) => a + b, 0)).toBe(21);
    expect(r.accuracy).toBeCloseTo(r.confusion.reduce((n, row, i) => n + defined(row[i]), 0) / 21, 12);
    // Another batch size, the same answer; a limit; the training split.
    const whole = await ok<typeof r>(...flags, '--batch', '21');
    expect(whole.confusion).toEqual(r.confusion);
    expect(whole.loss).toBeCloseTo(r.loss, 5);
    const limits = ['--test-limit', '4', '--train-limit', '6'];
    for (const [more, count] of [[['--limit', '5'], 5], [limits, 4], [[...limits, '--split', 'train'], 6], [[...limits, '--limit', '3'], 3], [['--test-limit', '0', '--split', 'train'], 14]] as const) expect((await ok<typeof r>(...flags, ...more)).count).toBe(count);
    // The merged model answers alike.
    await ok('merge', '--model', VIT, '--adapter', adapter, '--out', at('merged for eval'));
    const merged = await ok<typeof r>('eval', '--model', at('merged for eval'), '--data', data);
    expect(merged.confusion).toEqual(r.confusion);
    expect(merged.loss).toBeCloseTo(r.loss, 5);
  });

  test.each([['lora', '--r', '2', '--lora-dropout', '0.2'], ['nola', '--nola-num-bases', '16'], ['randlora', '--r', '8', '--pairing', 'paper', '--bases', 'normal'], ['linear_probe'], ['full']])(
    'what %s trained is what eval and merge find in its files: %s %s %s',
    async (method, ...flags) => {
      interface R { loss: number; accuracy: number }
      const data = make('eight', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']); // a class more than the model: a new head
      const run = at(`run ${method} ${flags.join(' ')}`);
      const record = await ok<{ summary: { final: R } }>('train', '--model', VIT, '--method', method, ...flags, '--data', data, '--steps', '2', '--batch', '4', '--lr', '0.01', '--out', run);
      const evaluated = await ok<R>('eval', '--model', VIT, '--adapter', run, '--data', data);
      await ok('merge', '--model', VIT, '--adapter', run, '--out', `${run} merged`);
      const merged = await ok<R>('eval', '--model', `${run} merged`, '--data', data);
      for (const r of [evaluated, merged]) {
        expect(r.loss).toBeCloseTo(record.summary.final.loss, 5);
        expect(r.accuracy).toBe(record.summary.final.accuracy);
      }
    },
  );

  test('an adapter goes on with other classes, under a new head', async () => {
    const data = make('eight', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    const adapter = goldenPath('adapters/vit_small_dev/dora_r4')!;
    await ok('train', '--model', VIT, '--adapter', adapter, '--data', data, '--steps', '1', '--batch', '4', '--lr', '0', '--out', at('goes on'));
    const [got, was] = [await open(join(at('goes on'), 'adapter_model.safetensors')), await golden('adapters/vit_small_dev/dora_r4/adapter_model.safetensors')];
    expect(got.info('base_model.model.classifier.weight').shape).toEqual([8, 48]);
    const key = 'base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight';
    expect(got.info(key)).toEqual(was.info(key));
    expect(readdirSync(at('goes on')).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors', 'fullrank.json', 'run.json']);
  });

  test('labels go by name where the names are the model\'s', async () => {
    const names = Array.from({ length: 7 }, (_, i) => `LABEL_${(i + 3) % 7}`);
    const [a, b] = [make('colours', ['a', 'b', 'c', 'd', 'e', 'f', 'g']), make('named', names)];
    interface R { confusion: number[][] }
    const plain = await ok<R>('eval', '--model', VIT, '--data', a);
    const named = await ok<R>('eval', '--model', VIT, '--data', b);
    expect(named.confusion).toEqual(plain.confusion.map((_, i) => plain.confusion[(i + 4) % 7]));
  });

  test('refusals', async () => {
    const three = make('three', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect(await fails('eval', '--model', VIT, '--data', three)).toMatch(/7 classes apart and three has 8 of other names/);
    expect(await fails('eval', '--model', VIT, '--data', 'nothing')).toMatch(/no data set "nothing": neither built in \(sign-digits, fashion-mnist, village-moods, /);
    expect(await fails('eval', '--model', VIT, '--data', VIT)).toMatch(/not a data set that can be read/);
  });

  test('data looks a set over', async () => {
    const [info] = await ok<[{ train: number; classes: string[]; warnings: string[] }]>('data', '--data', make('colours', ['a', 'b', 'c', 'd', 'e', 'f', 'g']));
    expect(info).toMatchObject({ train: 14, test: 21, train_per_class: [2, 2, 2, 2, 2, 2, 2] });
    expect((await ok<{ id: string }[]>('data')).map((d) => d.id)).toEqual(['sign-digits', 'fashion-mnist']);
  });
});

test('models and methods', async () => {
  expect(await ok('models')).toMatchObject([{ id: 'deit-tiny-patch16-224', family: 'vit', builtin: true }, { id: 'vit-nano', family: 'vit', builtin: true }, { id: 'clip-nano', family: 'clip', builtin: true, texts: {} }, { id: 'bert-nano', family: 'bert', builtin: true }, { id: 'llama-nano', family: 'llama', builtin: true }]);
  expect(await ok('models', '--model', VIT)).toMatchObject([{ family: 'vit', image_size: 24, labels: 7 }]);
  expect((await ok<{ method: string }[]>('methods')).map((m) => m.method)).toContain('randlora');
});

test('every command lists its flags', async () => {
  expect(await main(['--help'])).toBe(0);
  const names = [...out.join('\n').matchAll(/^ {2}(\w+) /gm)].map((m) => defined(m[1]));
  expect(names).toEqual(expect.arrayContaining(['models', 'methods', 'data', 'plan', 'train', 'eval', 'step', 'merge']));
  for (const name of names) {
    out.length = 0;
    expect(await main([name, '--help'])).toBe(0);
    expect(out.join('\n')).toContain('--json');
  }
});

test('as a process: text, JSON, exit codes', async () => {
  const run = (...argv: string[]) =>
    promisify(execFile)(process.execPath, ['src/cli/fullrank.mjs', ...argv], { cwd: root }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (e: { code: number; stdout: string; stderr: string }) => ({ code: e.code, stdout: e.stdout, stderr: e.stderr }),
    );
  const [text, json, bad, step] = [
    await run('plan', '--model', 'vit-nano', '--method', 'vera'),
    await run('plan', '--model', 'vit-nano', '--method', 'vera', '--json', '-'),
    await run('plan', '--model', 'vit-nano', '--method', 'vera', '--r', 'x'),
    await run('step', '--model', VIT, '--method', 'lora', '--batch', BATCH, '--out', at('process.safetensors')),
  ];
  expect(text).toMatchObject({ code: 0, stderr: '' });
  expect(text.stdout).toMatch(/adapter parameters +/);
  expect(JSON.parse(json.stdout)).toHaveProperty('adapter_parameters');
  expect(bad).toEqual({ code: 2, stdout: '', stderr: 'fullrank: r is "x"; it must be a number.\n' });
  expect(step.code).toBe(0);
  expect((await open(at('process.safetensors'))).names()).toContain('loss');
});
