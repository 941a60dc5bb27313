import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodeImage } from '../data/decode.node';
import { noEdits, withDisabled, withDisabledClass, withLabel, withSplit } from '../data/edits';
import { openDataset } from '../data/index';
import type { Dataset } from '../data/source';
import { nameOf } from '../data/split';
import { memoryTree } from '../io/fileTree';
import { defined } from '../numbers/defined';
import type { Picture } from './protocol';
import { OpenSet } from './openSet';

const png = (r: number, i: number) => sharp({ create: { width: 16 + i, height: 16, channels: 3, background: { r, g: 20 * i, b: 40 } } }).png().toBuffer();

async function folder(broken: string[] = []) {
  const files: Record<string, Uint8Array> = {};
  for (const [c, label] of ['ant', 'bee', 'cat'].entries()) {
    for (let i = 0; i < 8; i++) files[`${label}/${i}.png`] = new Uint8Array(await png(80 * c, i));
  }
  for (const path of broken) files[path] = new Uint8Array([1, 2, 3]);
  return OpenSet.open('zoo', () => openDataset(memoryTree('zoo', files), decodeImage), false);
}

test('opens after a look at a few, checks all later and leaves out what cannot be read', async () => {
  const set = await folder(['bee/3.png', 'bee/5.png']);
  const before = set.info();
  expect(before.train + before.test).toBe(24);
  const seen: number[] = [];
  const health = await set.check((done, total) => seen.push(done / total));
  expect(health.failures.map(({ image }) => image.name).sort()).toEqual(['bee/3.png', 'bee/5.png']);
  expect(seen.at(-1)).toBe(1);
  const after = set.info();
  expect(after.train + after.test).toBe(22);
  expect((await set.with(undefined)).train.count).toBe(after.train);
});

test('ten thousand images open with a look at a few', async () => {
  const files = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`${i % 2 ? 'odd' : 'even'}/${i}.png`, Uint8Array.of(i & 255)]));
  let decoded = 0;
  const decode = (bytes: Uint8Array) => {
    decoded++;
    return Promise.resolve({ width: 1, height: 1, data: Uint8Array.of(defined(bytes[0]), 0, 0) });
  };
  const set = await OpenSet.open('many', () => openDataset(memoryTree('many', files), decode), false);
  expect(set.info()).toMatchObject({ train: 8000, test: 2000 });
  expect(decoded).toBeLessThanOrEqual(8);
});

test('a check is cancelled; a set of which nothing can be read is refused', async () => {
  const set = await folder();
  const check = set.check(() => set.cancel());
  await expect(check).rejects.toThrow('The check was cancelled.');
  await set.settled();
  const all = ['ant', 'bee', 'cat'].flatMap((label) => Array.from({ length: 8 }, (_, i) => `${label}/${i}.png`));
  await expect(folder(all)).rejects.toThrow(/None of \d+ images of zoo/);
});

test('edits change classes, counts and samples, and stay as they were on an error', async () => {
  const set = await folder();
  const edits = withLabel(withDisabled(withDisabledClass(noEdits, 'cat', true), 'bee/0.png', true), 'bee/1.png', 'ant');
  const info = await set.edit(edits);
  expect(info).toMatchObject({ classes: ['ant', 'bee'], all_classes: ['ant', 'bee', 'cat'], warnings: [] });
  expect(info.train + info.test).toBe(15);
  expect([...new Set((await set.samples(2)).map(({ label }) => label))].sort()).toEqual([0, 1, 2]);
  await expect(set.edit(withDisabledClass(edits, 'bee', true))).rejects.toThrow(/only one class/);
  await expect(set.edit({ version: 2 })).rejects.toThrow(/edits/);
  expect(set.info()).toEqual(info);
  expect((await set.edit(withLabel(edits, 'gone.png', 'ant'))).warnings).toEqual(['There is no example "gone.png" any more.']);
});

test('what is said of counts is said of what is used', async () => {
  const set = await folder();
  const empty = Array.from({ length: 8 }, (_, i) => `cat/${i}.png`).reduce((edits, name) => withDisabled(edits, name, true), noEdits);
  expect((await set.edit(empty)).warnings).toEqual(['No training example of cat: the model cannot learn it.']);
  expect((await set.edit(withDisabledClass(empty, 'cat', true))).warnings).toEqual([]);
});

test('another split: what cannot be read stays out and moves no other; copies are looked for in the new parts', async () => {
  const [set, whole] = [await folder(['bee/3.png']), await folder()];
  await set.check(() => {});
  const edits = withSplit(noEdits, 4, 0.5);
  const info = await set.edit(edits);
  expect([info.seeded, info.train + info.test, set.info().train]).toEqual([true, 23, info.train]);
  const names = ({ test }: Dataset) => Array.from({ length: test.count }, (_, i) => nameOf(test, i));
  expect(names(await set.with(edits))).toEqual(names(await whole.with(edits)).filter((name) => name !== 'bee/3.png'));
  const health = await set.check(() => {});
  expect([health.counts.train, health.counts.test]).toEqual([[4, 4, 4], [4, 4, 4]]);
  expect(health.failures.map(({ image }) => image.name)).toEqual(['bee/3.png']);
  expect(set.info()).toEqual(info);
});

test('pictures by name are small and carry the set\'s own label', async () => {
  const set = await folder();
  const [bee, none] = (await set.pictures(['bee/1.png', 'none.png'])) as (Picture | null)[];
  expect(bee).toMatchObject({ label: 1, width: 17, height: 16 });
  expect(bee!.rgba.length).toBe(17 * 16 * 4);
  expect([...bee!.rgba.slice(0, 4)]).toEqual([80, 20, 40, 255]);
  expect(none).toBeNull();
  const large = new Uint8Array(await sharp({ create: { width: 400, height: 200, channels: 3, background: 'red' } }).png().toBuffer());
  const files = Object.fromEntries(['a/0', 'a/1', 'b/0', 'b/1'].map((name) => [`${name}.png`, large]));
  const wide = await OpenSet.open('wide', () => openDataset(memoryTree('wide', files), decodeImage), false);
  expect((await wide.pictures(['a/0.png']))[0]).toMatchObject({ width: 96, height: 48 });
});
