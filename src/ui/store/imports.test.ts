import { beforeEach, expect, test, vi } from 'vitest';
import { writeRuns } from '../../io/runFile';
import { runRecord } from '../../testing/runRecord';
import { useCatalog } from './catalog';
import { importFolder } from './imports';

const addRuns = vi.hoisted(() => vi.fn(async () => {}));
const importData = vi.hoisted(() => vi.fn(async () => Promise.reject(new Error('no pictures'))));
vi.mock('./runsImport', () => ({ addRuns }));
vi.mock('./client', () => ({ messageOf: (error: Error) => error.message, studio: () => ({ importData }) }));
vi.mock('./project', () => ({ isProject: () => false, openProject: vi.fn(), showProject: vi.fn() }));
vi.mock('./keptImports', () => ({ keepImport: vi.fn() }));
beforeEach(() => {
  addRuns.mockClear();
  importData.mockClear();
  useCatalog.setState({ importError: null, importing: null });
});

const folder = (...texts: string[]) => ({ name: 'x', files: texts.map((text, i) => ({ path: `${i}.json`, file: new File([text], `${i}.json`) })) });

test('files of runs that are dropped among pictures are added as runs', async () => {
  await importFolder('data', folder(writeRuns([runRecord()], 1), writeRuns([runRecord()], 2)));
  expect(addRuns).toHaveBeenCalledOnce();
  expect(importData).not.toHaveBeenCalled();
  expect(useCatalog.getState().importError).toBe(null);
});

test('other JSON, or runs among it, is data as before', async () => {
  await importFolder('data', folder(writeRuns([runRecord()], 1), '[{"file_name": "a.png"}]'));
  expect(addRuns).not.toHaveBeenCalled();
  expect(useCatalog.getState().importError).toMatchObject({ kind: 'data', message: 'no pictures' });
});
