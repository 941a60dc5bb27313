import { beforeEach, expect, test, vi } from 'vitest';
import { defined } from '../../../numbers/defined';
import type { DataInfo, KeptItem } from '../../../train/protocol';
import { useCatalog } from './catalog';
import { noteFolder } from './folders';
import { forgetHistory, followHistory, undoNewest } from '../settings/history';
import { bringBackChosen, deleteKept, useKept } from './keptImports';
import { useRuns, type Run } from '../runs/runs';
import { initialSettings, useSettings } from '../settings/settings';
import { closeToast, useToasts } from '../../kit/toast';

const item: KeptItem = { kind: 'data', id: 'signs', key: 'k1', name: 'signs', date: 0, files: 3, bytes: 1000 };
const worker = vi.hoisted(() => ({ keptImports: vi.fn(), deleteKept: vi.fn(), openCachedData: vi.fn() }));
vi.mock('../worker/client', () => ({ messageOf: (error: Error) => error.message, studio: () => worker }));
const set = (id: string) => ({ id, title: id, classes: ['a', 'b'] }) as unknown as DataInfo;

followHistory();
beforeEach(() => {
  worker.keptImports.mockResolvedValue({ items: [item], refusal: null });
  worker.openCachedData.mockImplementation(async (id: string) => set(id));
  useSettings.setState({ ...initialSettings });
  useSettings.setState({ model: 'vit-nano', data: 'signs' });
  useCatalog.setState({ models: [], datasets: [set('signs'), set('fashion-mnist')] });
  useKept.setState({ items: [item] });
  forgetHistory();
  for (const { id } of useToasts.getState().toasts) closeToast(id);
});

test('own data that was deleted comes back with one undo, however late, and with it the choice', async () => {
  deleteKept(item);
  expect([useKept.getState().items, useCatalog.getState().datasets.map(({ id }) => id), useSettings.getState().data]).toEqual([[], ['fashion-mnist'], 'fashion-mnist']);
  for (const { id } of useToasts.getState().toasts) closeToast(id);
  expect(useKept.getState().left.map(({ item }) => item.id)).toEqual(['signs']);
  expect(worker.deleteKept).not.toHaveBeenCalled();
  expect(undoNewest()).toBe(true);
  await vi.waitFor(() => expect(useSettings.getState().data).toBe('signs'));
  expect([useKept.getState().items, useCatalog.getState().datasets.map(({ id }) => id).sort()]).toEqual([[item], ['fashion-mnist', 'signs']]);
  expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual(['Undid “Deleted signs”']);
  expect(useKept.getState().left).toEqual([]);
  // The choice of other data was no action of its own.
  expect(undoNewest()).toBe(false);
});

test('the same files chosen again bring back what was deleted; its own button does too', async () => {
  const files = { name: 'signs', files: [{ path: 'a/1.png', file: new File(['x'], '1.png', { lastModified: 1 }) }] };
  noteFolder('data', 'signs', files);
  deleteKept(item);
  await bringBackChosen('data', { ...files, name: 'others' });
  expect(useKept.getState().items).toEqual([]);
  await bringBackChosen('data', files);
  expect([useKept.getState().items, useToasts.getState().toasts]).toEqual([[item], []]);
  deleteKept(item);
  await defined(useKept.getState().left[0]).back();
  expect([useKept.getState().items, useSettings.getState().data, undoNewest()]).toEqual([[item], 'signs', false]);
});

test('data of a run in progress is not deleted', () => {
  useRuns.setState({ runs: [{ id: 'r', deleted: 0, state: 'running', spec: { data: 'signs' } } as Run] });
  deleteKept(item);
  expect([useKept.getState().items, useToasts.getState().toasts.map(({ text }) => text), undoNewest()]).toEqual([[item], ['signs is in use by a run in progress. Stop the run first.'], false]);
  useRuns.setState({ runs: [] });
});
