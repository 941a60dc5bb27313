import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { opfsFiles } from '../io/hub/opfsFiles';
import { defined } from '../numbers/defined';
import { goldenPath } from '../testing/golden';
import { fakeStorage } from '../testing/opfs';
import { trainDefaults } from '../train/config';
import type { ProjectContents } from '../train/protocol';
import { Imports } from './imports';
import { openStudio } from './studio';

const VIT = goldenPath('models/vit_small_dev')!;
const PAIR = join(import.meta.dirname, '../../public/data/fashion-mnist');
const folder = (path: string, only: string[]) => only.map((name) => ({ path: name, file: new File([new Uint8Array(readFileSync(join(path, name)))], name) }));
const model = [...folder(VIT, ['config.json', 'model.safetensors']), { path: 'pytorch_model.bin', file: new File(['x'], 'x') }];
const data = folder(PAIR, readdirSync(PAIR));

let storage: StorageManager;
/** A page's worker on the same storage: a second one is the page after a reload. */
const open = (project = 'first', from = storage) => {
  const studio = openStudio(undefined, '', true, { imports: new Imports(() => opfsFiles(from, 'kept')) });
  studio.useProject(project);
  return studio;
};
beforeEach(() => void (storage = fakeStorage()));

test('a model and a data set are there after a reload under the ids they had, until deleted', async () => {
  const studio = open();
  const progress: number[] = [];
  expect((await studio.importModel('mine', model)).id).toBe('mine');
  expect((await studio.importData('clothes', data)).id).toBe('clothes');
  await studio.keepImport('model', 'mine', (done, total) => progress.push(done, total));
  const item = await studio.keepImport('data', 'clothes', () => {});
  expect(progress.at(-2)).toBe(progress.at(-1));
  expect((await studio.importModel('mine', model)).id).toBe('mine 2');

  const later = open();
  const { items, refusal } = await later.keptImports();
  expect([refusal, ...items.map(({ kind, id, files }) => `${kind} ${id} ${files}`)]).toEqual([null, 'model mine 2', `data clothes 3`]);
  expect(items[1]).toEqual(item);
  expect(await later.openCachedModel('mine')).toEqual(await studio.openCachedModel('mine'));
  expect((await later.openCachedData('clothes')).classes.length).toBe(10);
  // The pair and its index; what nobody reads is not kept.
  // A kept id is taken, opened or not.
  expect((await open().importData('clothes', data)).id).toBe('clothes 2');
  expect((await open().budget('mine', ['query'], ['a', 'b', 'c'], 1000, trainDefaults, 0)).length).toBeGreaterThan(0);

  expect((await later.deleteKept('data', 'clothes')).items.map(({ id }) => id)).toEqual(['mine']);
  await expect(later.openCachedData('clothes')).rejects.toThrow(/not open any more; choose its folder again/);
  expect((await open('other').keptImports()).items).toEqual([]);
});

test('a folder may be called what every object has: its id is another', async () => {
  for (const name of ['constructor', '__proto__']) expect((await open().importData(name, data)).id).toBe(`${name} 2`);
});

