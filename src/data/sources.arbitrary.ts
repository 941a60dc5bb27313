import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { memoryTree } from '../io/fileTree';
import { openParquet } from '../io/parquet';
import { readParquetTable } from '../io/parquetTable';
import { defined } from '../numbers/defined';
import type { Files, Parser } from '../testing/chaos/parser';
import { likeCsv, moodCsv } from '../testing/tinyTexts';
import { decode, walk } from '../testing/walk';
import { openDataset } from '.';
import { openTexts } from './texts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const picture = (i: number, length = 60): Uint8Array => Uint8Array.from({ length }, (_, k) => (i + k * (i % 3)) & 255);
const pets = (): Record<string, Uint8Array> => Object.fromEntries(['train/cat', 'train/dog', 'test/cat', 'test/dog'].flatMap((folder, k) => range(1).map((i) => [`${folder}/${i}.png`, picture(k + i)])));

const zip: Parser = {
  name: 'zip',
  samples: async (): Promise<Files[]> => [
    { 'pets.zip': zipSync(pets(), { mtime: '2020-01-01' }) },
    { 'pets.zip': zipSync({ ...pets(), 'train/dog/long.png': new Uint8Array(5000) }, { level: 0, mtime: '2020-01-01' }) },
  ],
  async read(files) {
    await walk(await openDataset(memoryTree('drop', files), decode));
  },
  // What a file grows to is known when it has grown: up to 200 times from 1 MiB on (`zipTree.ts`).
  growth: 200,
};

function hubParquet(codec: 'SNAPPY' | 'UNCOMPRESSED', rows: number): Uint8Array {
  const huggingface = JSON.stringify({ info: { features: { image: { _type: 'Image' }, label: { names: ['cat', 'dog'], _type: 'ClassLabel' } } } });
  return new Uint8Array(
    parquetWriteBuffer({
      codec,
      rowGroupSize: 4,
      schema: [
        { name: 'root', num_children: 3 },
        { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
        { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
        { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
        { name: 'note', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'image', data: range(rows).map((i) => ({ bytes: picture(i, 40), path: `${i}.png` })) },
        { name: 'label', data: range(rows).map((i) => (i === 3 ? null : BigInt(i % 2))) },
        { name: 'note', data: range(rows).map((i) => (i % 3 ? 'the same again' : `note ${i}`)) },
      ],
      kvMetadata: [{ key: 'huggingface', value: huggingface }],
    }),
  );
}

const parquet: Parser = {
  name: 'parquet',
  samples: async (): Promise<Files[]> => [{ 'train-00000-of-00001.parquet': hubParquet('SNAPPY', 9) }, { 'train-00000-of-00001.parquet': hubParquet('UNCOMPRESSED', 5) }],
  async read(files) {
    const tree = memoryTree('set', files);
    const path = defined(tree.paths()[0]);
    const file = await openParquet(tree, path);
    for (const group of file.groups.keys()) for (const { name, list } of file.columns) if (!list) await file.readGroup(group, name);
    const table = await readParquetTable(tree, path);
    for (const column of table.columns) for (let row = 0; row < table.rows; row++) table.cell(row, column);
    await walk(await openDataset(tree, decode));
  },
  // A page may unpack to 64 times its bytes (`parquetPages.ts`).
  growth: 64,
};

const images = Object.fromEntries(range(6).map((i) => [`${i}.png`, picture(i)]));
const labelled = (line: (i: number) => string): Uint8Array => utf8(range(6).map(line).join('\n'));

/** A table beside images, or one of texts. */
const openTable = async (files: Files): Promise<void> => walk(Object.keys(files).some((path) => path.endsWith('.png')) ? await openDataset(memoryTree('set', files), decode) : await openTexts(memoryTree('set', files)));

const csv: Parser = {
  name: 'CSV',
  samples: async (): Promise<Files[]> => [
    { ...images, 'metadata.csv': utf8(`file_name,label,split\n${range(6).map((i) => `${i}.png,"a ""big"", ${i % 2 ? 'cat' : 'dog'}",${i < 4 ? 'train' : 'test'}`).join('\n')}\n`) },
    { ...images, 'labels.tsv': utf8(`id\tdigit\n${range(6).map((i) => `${i}\t${i % 3}`).join('\r\n')}\n`) },
    { 'mood.csv': utf8(moodCsv(12, 1)) },
    { 'like.csv': utf8(likeCsv(12, 2)) },
  ],
  hit: /\.[ct]sv$/,
  read: openTable,
};

const jsonl: Parser = {
  name: 'JSONL',
  samples: async (): Promise<Files[]> => [
    { ...images, 'metadata.jsonl': labelled((i) => JSON.stringify({ file_name: `${i}.png`, label: i % 2 ? 'cat' : 'dog', more: { a: [i] } })) },
    { 'train.jsonl': labelled((i) => JSON.stringify({ text: `tea number ${i} was fine`, label: i % 2 })), 'test.jsonl': labelled((i) => JSON.stringify({ text: `film ${i}`, label: i % 2 })) },
  ],
  hit: /\.jsonl$/,
  read: openTable,
};

export const parsers = [zip, parquet, csv, jsonl];
