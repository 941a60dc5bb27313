import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { zipSync } from 'fflate';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { openDataset } from '../data';
import { exportRuns, runsFormats } from '../records';
import { readTable } from '../io/table';
import { memoryTree } from '../io/fileTree';
import { FormatError } from '../io/formatError';
import { readRuns, writeRuns } from '../records/runFile';
import { zipTree } from '../io/zipTree';
import { defined } from '../numbers/defined';
import { openModel } from '../train/openModel';
import type { RunRecord } from '../train/protocol';
import { hostileNames } from './hostileNames';
import { runRecord } from './runRecord';
import { tinyVitFiles } from './tiny';

const names = Object.values(hostileNames);
const utf8 = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Runs of these names, with classes and titles that are called the same. */
const runs = names.map((name, i): RunRecord => {
  const run = runRecord({ classes: [name, `${name} too`], model_title: name, data_title: name, notes: name, by: name.slice(0, 100) }, { seed: i });
  return { ...run, spec: { ...run.spec, id: `id-${i}`, name } };
});

describe('runs with hostile names', () => {
  test('come back from their file as they were, and no prototype has changed', () => {
    expect(readRuns(utf8(writeRuns(runs, 5)), 'a.json').map(({ spec }) => spec.name)).toEqual(names);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect((globalThis as { hostile?: unknown }).hostile).toBeUndefined();
  });

  test.each(runsFormats)('exported as %s they are text, in files with harmless names', async (format) => {
    const files = await exportRuns(runs, format, 5);
    expect(files.length).toBeGreaterThan(0);
    for (const { path, bytes: made } of files) {
      const bytes = typeof made === 'string' ? utf8(made) : made;
      for (const part of path.split('/')) expect(part).toMatch(/^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$/);
      if (path.endsWith('.csv')) expect(Papa.parse<string[]>(text(bytes)).data.flat().filter((cell) => /^[=+@\t\r]/.test(cell) || (/^-/.test(cell) && Number.isNaN(Number(cell))))).toEqual([]);
      if (path.endsWith('.html')) expect(text(bytes)).not.toMatch(/<(script|img|svg[^>]*\son|b>|iframe|object|embed|link)|<[^>]*\son\w+\s*=|[\u202a-\u202e\u2066-\u2069]/i);
    }
  });

  test.each(['../../up', 'a/b', 'a\\b', '..', '\0', '\u001b[31m', 'x'.repeat(201), ''])('a run called %j is refused', (name) => {
    expect(() => readRuns(utf8(writeRuns([{ ...defined(runs[0]), spec: { ...defined(runs[0]).spec, name } }], 5)), 'a.json')).toThrow(FormatError);
  });
});

describe('data with hostile names', () => {
  const decode = async () => ({ width: 1, height: 1, data: new Uint8Array(3) });
  // Only what a path of a zip can hold.
  const classes = names.filter((name) => !/[/\\]/.test(name));

  test('classes are what folders are called, and nothing else', async () => {
    const files = Object.fromEntries(classes.flatMap((name) => [0, 1, 2, 3].map((i) => [`${name}/${i}.png`, Uint8Array.of(i)])));
    for (const tree of [memoryTree('set', files), memoryTree('set', { 'a.zip': zipSync(files) })]) {
      const set = await openDataset(tree, decode);
      expect([...set.classes].sort()).toEqual([...classes].sort());
      expect(set.train.count + set.test.count).toBe(4 * classes.length);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('labels and columns of a table are text', async () => {
    const table = await readTable(memoryTree('t', { 'a.csv': utf8(Papa.unparse({ fields: ['__proto__', 'constructor', 'label'], data: names.map((name) => ['a', 'b', name]) })) }), 'a.csv');
    expect(table.columns).toEqual(['__proto__', 'constructor', 'label']);
    expect(table.cell(0, '__proto__')).toBe('a');
    expect(table.cell(0, 'toString')).toBeNull();
    const lines = await readTable(memoryTree('t', { 'a.jsonl': utf8('{"__proto__":"x","constructor":"y"}\n{"label":"z"}') }), 'a.jsonl');
    expect([lines.columns, lines.cell(0, '__proto__'), lines.cell(1, 'constructor'), lines.cell(1, 'hasOwnProperty')]).toEqual([['__proto__', 'constructor', 'label'], 'x', null, null]);
  });

  test('labels of a model are text, too', async () => {
    const files = tinyVitFiles(names.length);
    const config = JSON.parse(text(defined(files['config.json']))) as Record<string, unknown>;
    const model = await openModel(memoryTree('tiny', { ...files, 'config.json': utf8(JSON.stringify({ ...config, num_labels: undefined, id2label: Object.fromEntries(names.map((name, i) => [i, name])) })) }));
    expect(model.net.labels).toEqual(names);
  });
});

describe('zips that grow', () => {
  const read = async (bytes: Uint8Array) => {
    const tree = await zipTree(memoryTree('t', { 'a.zip': bytes }), 'a.zip');
    for (const path of tree.paths()) await tree.read(path);
  };

  test('by files that lie on one another: each packed once, listed many times', async () => {
    const zip = zipSync({ 'a.png': new Uint8Array(500_000).map((_, i) => i >> 9), 'b.png': Uint8Array.of(1), 'c.png': Uint8Array.of(2) });
    // The second and third entries of the list point at the first one's bytes.
    const list = Buffer.from(zip).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    const [first, sizes] = [zip.slice(list, list + 46), 20];
    for (let at = list + 46 + 5; at < zip.length - 22; at += 46 + 5) {
      zip.set(first.subarray(sizes, sizes + 8), at + sizes);
      zip.set([0, 0, 0, 0], at + 42);
    }
    await expect(read(zip)).rejects.toThrow(FormatError);
  });

  test('by depth: what lies in a zip in a zip is not opened', async () => {
    let bytes = zipSync({ 'x.png': new Uint8Array(1000) });
    for (let depth = 0; depth < 50; depth++) bytes = zipSync({ 'a.zip': bytes });
    await expect(openDataset(memoryTree('t', { 'a.zip': bytes }))).rejects.toThrow(/not a data set that can be read/);
  });
});

test('the page\'s policy lets in no script but its own files, and no style but its own files', () => {
  const html = readFileSync(resolve(import.meta.dirname, '../ui/index.html'), 'utf8');
  const policy = defined(/http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html)![1]);
  const of = Object.fromEntries(policy.split(';').map((part) => part.trim().split(/\s+/)).map(([name, ...values]): [string, string] => [defined(name), values.join(' ')]));
  expect(of).toMatchObject({ 'default-src': "'none'", 'script-src': "'self' 'wasm-unsafe-eval'", 'style-src': "'self'", 'base-uri': "'none'", 'form-action': "'none'" });
  expect(policy.replace("'wasm-unsafe-eval'", '')).not.toMatch(/unsafe|\*(?!\s|$|;)|data:(?=.*script)/);
  expect(html).not.toMatch(/\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)/);
});