test('where storage is refused or too small an import works, and keeping it says why not', async () => {
  const studio = open('first', fakeStorage({ refuse: true }));
  await studio.importModel('mine', model);
  await expect(studio.keepImport('model', 'mine', () => {})).rejects.toThrow(/browser's storage cannot be used/);
  expect(await studio.keptImports()).toMatchObject({ items: [], refusal: expect.stringContaining('cannot be used') as unknown });
  expect((await studio.openCachedModel('mine')).id).toBe('mine');
  const small = open('first', fakeStorage({ quota: 1000 }));
  await small.importModel('mine', model);
  await expect(small.keepImport('model', 'mine', () => {})).rejects.toThrow(/It takes .* and the browser has 1.0 kB left/);
  const ended = open();
  await ended.importModel('mine', model);
  await expect(ended.keepImport('model', 'mine', () => ended.cancelKeep('model', 'mine'))).rejects.toMatchObject({ kind: 'cancelled' });
  expect((await ended.keptImports()).items).toEqual([]);
});

test('a project goes out to a file and comes in under another name; a damaged one leaves nothing', async () => {
  const studio = open();
  await studio.importModel('mine', model);
  const { key } = await studio.keepImport('model', 'mine', () => {});
  const contents: ProjectContents = { settings: { budget: 5 }, edits: {}, records: [{ store: 'runs', key: 'a' }, { store: 'runs', key: 'gone' }], imports: [key], hub: [{ kind: 'model', id: 'a/b' }] };
  const file = (await studio.saveProject(contents, null, async (i) => (i === 0 ? { id: 'a', loss: Float32Array.of(1, 2) } : undefined), () => {}))!;
  const records: unknown[] = [];
  const staged = await studio.stageProject(file, 'second', async (...record) => void records.push(record), () => {});
  expect(staged).toMatchObject({ settings: { budget: 5 }, hub: contents.hub, refusal: null, imports: [{ kind: 'model', id: 'mine' }] });
  expect(records).toEqual([['runs', 'a', { id: 'a', loss: Float32Array.of(1, 2) }]]);
  expect((await open('second').openCachedModel('mine')).parameters).toBeGreaterThan(0);
  expect((await studio.keptImports()).items.length).toBe(1);

  const bytes = new Uint8Array(await file.arrayBuffer());
  bytes[bytes.length >> 1] = defined(bytes[bytes.length >> 1]) ^ 1;
  await expect(studio.stageProject(new Blob([bytes]), 'third', async () => {}, () => {})).rejects.toThrow(/project file/);
  expect((await open('third').keptImports()).items).toEqual([]);
  await expect(studio.stageProject(file, 'third', async () => { throw new Error('no such store'); }, () => {})).rejects.toThrow('no such store');
  const ending = studio.stageProject(file, 'third', async () => studio.cancelProject(), () => {});
  await expect(ending).rejects.toMatchObject({ kind: 'cancelled' });

  await studio.sweepProjects(['second']);
  expect((await open('first').keptImports()).items).toEqual([]);
  expect((await open('second').keptImports()).items.length).toBe(1);
  await expect(studio.stageProject(file, '../x', async () => {}, () => {})).rejects.toThrow(/no name of a project/);
});

test('unlabelled pictures beside a set are there after a reload and in a project, are trained on when they have a label, and go with the set', async () => {
  const studio = open();
  await studio.importData('clothes', data);
  const { key } = await studio.keepImport('data', 'clothes', () => {});
  const pictures = (...names: string[]) => names.map((path) => ({ path, file: new File([path], path) }));
  const added = await studio.addToPool('clothes', pictures('a.png', 'b.png', 'film.mp4'), () => {});
  expect(added).toEqual({ names: ['unlabelled 1/a.png', 'unlabelled 1/b.png'], part: 'unlabelled 1', notes: ['film.mp4 is not a picture and is left out.'], unkept: '' });
  expect((await studio.addToPool('clothes', pictures('a.png'), () => {})).names).toEqual(['unlabelled 1/a.png', 'unlabelled 1/b.png', 'unlabelled 2/a.png']);
  expect(await studio.addToPool('clothes', pictures('c.png'), () => {})).toMatchObject({ part: 'unlabelled 3' });
  expect(await studio.removeFromPool('clothes', 'unlabelled 3')).toEqual(['unlabelled 1/a.png', 'unlabelled 1/b.png', 'unlabelled 2/a.png']);
  await expect(studio.addToPool('clothes', [{ path: 'a.zip', file: new File(['no zip'], 'a.zip') }], () => {})).rejects.toThrow(/a\.zip/);
  await expect(studio.addToPool('clothes', pictures('x.txt'), () => {})).rejects.toThrow(/no picture among/);
  // The page's list is of models and data sets.
  expect((await studio.keptImports()).items.map(({ kind }) => kind)).toEqual(['data']);

  const later = open();
  expect(await later.pool('clothes')).toEqual(['unlabelled 1/a.png', 'unlabelled 1/b.png', 'unlabelled 2/a.png']);
  const before = await later.openCachedData('clothes');
  const edits = { version: 1 as const, disabled_classes: [], disabled: [], relabelled: [['unlabelled 2/a.png', defined(before.classes[0])] as const], split: null };
  expect((await later.editData('clothes', edits)).train).toBe(before.train + 1);
  const file = (await later.saveProject({ settings: {}, edits: { clothes: edits }, records: [], imports: [key], hub: [] }, null, async () => undefined, () => {}))!;
  expect((await later.stageProject(file, 'second', async () => {}, () => {})).imports.map(({ kind }) => kind)).toEqual(['data']);
  expect((await open('second').pool('clothes')).length).toBe(3);
  await later.deleteKept('data', 'clothes');
  expect((await open().keptImports()).items).toEqual([]);
  const anew = open();
  await anew.importData('clothes', data);
  expect(await anew.pool('clothes')).toEqual([]);

  const small = open('first', fakeStorage({ quota: 10 }));
  await small.importData('clothes', data);
  expect(await small.addToPool('clothes', pictures('a.png', 'longer-than-ten.png'), () => {})).toMatchObject({ names: ['unlabelled 1/a.png', 'unlabelled 1/longer-than-ten.png'], unkept: expect.stringContaining('left for this page') as unknown });
});
