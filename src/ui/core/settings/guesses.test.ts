import { expect, test } from 'vitest';
import { parseGuesses } from './guesses';

test('guesses are read as they were kept, and nothing else is', () => {
  expect(parseGuesses('{"rank":1,"memory":0}')).toEqual({ rank: 1, memory: 0 });
  expect(parseGuesses('{"rank":"1","memory":-1,"few-shots":0.5,"landscape":null}')).toEqual({});
  for (const text of [null, '', 'null', '[]', '3', '{']) expect(parseGuesses(text)).toEqual({});
});
