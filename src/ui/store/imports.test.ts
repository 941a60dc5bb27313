import { zipSync } from 'fflate';
import { beforeEach, expect, test, vi } from 'vitest';
import { writeRuns } from '../../io/runFile';
import { runRecord } from '../../testing/runRecord';
import { useCatalog } from './catalog';
import { importAnything, importFolder, place, whatIs } from './imports';
import { useShown } from './shown';

const addRuns = vi.hoisted(() => vi.fn(async () => {}));
const importData = vi.hoisted(() => vi.fn(async () => Promise.reject(new Error('no pictures'))));
vi.mock('./runsImport', () => ({ addRuns }));
vi.mock('./client', () => ({ messageOf: (error: Error) => error.message, studio: () => ({ importData }) }));
vi.mock('./project', () => ({ isProject: () => false, openProject: vi.fn(), showProject: vi.fn() }));
vi.mock('./imported', () => ({ importAdapter: vi.fn() }));
vi.mock('./keptImports', () => ({ keepImport: vi.fn() }));
beforeEach(() => {
  addRuns.mockClear();
  importData.mockClear();
  useCatalog.setState({ importError: null, importing: null, unopened: '' });
});

const folder = (...texts: string[]) => ({ name: 'x', files: texts.map((text, i) => ({ path: `${i}.json`, file: new File([text], `${i}.json`) })) });

const named = (name: string, ...paths: string[]) => ({ name, files: paths.map((path) => ({ path, file: new File(['x'], path) })) });

test('files of runs that are given as pictures say what they are, and are added when the person says so', async () => {
  await importFolder('data', folder(writeRuns([runRecord()], 1), writeRuns([runRecord()], 2)));
  expect(addRuns).not.toHaveBeenCalled();
  const { misplaced, importError } = useCatalog.getState();
  expect([misplaced, importError]).toMatchObject([{ kind: 'runs', as: 'data' }, null]);
  place(misplaced!);
  expect(addRuns).toHaveBeenCalledOnce();
  expect([useCatalog.getState().misplaced, useShown.getState().view]).toEqual([null, 'compare']);
  expect(importData).not.toHaveBeenCalled();
});

test('an adapter, its zip and a model that are given as pictures are known by their files', async () => {
  const zip = new File([zipSync({ 'mine/adapter_config.json': new Uint8Array(9), 'mine/adapter_model.safetensors': new Uint8Array(200_000) })], 'mine.zip');
  const kinds = [named('mine', 'adapter_config.json', 'adapter_model.safetensors'), { name: 'mine.zip', files: [{ path: 'mine.zip', file: zip }] }, named('vit', 'config.json', 'model.safetensors'), named('', 'run.json')];
  expect(await Promise.all(kinds.map(whatIs))).toEqual(['adapter', 'adapter', 'model', 'runs']);
  expect(await whatIs(named('pets', 'cat/1.png', 'dog/config.json'))).toBe(null);
});

test('other JSON, or runs among it, is data as before', async () => {
  await importFolder('data', folder(writeRuns([runRecord()], 1), '[{"file_name": "a.png"}]'));
  expect(addRuns).not.toHaveBeenCalled();
  expect(useCatalog.getState().importError).toMatchObject({ kind: 'data', message: 'no pictures' });
});

test('what is dropped anywhere and belongs nowhere is named, and the view stays; pictures go to Train', async () => {
  useShown.setState({ view: 'compare' });
  await importAnything(named('notes.pdf', 'notes.pdf'));
  expect([useCatalog.getState().unopened, useCatalog.getState().importError, useShown.getState().view]).toEqual(['notes.pdf', null, 'compare']);
  expect(importData).not.toHaveBeenCalled();
  await importAnything(named('pets', 'pets/cat/1.png'));
  expect([useCatalog.getState().unopened, useShown.getState().view]).toEqual(['', 'train']);
  expect(importData).toHaveBeenCalledOnce();
});
