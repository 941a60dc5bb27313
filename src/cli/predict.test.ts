import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import Papa from 'papaparse';
import sharp from 'sharp';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { defined } from '../numbers/defined';
import { goldenPath } from '../testing/golden';
import { likeliest } from '../train/predict';
import { predictionsCsv } from '../train/predictionsCsv';
import { main } from './main';

const dir = mkdtempSync(join(tmpdir(), 'fullrank-predict-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const at = (name: string) => join(dir, name);
const VIT = goldenPath('models/vit_small_dev')!;

const out: string[] = [];
const err: string[] = [];
beforeEach(() => {
  out.length = err.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  return () => vi.restoreAllMocks();
});

async function run(...argv: string[]): Promise<void> {
  const code = await main(argv);
  expect(err).toEqual([]);
  expect(code).toBe(0);
}

/** Seven flat colours, the classes of the small model, as PNG. */
const names = Array.from({ length: 7 }, (_, i) => `LABEL_${i}`);
const png = (c: number, step = 0) => sharp({ create: { width: 24, height: 24, channels: 3, background: { r: (c * 36 + step) % 256, g: (c * 36 + 9) % 256, b: (c * 36 + 18) % 256 } } }).png().toBuffer();
const files: Record<string, Uint8Array> = {};
for (const [c, name] of names.entries()) for (const part of ['train', 'test']) for (let k = 0; k < 2; k++) files[`${part}/${name}/${k}.png`] = new Uint8Array(await png(c, 40 * k + (part === 'test' ? 3 : 0)));

function folder(name: string, content: Record<string, Uint8Array>): string {
  for (const [path, bytes] of Object.entries(content)) {
    mkdirSync(dirname(at(`${name}/${path}`)), { recursive: true });
    writeFileSync(at(`${name}/${path}`), bytes);
  }
  return at(name);
}

describe('predict', () => {
  test('a folder and a zip give the same rows; they are what eval counts; bad files are rows too', async () => {
    const data = folder('set', files);
    writeFileSync(at('set.zip'), zipSync({ ...files, 'train/LABEL_0/bad.png': Uint8Array.of(1, 2, 3) }));
    await run('predict', '--model', VIT, '--data', data, '--out', at('folder.csv'), '--batch', '5', '--top-k', '3');
    await run('predict', '--model', VIT, '--data', at('set.zip'), '--out', at('zip.csv'), '--batch', '8', '--top-k', '3');
    const read = (name: string) => Papa.parse<Record<string, string>>(readFileSync(at(name), 'utf8'), { header: true, skipEmptyLines: true });
    const [rows, zipped] = [read('folder.csv').data, read('zip.csv').data];
    await run('predict', '--model', VIT, '--data', data, '--out', at('limited.csv'), '--top-k', '3', '--train-limit', '2', '--test-limit', '3');
    expect(read('limited.csv').data.map((r) => r.file_name!.split('/')[0])).toEqual(['test', 'test', 'test', 'train', 'train']);
    expect(read('folder.csv').meta.fields).toEqual(['file_name', 'prediction', 'probability', 'label_2', 'probability_2', 'label_3', 'probability_3', 'error']);
    expect(rows.map((r) => r.file_name)).toEqual(Object.keys(files).sort());
    const bad = zipped.filter((r) => r.error !== '');
    expect(bad).toEqual([expect.objectContaining({ file_name: 'train/LABEL_0/bad.png', prediction: '', probability: '' })]);
    const good = zipped.filter((r) => r.error === '');
    expect(good.map((r) => [r.file_name, r.prediction])).toEqual(rows.map((r) => [r.file_name, r.prediction]));
    for (const row of rows) expect(Number(row.probability)).toBeGreaterThanOrEqual(Number(row.probability_2));

    await run('eval', '--model', VIT, '--data', at('set.zip'), '--json', at('eval.json'));
    const { confusion, count } = JSON.parse(readFileSync(at('eval.json'), 'utf8')) as { confusion: number[][]; count: number };
    expect(count).toBe(14);
    const counted = names.map((label) => names.map((p) => rows.filter((r) => r.file_name!.startsWith(`test/${label}/`) && r.prediction === p).length));
    expect(counted).toEqual(confusion);
  });

  test('--attention writes a grid of patches for each image, and the same rows', async () => {
    const data = folder('looked', Object.fromEntries(Object.entries(files).slice(0, 3)));
    const flags = ['--model', VIT, '--data', data, '--batch', '2'];
    await run('predict', ...flags, '--out', at('plain.csv'));
    await run('predict', ...flags, '--out', at('looked.csv'), '--attention', at('looked.json'));
    expect(readFileSync(at('looked.csv'), 'utf8')).toBe(readFileSync(at('plain.csv'), 'utf8'));
    const { images } = JSON.parse(readFileSync(at('looked.json'), 'utf8')) as { images: { file_name: string; rows: number; cols: number; share: number; weights: number[][] }[] };
    expect(images.map(({ file_name }) => file_name)).toEqual(Object.keys(files).slice(0, 3).sort());
    for (const { rows, cols, share, weights } of images) {
      expect([rows, cols, weights.length, defined(weights[0]).length]).toEqual([3, 3, 3, 3]);
      expect(weights.flat().reduce((a, b) => a + b, 0)).toBeCloseTo(1, 4);
      expect(share).toBeGreaterThan(0.3);
      expect(share).toBeLessThan(1);
    }
  });

  test('data tells what a zip holds and what is wrong with it', async () => {
    writeFileSync(at('leaky.zip'), zipSync({ ...files, 'test/LABEL_1/copy.png': defined(files['train/LABEL_1/0.png']), 'train/LABEL_0/bad.png': Uint8Array.of(1, 2, 3) }));
    await run('data', '--data', at('leaky.zip'), '--json', at('data.json'));
    const [info] = JSON.parse(readFileSync(at('data.json'), 'utf8')) as [{ train: number; test: number; warnings: string[]; health: { leaks: { pairs: { a: { name: string }; exact: boolean }[] }; unreadable: { train: number[] } } }];
    expect([info.train, info.test, info.health.unreadable.train.length]).toEqual([15, 15, 1]);
    expect(info.health.leaks.pairs.some((p) => p.exact && p.a.name === 'train/LABEL_1/0.png')).toBe(true);
    expect(info.warnings.join('\n')).toMatch(/train\/LABEL_0\/bad.png cannot be decoded/);
    expect(out.join('\n')).toMatch(/LABEL_6/);
  });
});

test('the likeliest classes, in order, whatever the logits', () => {
  expect(likeliest(Float32Array.of(1000, 1000, -1000), ['a', 'b', 'c'], 2)).toEqual([{ label: 'a', probability: 0.5 }, { label: 'b', probability: 0.5 }]);
});

test('the CSV keeps every name, and no name is a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ name: fc.string(), top: fc.array(fc.record({ label: fc.string(), probability: fc.double({ min: 0, max: 1, noNaN: true }) }), { minLength: 1, maxLength: 3 }), error: fc.string() }), { minLength: 1, maxLength: 5 }), (predictions) => {
      const { data } = Papa.parse<string[]>(predictionsCsv(predictions, 2), { delimiter: ',', newline: '\n' });
      for (const [i, { name, top }] of predictions.entries()) {
        const row = defined(data[i + 1]);
        expect(row).toHaveLength(6);
        for (const [cell, text] of [[defined(row[0]), name], [defined(row[1]), defined(top[0]).label]] as const) {
          expect([text, `'${text}`]).toContain(cell);
          // A number below nothing begins as a formula does, and is none.
          if (!/^[+-](\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        }
      }
    }),
  );
});
