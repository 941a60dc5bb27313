import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defined } from '../../../numbers/defined';
import { readRuns } from '../../../records/runFile';
import { olderPath, olderProject, olderText } from '../../../testing/older.node';
import { recordNames } from './database';
import { parseLink } from '../../app/store/link';
import { checkEdits, checkRecord } from './projectChecks';
import { runOf } from '../runs/runRecords';
import { parseSettings, personal, settingsOf, type Settings } from '../settings/settings';

const written = JSON.parse(olderText('settings.json')) as Partial<Settings> & { version: number };
const { version: _, ...chosen } = written;

test('settings of an older version are read, every one of them', () => {
  expect(parseSettings(olderText('settings.json'))).toMatchObject(chosen);
});

test('a link of an older version is read, with nothing left aside', () => {
  const { settings, problems } = parseLink(olderText('link.txt'));
  expect(problems).toEqual([]);
  const { model: _model, data: _data, shortcuts: _keys, ...inLink } = chosen;
  expect(settings).toMatchObject(inLink);
});

test('a project of an older version is taken whole', async () => {
  const { manifest, record } = await olderProject();
  const states: string[] = [];
  for (const [i, { store, key }] of manifest.records.entries()) {
    const known = recordNames.find((name) => name === store)!;
    const value = await record(i);
    const checked = checkRecord(known, key, value);
    expect(checked, `${store} ${i}`).toEqual({ ok: true, value });
    if (known === 'runs') states.push((value as { state: string }).state);
  }
  expect(states).toEqual(['done', 'interrupted', 'interrupted']);
  expect(checkEdits(manifest.edits)).toEqual(manifest.edits);
  expect(settingsOf(manifest.settings)).toMatchObject(manifest.settings);
  expect(Object.keys(manifest.settings).filter((name) => (personal as readonly string[]).includes(name))).toEqual([]);
});

test('runs of an older version are read, and have what this one asks of runs', () => {
  const records = readRuns(readFileSync(olderPath('runs.json')), 'runs.json');
  const runs = records.map((record) => runOf(record, record.spec.id));
  expect(runs.map(({ run, curve }) => [run.state, run.spec.train.limit_rule, run.lastStep, curve.column('step').length])).toEqual([
    ['done', 'first', 4, 4],
    ['interrupted', 'first', 3, 3],
    ['done', 'first', 30, 30],
  ]);
  expect(defined(runs[1]).run.error).toMatchObject({ kind: 'device-lost', kept: 'The checkpoint of step 3 is kept; the run can be resumed from it.' });
});
