import { beforeEach, expect, test } from 'vitest';
import { runRecord } from '../../testing/runRecord';
import { numberedRuns } from './numbered';
import { runOf } from './runRecords';
import { useRuns, type Run } from './runs';
import { changeSettings } from './settings';
import { useShown } from './shown';

beforeEach(() => {
  useRuns.setState(useRuns.getInitialState(), true);
  useShown.setState(useShown.getInitialState(), true);
});

const run = (id: string, data: string, change: Partial<Run> = {}): Run => {
  const made = runOf(runRecord({ state: 'done' }), id).run;
  return { ...made, spec: { ...made.spec, data }, ...change };
};
const ids = (): string[] => numberedRuns().map(({ id }) => id);

test('number keys count the runs that are drawn: those on one data set', () => {
  useRuns.setState({ runs: [run('a', 'mine'), run('b', 'fashion'), run('gone', 'fashion', { deleted: 1 }), run('c', 'fashion'), run('d', 'mine')] });
  changeSettings({ data: 'fashion' });
  useShown.setState({ view: 'train' });
  expect(ids()).toEqual(['b', 'c']);
  // What goes on is drawn, whatever is chosen meanwhile.
  useRuns.setState({ current: 'd' });
  expect(ids()).toEqual(['a', 'd']);
  useShown.setState({ view: 'compare' });
  expect(ids()).toEqual(['b', 'c']);
  changeSettings({ group: 'data' });
  expect(ids()).toEqual(['a', 'b', 'c', 'd']);
});
