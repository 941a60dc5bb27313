import { beforeEach, expect, test, vi } from 'vitest';
import { defined } from '../../../numbers/defined';
import { readRuns, writeRuns } from '../../../records/runFile';
import { runRecord } from '../../../testing/runRecord';
import { setCurve } from './metrics';
import { groupRuns } from './runGroups';
import { recordOf, runOf } from './runRecords';
import { personOf, useRuns } from './runs';
import { addRuns, useRunsImport } from './runsImport';

vi.mock('../worker/client', () => ({ messageOf: (error: Error) => error.message, studio: () => ({ readRuns: async (file: File) => readRuns(new Uint8Array(await file.arrayBuffer()), file.name) }) }));
vi.mock('../storage/keep', () => ({ keepRun: async () => {}, keepCurve: async () => {}, purgeRun: async () => {} }));
beforeEach(() => useRuns.setState(useRuns.getInitialState(), true));

let next = 0;
/** Somebody's file of one run, as the page writes it for a person of this name. */
function fileOf(name: string, person: string): File {
  const { run, curve } = runOf({ ...runRecord({ state: 'done' }, { seed: 1 }), spec: { ...runRecord({}, { seed: 1 }).spec, id: `run ${next++}` } }, 'x');
  setCurve('x', curve);
  return new File([writeRuns([recordOf({ ...run, spec: { ...run.spec, id: `run ${next++}` } }, curve, person)], 1)], name);
}

test('people are told apart by their names, and without one by their files, also where these are called alike', async () => {
  for (const person of ['Mia', 'Ben', '', '']) await addRuns([fileOf('2-runs.runs.json', person)]);
  const people = useRuns.getState().runs.map(personOf);
  expect(people).toEqual(['Mia', 'Ben', '2-runs (3).runs.json', '2-runs (4).runs.json']);
  const groups = groupRuns(useRuns.getState().runs, 'who');
  expect(groups.map(({ second, counted }) => [second, counted.length])).toEqual([['from Mia', 1], ['from Ben', 1], ['from 2-runs (3)', 1], ['from 2-runs (4)', 1]]);
});

test('a project that is given as a file of runs is told where to open', async () => {
  await addRuns([new File(['PK'], 'ours.fullrank'), new File(['PK'], 'ours.json')]);
  expect(useRunsImport.getState().errors).toEqual(['ours.fullrank was not added. It is a project, which is opened under Project.', 'ours.json was not added. ours.json is not valid JSON.']);
});

test('what goes on to others keeps the name of whoever trained it', async () => {
  await addRuns([fileOf('a.runs.json', 'Mia')]);
  const run = defined(useRuns.getState().runs[0]);
  expect(recordOf(run, runOf(runRecord(), 'x').curve, 'Teacher').by).toBe('Mia');
});

test('a run of before limits had a rule took the first images, and says so from then on', async () => {
  const { limit_rule: _, ...train } = { ...runRecord().spec.train, test_limit: 20 };
  const record = runRecord({ state: 'done' });
  await addRuns([new File([JSON.stringify({ ...record, spec: { ...record.spec, train } })], 'run.json')]);
  expect(useRuns.getState().runs.map(({ spec }) => spec.train.limit_rule)).toEqual(['first']);
});

test('the same file once more adds nothing', async () => {
  const file = fileOf('a.runs.json', 'Mia');
  await addRuns([file]);
  await addRuns([file]);
  expect(useRuns.getState().runs).toHaveLength(1);
});

test('files that come while others are read wait for their turn', async () => {
  await Promise.all([addRuns([fileOf('a.runs.json', 'Mia')]), addRuns([fileOf('b.runs.json', 'Ben')])]);
  expect(useRuns.getState().runs.map(personOf)).toEqual(['Mia', 'Ben']);
});
