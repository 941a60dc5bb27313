import { expect, test } from 'vitest';
import { countEdits, noEdits, withDisabled, withDisabledClass, withLabel, withSplit } from '../../../data/edits.meta';
import { editLines, labelNow, wholeEdits } from './edits';

test('kept edits are read back, damaged ones are dropped', () => {
  const edits = withLabel(noEdits, 'a.png', 'cat');
  expect(wholeEdits({ pets: edits, old: { version: 0 }, broken: null })).toEqual({ pets: edits });
});

test('every edit is a line of the list', () => {
  const edits = withSplit(withDisabled(withLabel(withDisabledClass(noEdits, 'dog', true), 'a.png', 'cat'), 'b.png', true), 3, 0.35);
  expect(countEdits(edits)).toBe(4);
  expect(editLines('pets', edits).map(({ text }) => text)).toEqual(['The split is 35 % for testing, seed 3', 'Class dog is left out', 'a.png is now labelled “cat”', 'b.png is left out']);
});

test('a picture goes by the class it was given', () => {
  const edits = withLabel(noEdits, 'a.png', 'cat');
  expect([labelNow(edits, 'a.png', 'dog'), labelNow(edits, 'b.png', 'dog')]).toEqual(['cat', 'dog']);
});
