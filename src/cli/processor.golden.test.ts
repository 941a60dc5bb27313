import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { bytesAccess, openSafetensors, writeSafetensors, type TensorData } from '../io/safetensors';
import { defined } from '../numbers/defined';
import { maxError } from '../testing/checkOp';
import { golden, goldenPath } from '../testing/golden';
import { main } from './main';

const MODEL = 'models/vit_small_dev';
const ADAPTER = 'adapters/vit_small_dev/dora_r4';
const start = ['--model', goldenPath(MODEL)!, '--adapter', goldenPath(ADAPTER)!];

const dir = mkdtempSync(join(tmpdir(), 'fullrank-processor-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const at = (name: string) => join(dir, name);
process.env.FULLRANK_CACHE = at('cache');

const out: string[] = [];
const err: string[] = [];
beforeEach(() => {
  out.length = err.length = 0;
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  return () => vi.restoreAllMocks();
});

/** Runs a command on the processor; its JSON. */
async function ok<T>(...argv: string[]): Promise<T> {
  const code = await main([...argv, '--device', 'wasm', '--json', '-']);
  expect(err).toEqual([]);
  expect(code).toBe(0);
  return JSON.parse(out.pop()!) as T;
}
const write = (name: string, tensors: Record<string, TensorData>): string => {
  writeFileSync(at(name), writeSafetensors(tensors));
  return at(name);
};

describe('--device wasm', () => {
  test('step: logits, loss and gradients of PEFT', async () => {
    await ok('step', ...start, '--batch', join(goldenPath(MODEL)!, 'io.safetensors'), '--out', at('step'));
    const [got, want] = [await openSafetensors(bytesAccess(new Uint8Array(readFileSync(at('step'))))), await golden(`${ADAPTER}/step.safetensors`)];
    for (const n of want.names().filter((name) => /^(logits|loss|grad\.)/.test(name))) {
      expect(maxError(await got.readF32(n), await want.readF32(n)), n).toBeLessThan(n.startsWith('grad.') ? 2e-5 : 3e-6);
    }
  });

  test('train: the loss of PEFT and the length of all its gradients', async () => {
    const [io, want] = [await golden(`${MODEL}/io.safetensors`), await golden(`${ADAPTER}/step.safetensors`)];
    const [pixels, labels] = [await io.readF32('pixel_values'), await io.readF32('labels')];
    const batches = write('batches', {
      pixel_values: { dtype: 'F32', shape: [1, ...io.info('pixel_values').shape], data: pixels },
      labels: { dtype: 'I32', shape: [1, labels.length], data: Int32Array.from(labels) },
    });
    const { curve } = await ok<{ curve: { loss: number; grad_norm: number }[] }>('train', ...start, '--batches', batches, '--lr', '0.001');
    let squares = 0;
    for (const n of want.names().filter((name) => name.startsWith('grad.'))) for (const g of await want.readF32(n)) squares += g * g;
    expect(curve.length).toBe(1);
    expect(Math.abs(defined(curve[0]).loss - defined((await want.readF32('loss'))[0]))).toBeLessThan(3e-6);
    expect(Math.abs(defined(curve[0]).grad_norm / Math.sqrt(squares) - 1)).toBeLessThan(1e-5);
  });

  test('eval: what step finds on the same pictures', async () => {
    const size = 24;
    const count = 7;
    const images = Uint8Array.from({ length: count * size * size * 3 }, (_, i) => (i * 37) % 251);
    const labels = Uint8Array.from({ length: count }, (_, i) => i);
    mkdirSync(at('set'));
    writeFileSync(at('set/dataset.json'), JSON.stringify({ name: 'set', classes: [...'abcdefg'] }));
    for (const split of ['train', 'test']) write(`set/${split}.safetensors`, { images: { dtype: 'U8', shape: [count, size, size, 3], data: images }, labels: { dtype: 'U8', shape: [count], data: labels } });
    // As the checkpoint has it: a mean and a deviation of a half, channels first.
    const pixels = new Float32Array(images.length);
    for (let i = 0; i < images.length; i++) pixels[(Math.floor(i / (3 * size * size)) * 3 + (i % 3)) * size * size + (Math.floor(i / 3) % (size * size))] = (defined(images[i]) / 255 - 0.5) / 0.5;
    const batch = write('batch', { pixel_values: { dtype: 'F32', shape: [count, 3, size, size], data: pixels }, labels: { dtype: 'I32', shape: [count], data: Int32Array.from(labels) } });
    const [step, evaluated] = [await ok<{ loss: number }>('step', ...start, '--batch', batch, '--out', at('same')), await ok<{ loss: number; count: number }>('eval', ...start, '--data', at('set'))];
    expect(evaluated.count).toBe(count);
    expect(Math.abs(evaluated.loss - step.loss)).toBeLessThan(1e-5);
  });

  test('loads no graphics driver, and a name that is none is refused', async () => {
    expect(Symbol.for('fullrank.dawn') in globalThis).toBe(false);
    expect(await main(['eval', ...start, '--data', 'fashion-mnist', '--device', 'abacus'])).toBe(2);
    expect(err.splice(0)).toEqual([expect.stringMatching(/^fullrank: --device is "abacus"; it must be one of auto, webgpu, wasm/)]);
  });

  test('where there is no adapter, the processor computes, and one sentence says so; asked for, WebGPU is refused', async () => {
    vi.stubEnv('FULLRANK_DEVICE', '');
    vi.doMock('../testing/dawn', () => ({ gpu: () => ({ requestAdapter: () => Promise.resolve(null) }) }));
    const step = ['step', ...start, '--batch', join(goldenPath(MODEL)!, 'io.safetensors')];
    expect(await main([...step, '--out', at('fallen')])).toBe(0);
    expect(err.splice(0)).toEqual([expect.stringMatching(/^fullrank: There is no graphics (card|adapter) .*The processor computes instead/)]);
    expect(readFileSync(at('fallen'))).toEqual(readFileSync(at('step')));
    expect(await main([...step, '--out', at('none'), '--device', 'webgpu'])).toBe(1);
    expect(err).toEqual([expect.stringMatching(/^fullrank: There is no graphics adapter/)]);
    vi.doUnmock('../testing/dawn');
    vi.unstubAllEnvs();
  });
});
