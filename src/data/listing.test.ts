import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { readTable } from '../io/table';
import { defined } from '../numbers/defined';
import { openDataset, type OpenOptions } from './index';
import { DataError, type RgbImage } from './source';

const text = (s: string) => new TextEncoder().encode(s);
let decoded = 0;
const decode = async (bytes: Uint8Array): Promise<RgbImage> => {
  decoded++;
  return { width: 1, height: 1, data: Uint8Array.of(defined(bytes[0]), defined(bytes[0]), defined(bytes[0])) };
};
const open = (files: Record<string, string | number>, options?: OpenOptions) =>
  openDataset(memoryTree('set', Object.fromEntries(Object.entries(files).map(([p, v]) => [p, typeof v === 'string' ? text(v) : Uint8Array.of(v)]))), decode, options);
const numbered = (pattern: (i: number) => string, n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [pattern(i), i]));

describe('metadata', () => {
  const images = numbered((i) => `${i}.png`, 6);

  test('csv: file_name and label, splits by the seed', async () => {
    const set = await open({ ...images, 'metadata.csv': 'file_name,label\n0.png,cat\n1.png,dog\n2.png,cat\n3.png,dog\n4.png,cat\n5.png,"a ""big"", dog"\n' });
    expect(set.classes).toEqual(['a "big", dog', 'cat', 'dog']);
    expect([set.train.count, set.test.count, set.seeded]).toEqual([4, 2, true]);
  });

  test('jsonl in each split, a validation split, a column of another name', async () => {
    const line = (n: string, y: unknown) => JSON.stringify({ file_name: n, species: y, note: 'x' });
    const files = {
      ...numbered((i) => `train/${i}.png`, 4), 'train/metadata.jsonl': [0, 1, 2, 3].map((i) => line(`${i}.png`, i % 2)).join('\n'),
      ...numbered((i) => `validation/${i}.png`, 2), 'validation/metadata.jsonl': `${line('0.png', 0)}\r\n${line('1.png', 1)}\r\n\r\n`,
      ...numbered((i) => `test/sub/${i}.png`, 2), 'test/metadata.jsonl': [0, 1].map((i) => line(`sub/${i}.png`, i)).join('\n'),
    };
    const set = await open(files, { label: 'species' });
    expect([set.train.count, set.val!.count, set.test.count, ...set.classes]).toEqual([4, 2, 2, '0', '1']);
    expect(set.test.name!(1)).toBe('test/sub/1.png');
    await expect(open(files)).rejects.toThrow('does not say which column is the class: it has "species", "note". Call the column label.');
    await expect(open(files, { label: 'breed' })).rejects.toThrow('has no column "breed"; it has "species", "note"');
  });

  test('another table: ids without ending, a split column, numbers in order, missing rows and images are told', async () => {
    const table = 'id;digit;split\n0;10;train\n1;2;train\n2;10;test\n3;2;test\n9;2;train\n4;;train\n';
    const set = await open({ ...numbered((i) => `images/${i}.jpg`, 6), 'labels.csv': table, 'extra.heic': 1 });
    expect(set.classes).toEqual(['2', '10']);
    expect([set.train.count, set.test.count, set.seeded]).toEqual([2, 2, undefined]);
    expect(set.notes!).toEqual([
      '1 file was skipped (heic); convert it to JPEG or PNG to use it.',
      '1 row names an image that is not there: 9',
      '1 image left out: no row names it.',
      '1 image without a label left out.',
    ]);
  });

  test.each([
    ['two labels for one', { 'metadata.csv': 'file_name,label\n0.png,a\n0.png,b\n' }, /gives 0.png two labels, "a" and "b"/],
    ['no such image', { 'metadata.csv': 'file_name,label\n../0.png,a\n/etc/passwd,b\nx,\n' }, /^(?!.*undefined)/],
    ['nothing there', { 'metadata.csv': 'file_name,label\nx.png,a\n' }, /No image that metadata.csv names is there \(it names x.png\)/],
    ['no file_name', { 'metadata.csv': 'a,b\n1,2\n' }, /has no column file_name; it has "a", "b"/],
    ['empty', { 'metadata.csv': '' }, /is empty/],
    ['a column twice', { 'metadata.csv': 'file_name,label,label\n' }, /two columns "label"/],
    ['an open quote', { 'metadata.csv': 'file_name,label\n0.png,"a\n' }, /row 2: Quoted field unterminated/],
    ['not JSON', { 'metadata.jsonl': '{"file_name":\n' }, /line 1, is not JSON/],
    ['no object', { 'metadata.jsonl': '[1]\n' }, /line 1, is not an object/],
  ])('%s is refused', async (_, files, message) => {
    await expect(open({ ...images, ...files })).rejects.toThrow(DataError);
    await expect(open({ ...images, ...files })).rejects.toThrow(message);
  });

  test('any text is a table or a FormatError', async () => {
    const csv = fc.oneof(fc.string({ maxLength: 200, unit: 'grapheme' }), fc.array(fc.constantFrom('"', ',', '\n', '\r', ';', 'a', '__proto__', '\ufeff', '\0'), { maxLength: 60 }).map((a) => a.join('')), fc.json().map((j) => `${j}\n{"__proto__":1,"constructor":"x"}`));
    await fc.assert(
      fc.asyncProperty(csv, fc.constantFrom('m.csv', 'm.jsonl', 'm.tsv'), fc.array(fc.nat(255), { maxLength: 3 }), async (body, path, extra) => {
        const bytes = Uint8Array.of(...text(body), ...extra);
        try {
          const table = await readTable(memoryTree('t', { [path]: bytes }), path);
          expect(table.rows).toBeLessThanOrEqual(bytes.length);
          for (let row = 0; row < table.rows; row++) for (const c of table.columns) expect([null, 'string']).toContain(table.cell(row, c) === null ? null : typeof table.cell(row, c));
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test('deep JSON and long rows end', async () => {
    const table = (path: string, body: string) => readTable(memoryTree('t', { [path]: text(body) }), path);
    await expect(table('a.jsonl', `{"a":${'['.repeat(200_000)}`)).rejects.toThrow(FormatError);
    expect((await table('a.jsonl', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`)).cell(0, 'a')).toBeNull();
    await expect(table('a.csv', 'a,'.repeat(100_000))).rejects.toThrow('has 100001 columns');
    expect((await table('a.csv', `a,b\n${'"x""y",'.repeat(100_000)}`)).rows).toBe(1);
  });
});

describe('loose images', () => {
  test('named after their class', async () => {
    const set = await open({ ...numbered((i) => `cat_${i}.jpg`, 3), ...numbered((i) => `sea lion (${i + 1}).png`, 3) });
    expect(set.classes).toEqual(['cat', 'sea lion']);
    expect([set.train.count, set.test.count]).toEqual([4, 2]);
  });

  test.each([
    ['a camera', { ...numbered((i) => `IMG_${i}.jpg`, 3), ...numbered((i) => `DSC_${i}.jpg`, 3) }],
    ['nobody', numbered((i) => `${i}.jpg`, 5)],
    ['some of them', { ...numbered((i) => `cat_${i}.jpg`, 3), 'dog.jpg': 1 }],
  ])('named by %s: the person is told what to do', async (_, files) => {
    await expect(open(files)).rejects.toThrow(DataError);
    await expect(open(files)).rejects.toThrow(/not clear. Put each class into a folder of its own/);
  });
});

test('10,000 images open without decoding any', async () => {
  const files = numbered((i) => `${['train', 'val', 'test'][i % 3]}/class ${i % 10}/${i}.jpg`, 10_000);
  decoded = 0;
  const set = await open(files);
  expect(decoded).toBe(0);
  expect([set.train.count, set.val!.count, set.test.count]).toEqual([3334, 3333, 3333]);
  await set.train.image(77);
  await set.train.image(77);
  expect(decoded).toBe(1);
});
