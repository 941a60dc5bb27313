import { beforeEach, expect, test } from 'vitest';
import { runRecord } from '../../../testing/runRecord';
import { numberedRows, toggleNumbered } from './numbered';
import { runOf } from '../../core/runs/runRecords';
import { useRuns, type Run } from '../../core/runs/runs';
import { changeSettings } from '../../core/settings/settings';
import { useShown } from '../../core/storage/shown';
import { useToasts } from '../../kit/toast';

beforeEach(() => {
  useRuns.setState(useRuns.getInitialState(), true);
  useShown.setState(useShown.getInitialState(), true);
});

const run = (id: string, data: string, change: Partial<Run> = {}): Run => {
  const made = runOf(runRecord({ state: 'done' }), id).run;
  return { ...made, spec: { ...made.spec, data }, ...change };
};
const ids = (): string[] => numberedRows().map(({ runs }) => runs.map(({ id }) => id).join('+'));

test('number keys count the runs that are drawn: those on one data set', () => {
  useRuns.setState({ runs: [run('a', 'mine'), run('b', 'fashion'), run('gone', 'fashion', { deleted: 1 }), run('c', 'fashion'), run('d', 'mine')] });
  changeSettings({ data: 'fashion', group: 'run' });
  useShown.setState({ view: 'train' });
  expect(ids()).toEqual(['b', 'c']);
  // What goes on is drawn, whatever is chosen meanwhile.
  useRuns.setState({ current: 'd' });
  expect(ids()).toEqual(['a', 'd']);
  useShown.setState({ view: 'compare' });
  expect(ids()).toEqual(['b', 'c']);
  changeSettings({ group: 'data' });
  expect(ids()).toEqual(['a+d', 'b+c']);
});

test('a key shows and hides a row of several seeds as a whole, and says so', () => {
  const seeded = (id: string, seed: number) => {
    const made = run(id, 'mine');
    return { ...made, spec: { ...made.spec, train: { ...made.spec.train, seed } } };
  };
  useRuns.setState({ runs: [seeded('a', 0), seeded('b', 1)] });
  changeSettings({ data: 'mine', group: 'seed' });
  useShown.setState({ view: 'compare' });
  expect(ids()).toEqual(['a+b']);
  const toastTexts = () => useToasts.getState().toasts.map(({ text }) => text);
  for (const [hidden, words] of [[['a', 'b'], /^Hidden: \S/], [[], /^Shown: \S/]] as const) {
    toggleNumbered(1);
    expect([useRuns.getState().hidden, toastTexts()]).toEqual([hidden, [expect.stringMatching(words)]]);
  }
  toggleNumbered(2);
  changeSettings({ group: 'run' });
  expect([toastTexts().length, ids()]).toEqual([1, ['a', 'b']]);
});
