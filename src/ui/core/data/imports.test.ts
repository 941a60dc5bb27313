import { zipSync } from 'fflate';
import { beforeEach, expect, test, vi } from 'vitest';
import { writeRuns } from '../../../records/runFile';
import { runRecord } from '../../../testing/runRecord';
import { useCatalog } from './catalog';
import { importAnything, importFolder, place, whatIs } from './imports';
import { useSettings } from '../settings/settings';
import { useShown } from '../storage/shown';
import { useToasts } from '../../kit/toast';

const addRuns = vi.hoisted(() => vi.fn(async () => {}));
const importData = vi.hoisted(() => vi.fn(async (_: string): Promise<unknown> => Promise.reject(new Error('no pictures'))));
vi.mock('../runs/runsImport', () => ({ addRuns }));
vi.mock('../worker/client', () => ({ messageOf: (error: Error) => error.message, studio: () => ({ importData }) }));
vi.mock('../storage/project', () => ({ openProject: vi.fn(), showProject: vi.fn() }));
vi.mock('../storage/imported', () => ({ importAdapter: vi.fn() }));
vi.mock('./keptImports', () => ({ keepImport: vi.fn(), bringBackChosen: vi.fn() }));
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

test('the same files chosen again are the set that is open, edited or not; others of that name are another set', async () => {
  const set = (name: string, text = 'x', lastModified = 1) => ({ name, files: [{ path: 'cat/1.png', file: new File([text], '1.png', { lastModified }) }] });
  importData.mockImplementation(async (name) => ({ id: useCatalog.getState().datasets.some(({ id }) => id === name) ? `${name} 2` : name }));
  useCatalog.setState({ datasets: [] });
  await importFolder('data', set('birds'));
  await importFolder('data', set('birds'));
  expect([importData.mock.calls.length, useCatalog.getState().datasets.map(({ id }) => id), useToasts.getState().toasts.at(-1)?.text]).toEqual([1, ['birds'], 'birds is open already.']);
  await importFolder('data', set('birds', 'other'));
  await importFolder('data', set('birds', 'x', 2));
  await importFolder('data', set('dogs'));
  expect([importData.mock.calls.length, useSettings.getState().data]).toEqual([4, 'dogs']);
  // From another one it is gone back to.
  await importFolder('data', set('birds'));
  expect([importData.mock.calls.length, useSettings.getState().data]).toEqual([4, 'birds']);
  // What was closed is opened anew.
  useCatalog.setState({ datasets: [] });
  await importFolder('data', set('birds'));
  expect(importData).toHaveBeenCalledTimes(5);
});
