import { beforeEach, expect, test, vi } from 'vitest';
import { completeTrain } from '../../../train/config';
import { keepRun } from './keep';
import { makeRun, updateRun, useRuns, type Run } from '../runs/runs';

/** Writes that were asked for, and whether the browser allows them. */
const asked: { fields: readonly string[] | undefined }[] = [];
let stores = true;
vi.mock('./database', () => ({ put: async (_store: string, _key: string, _run: Run, fields?: readonly string[]) => (asked.push({ fields }), stores) }));
vi.mock('./tabs', () => ({ tabId: 'this', alone: async () => {}, announce: () => {}, livingTabs: async () => new Set(), onAnnounced: () => {} }));

beforeEach(() => {
  asked.length = 0;
  stores = true;
});

test('fields that the browser refused to store go with the next that is written', async () => {
  const id = 'a';
  useRuns.setState({ runs: [makeRun({ id, name: id, model: 'm', data: 'd', method: { method: 'lora' }, train: completeTrain({}) }, { modelTitle: '', dataTitle: '', classes: [] }, 'this', 0)] });
  await keepRun(id);
  stores = false;
  updateRun(id, { state: 'done' });
  await keepRun(id);
  stores = true;
  updateRun(id, { lastStep: 3 });
  await keepRun(id);
  await keepRun(id);
  expect(asked.map(({ fields }) => fields && [...fields].sort())).toEqual([undefined, ['state'], ['lastStep', 'state'], []]);
});
