import { expect, test } from 'vitest';
import { countEdits, noEdits, withDisabled, withDisabledClass, withLabel, withSplit } from '../../data/edits.meta';
import { editLines, parseKept } from './edits';

test('kept edits are read back, damaged ones are dropped', () => {
  const edits = withLabel(noEdits, 'a.png', 'cat');
  expect(parseKept(JSON.stringify({ pets: edits, old: { version: 0 }, broken: null }))).toEqual({ pets: edits });
  for (const text of [null, '', '{', '3', 'null']) expect(parseKept(text)).toEqual({});
});

test('every edit is a line of the list', () => {
  const edits = withSplit(withDisabled(withLabel(withDisabledClass(noEdits, 'dog', true), 'a.png', 'cat'), 'b.png', true), 3, 0.35);
  expect(countEdits(edits)).toBe(4);
  expect(editLines('pets', edits).map(({ text }) => text)).toEqual(['The split is 35\u00a0% for testing, seed 3', 'Class dog is left out', 'a.png is now labelled “cat”', 'b.png is left out']);
});
