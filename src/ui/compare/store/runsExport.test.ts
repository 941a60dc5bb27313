import { expect, test } from 'vitest';
import { runRecord } from '../../../testing/runRecord';
import { canLeave, openRunsExport, useRunsExport } from './runsExport';
import { runOf } from '../../core/runs/runRecords';
import { useRuns } from '../../core/runs/runs';

test('a run that goes on is not exported: it has no end to be told of', () => {
  const run = (id: string, state: 'done' | 'running' | 'stopped') => ({ ...runOf(runRecord(), 'f').run, id, state });
  const runs = [run('a', 'done'), run('b', 'running'), run('c', 'stopped')];
  expect(runs.map(canLeave)).toEqual([true, true, true]);
  useRuns.setState({ runs });
  openRunsExport();
  expect(useRunsExport.getState().chosen).toEqual(['a', 'c']);
  openRunsExport(['a', 'b']);
  expect(useRunsExport.getState().chosen).toEqual(['a']);
});
