import { expect, test, vi } from 'vitest';
import { runRecord } from '../../../testing/runRecord';
import { renameRun } from './actions';
import { runOf } from './runRecords';
import { runById, useRuns } from './runs';

vi.mock('../storage/keep', () => ({ keepRun: async () => {}, keepCurve: async () => {} }));
vi.mock('./trainer', () => ({ startQueue: async () => {}, resumeRun: async () => {} }));

test('a run is called as no other is, since files are named after it; one that is deleted has given its name up', () => {
  useRuns.setState({ runs: ['neat-brook', 'wise-oak', 'gone'].map((name) => ({ ...runOf(runRecord(), name).run, id: name, name, deleted: name === 'gone' ? 1 : 0 })) });
  expect(['neat-brook', ' Neat-Brook ', 'a/b'].map((name) => renameRun('wise-oak', name))).toEqual(['taken', 'taken', 'slash']);
  expect(runById('wise-oak')?.name).toBe('wise-oak');
  expect(['', 'wise-oak', 'Wise-Oak', 'gone'].map((name) => renameRun('wise-oak', name))).toEqual(['', '', '', '']);
  expect(runById('wise-oak')).toMatchObject({ name: 'gone', spec: { name: 'gone' } });
});
