import { expect, test } from 'vitest';
import { runRecord } from '../../../testing/runRecord';
import { canLeave, openRunsExport, useRunsExport } from './runsExport';
import { useRecorded } from '../../core/analyses/recorded';
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

test('recorded runs leave too where they are what is compared; else they stay aside', () => {
  const { run } = runOf(runRecord(), 'f');
  useRuns.setState({ runs: [{ ...run, id: 'a', state: 'done' }] });
  useRecorded.setState({ runs: [{ ...run, id: 'recorded x', state: 'done' }] });
  openRunsExport(['recorded x']);
  expect(useRunsExport.getState().chosen).toEqual(['recorded x']);
  openRunsExport();
  expect(useRunsExport.getState().chosen).toEqual(['a']);
});
