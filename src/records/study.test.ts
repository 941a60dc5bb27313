import { expect, test } from 'vitest';
import { noEdits, withDisabled, withLabel } from '../data/edits.meta';
import { runRecord } from '../testing/runRecord';
import { hashOf } from './study';

test('a result on edited data is none of a study of the data as they are', () => {
  const { spec } = runRecord();
  const hashes = [spec, { ...spec, edits: withDisabled(noEdits, 'a.png', true) }, { ...spec, edits: withLabel(noEdits, 'a.png', 'dog') }].map(hashOf);
  expect(new Set(hashes).size).toBe(3);
  expect(hashOf({ ...spec, edits: noEdits })).toBe(hashes[0]);
});
