import { expect, test } from 'vitest';
import { oldSentence, sentences } from './oldSentence.meta';

test('what older versions kept by key is read as text', () => {
  const kept = { key: '{0} cannot be read: {1}.', values: ['a.csv', { key: 'it has {0} columns of one name', values: [2] }] };
  expect(oldSentence(kept)).toBe('a.csv cannot be read: it has 2 columns of one name.');
  expect(oldSentence({ key: '{1} has {0} and {2} for {}', values: ['{1}', 'a'] })).toBe('a has {1} and {2} for {}');
  expect(sentences([kept, 'It is text.', 7, { key: 'It is cut short.', values: [] }])).toEqual(['a.csv cannot be read: it has 2 columns of one name.', 'It is text.', 'It is cut short.']);
  expect([sentences(undefined), sentences({})]).toEqual([[], []]);
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['a text', 'It is text.'],
  ['no values', { key: 'It is cut short.' }],
  ['a value of another kind', { key: '{0}', values: [true] }],
  ['a key of any length', { key: 'x'.repeat(20_001), values: [] }],
  ['any number of values', { key: '', values: new Array(101).fill(1) }],
])('%s is no such sentence', (_, value) => expect(oldSentence(value)).toBeNull());

test('sentences in sentences without end are none, and no text floods the page', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 9; i++) deep = { key: '{0}', values: [deep] };
  expect([oldSentence(deep), oldSentence({ key: '{0}', values: [deep] })]).toEqual(['1', null]);
  let wide: unknown = 'x';
  for (let i = 0; i < 8; i++) wide = { key: '{0}'.repeat(5000), values: [wide] };
  expect(oldSentence(wide)).toHaveLength(20_001);
});
