import { fromBinary } from '@bufbuild/protobuf';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ModelProtoSchema } from '../io/onnx/onnx_pb';
import { bytesAccess, openSafetensors, writeSafetensors } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { describeGolden, describeShared, golden, goldenJson, goldenPath, sharedPath } from '../testing/golden';
import { main } from './main';

const dir = mkdtempSync(join(tmpdir(), 'fullrank-deploy-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const at = (name: string) => join(dir, name);
const VIT = goldenPath('models/vit_small_dev')!;
const DORA = goldenPath('adapters/vit_small_dev/dora_r4')!;

const err: string[] = [];
const out: string[] = [];
beforeEach(() => {
  err.length = out.length = 0;
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  return () => vi.restoreAllMocks();
});
async function ok<T>(...argv: string[]): Promise<T> {
  expect(await main([...argv, '--json', '-']), err.join()).toBe(0);
  return JSON.parse(out.pop()!) as T;
}
async function fails(...argv: string[]): Promise<string> {
  expect(await main([...argv, '--json', '-'])).toBeGreaterThan(0);
  return err.pop()!;
}
interface Result { files: string[]; verdict: { ok: boolean; images: number; max_abs: number; top1: number; text: string } }
const onnx = (folder: string) => fromBinary(ModelProtoSchema, readFileSync(join(folder, 'onnx', 'model.onnx')));

describe('export --format web', () => {
  test('writes a folder that is a page, with all that it asks for, and measures nothing without data', async () => {
    const page = at('page');
    const { files, verdict, title } = await ok<Result & { title: string }>('export', '--model', VIT, '--adapter', DORA, '--format', 'web', '--title', 'Shapes & co', '--out', page);
    expect(verdict).toMatchObject({ ok: true, images: 4, top1: 1 });
    expect([title, [...files].sort()]).toEqual(['Shapes & co', ['LICENSES', 'README.md', 'index.html', 'kernels.bin', 'model.js', 'model/config.json', 'model/model.safetensors', 'model/preprocessor_config.json', 'page.css', 'page.js', 'page.json', 'sw.js', 'thread.browser.js']]);
    const text = (path: string) => readFileSync(join(page, path), 'utf8');
    expect(text('index.html')).toContain('<title>Shapes &#38; co</title>');
    expect(text('sw.js')).toContain('"model/model.safetensors"');
    expect(JSON.parse(text('page.json'))).toMatchObject({ labels: Object.values(goldenJson<{ id2label: Record<string, string> }>('models/vit_small_dev/config.json').id2label), threshold: { value: 0 } });
    expect(text('LICENSES')).toMatch(/zod .* \(MIT\)/);
    // Whatever the scripts fetch or start lies beside them.
    for (const script of ['page.js', 'model.js']) for (const [, name] of text(script).matchAll(/new URL\([`'"](?:\.\/)?([\w.]+\.(?:js|bin|json))[`'"]/g)) expect(files, script).toContain(name);
  });

  test('says what goes with it', async () => {
    const web = (...more: string[]) => fails('export', '--model', VIT, '--adapter', DORA, '--out', at('no'), ...more);
    expect(await web('--title', 'x')).toMatch(/--title goes with --format web/);
    expect(await web('--format', 'csv')).toMatch(/--format "csv" is for --runs/);
    expect(await fails('export', '--model', VIT, '--format', 'web', '--out', at('no'))).toMatch(/missing: --adapter/);
    expect(existsSync(at('no'))).toBe(false);
  });
});

describe('merge --format onnx', () => {
  test('writes a file that onnxruntime-web runs as this engine runs the adapter', async () => {
    const r = await ok<Result>('merge', '--model', VIT, '--adapter', DORA, '--out', at('onnx'), '--format', 'onnx');
    expect(r.files).toEqual(['onnx/model.onnx', 'config.json', 'preprocessor_config.json', 'README.md']);
    expect(r.verdict).toMatchObject({ ok: true, images: 4, top1: 1 });
    expect(r.verdict.max_abs).toBeLessThan(1e-4);
    const props = Object.fromEntries(onnx(at('onnx')).metadataProps.map(({ key, value }) => [key, value]));
    const config = goldenJson<{ id2label: Record<string, string> }>('models/vit_small_dev/config.json');
    expect(JSON.parse(props.id2label!)).toEqual(config.id2label);
    expect(JSON.parse(props.image_mean!)).toEqual([0.5, 0.5, 0.5]);
    expect(JSON.parse(props.size!)).toEqual({ height: 24, width: 24 });
    expect(props).toMatchObject({ method: 'dora', base_model_name_or_path: VIT });
    expect(JSON.parse(props.adapter_config!)).toMatchObject({ peft_type: 'LORA', use_dora: true, r: 4 });
  });

  test('f16 halves the file and is held to its own measure', async () => {
    const r = await ok<Result>('merge', '--model', VIT, '--adapter', DORA, '--out', at('half'), '--format', 'onnx', '--dtype', 'f16');
    expect(r.verdict.ok).toBe(true);
    const bytes = (path: string) => readFileSync(path).byteLength;
    expect(bytes(at('half/onnx/model_fp16.onnx'))).toBeLessThan(0.75 * bytes(at('onnx/onnx/model.onnx')));
  });

  test('refusals write nothing', async () => {
    const merge = (...more: string[]) => fails('merge', '--model', VIT, '--adapter', DORA, '--out', at('no'), ...more);
    expect(await merge('--dtype', 'f16')).toMatch(/--dtype goes with --format onnx or gguf/);
    expect(await merge('--head', 'h.safetensors')).toMatch(/--head goes with --format onnx/);
    expect(await merge('--format', 'gguf')).toMatch(/GGUF is for models that go on with texts/);
    expect(await fails('merge', '--model', VIT, '--out', at('no'))).toMatch(/--adapter is missing/);
    expect(await merge('--format', 'onnx', '--dtype', 'q4')).toMatch(/--dtype is "q4"; it must be one of f32, f16, q8/);
    const head = at('head');
    writeFileSync(head, writeSafetensors({ head_weight: { dtype: 'F32', shape: [2, 4], data: new Float32Array(8) } }));
    expect(await merge('--format', 'onnx', '--head', head)).toMatch(/needs a CLIP model|is for a CLIP/);
    expect(existsSync(at('no'))).toBe(false);
  });
});

describeGolden('merge --format onnx of CLIP under its text features', 'adapters/clip_small_dev/lora_r4', () => {
  const clip = goldenPath('models/clip_small_dev')!;
  const adapter = goldenPath('adapters/clip_small_dev/lora_r4')!;
  test('with --head; without, it says what it needs', async () => {
    const io = await golden('models/clip_small_dev/io.safetensors');
    writeFileSync(at('text'), writeSafetensors({ head_weight: { ...io.info('head_weight'), data: await io.read('head_weight') } }));
    const r = await ok<Result>('merge', '--model', clip, '--adapter', adapter, '--out', at('clip'), '--format', 'onnx', '--head', at('text'));
    expect(r.verdict).toMatchObject({ ok: true, top1: 1 });
    expect(r.verdict.max_abs).toBeLessThan(1e-4);
    expect(await fails('merge', '--model', clip, '--adapter', adapter, '--out', at('no'), '--format', 'onnx')).toMatch(/give them with --head, as head_weight \(K, projection_dim\)/);
  });
});

describeShared('DeiT-Tiny as ONNX', 'models/deit-tiny-patch16-224', () => {
  test('with a fresh adapter of one step', async () => {
    const model = sharedPath('models/deit-tiny-patch16-224')!;
    const pixels = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i / 50));
    writeFileSync(at('deit.safetensors'), writeSafetensors({ pixel_values: { dtype: 'F32', shape: [1, 1, 3, 224, 224], data: pixels }, labels: { dtype: 'I32', shape: [1, 1], data: Int32Array.of(3) } }));
    await ok('train', '--model', model, '--batches', at('deit.safetensors'), '--method', 'randlora', '--r', '16', '--target-modules', 'query,value', '--steps', '1', '--out', at('deit-run'));
    const r = await ok<Result>('merge', '--model', model, '--adapter', at('deit-run'), '--out', at('deit-onnx'), '--format', 'onnx');
    expect(r.verdict, r.verdict.text).toMatchObject({ ok: true, images: 4, top1: 1 });
    expect(r.verdict.max_abs).toBeLessThan(1e-4);
    expect(defined(onnx(at('deit-onnx')).graph!.output[0]).type!.value).toMatchObject({ value: { shape: { dim: [{ value: { value: 'batch_size' } }, { value: { value: 1000n } }] } } });
  });
});

describe('export', () => {
  test('a folder for either generation, and NoLA as LoRA', async () => {
    for (const [generation, key] of [['4', 'vit.encoder.layer.0.attention.attention.query'], ['5.8.2', 'vit.encoder.layer.0.attention.attention.query'], ['5', 'vit.layers.0.attention.q_proj']]) {
      const folder = at(`export ${generation}`);
      const { files } = await ok<Result>('export', '--model', VIT, '--adapter', DORA, '--out', folder, '--transformers', generation!);
      expect(files.sort()).toEqual(['README.md', 'adapter_config.json', 'adapter_model.safetensors', 'check.py', 'fullrank.json', 'preprocessor_config.json', 'probe.safetensors']);
      const names = (await openSafetensors(bytesAccess(new Uint8Array(readFileSync(join(folder, 'adapter_model.safetensors')))))).names();
      expect(names).toContain(`base_model.model.${key}.lora_magnitude_vector`);
      // What was exported evaluates to what was trained.
      await ok('step', '--model', VIT, '--adapter', folder, '--batch', goldenPath('models/vit_small_dev/io.safetensors')!, '--out', at(`step ${generation}`));
    }
    expect(readFileSync(at('step 5'))).toEqual(readFileSync(at('step 4')));
    expect(await fails('export', '--model', VIT, '--adapter', DORA, '--out', at('no'), '--as-lora')).toMatch(/DoRA is not a LoRA: --rank R writes the nearest one of that rank, and says what is lost/);
    expect(await fails('export', '--model', VIT, '--adapter', DORA, '--out', at('no'), '--transformers', '3')).toMatch(/transformers is "3"; give a version such as 4\.45 or 5\.13/);
    cpSync(DORA, at('copy'), { recursive: true });
    expect(await fails('export', '--model', VIT, '--adapter', at('copy'), '--out', at('copy'), '--force')).toMatch(/folder of --adapter, which would be overwritten/);
  });
});
