import { afterEach, expect, test, vi } from 'vitest';
import { said } from '../../said/said';
import { messageOf } from '../store/client';
import { tell, told } from './errors';

afterEach(() => vi.unstubAllGlobals());
const inLanguage = (name: string) => vi.stubGlobal('localStorage', { getItem: (key: string) => (key === 'fullrank.language' ? name : null) });

const why = said`${'Nets.zip'} cannot be read: ${said`it has ${2} parts`}.`;
const thrown = Object.assign(new Error('Nets.zip cannot be read: it has 2 parts.'), { said: why });

test('in English an error says its key with the values in it', () => {
  expect(tell(why)).toBe('Nets.zip cannot be read: it has 2 parts.');
  expect(messageOf(thrown)).toBe(thrown.message);
  expect(messageOf(new Error('broken'))).toBe('broken');
});

test('the pseudo-language marks what is said by key and leaves the values alone', () => {
  inLanguage('pseudo');
  expect(tell(why)).toBe('⟦Nets.zip ćáńńóť ƀé ŕéáď: ⟦íť ĥáś 2 ṕáŕťś⟧.⟧');
  expect(messageOf(thrown)).toBe(tell(why));
  expect(tell(said`Choose ${'a'} {} or {x}`)).toBe('⟦Ćĥóóśé a {} óŕ {ẋ}⟧');
});

test('a language without the sentence says it in English', () => {
  inLanguage('tlh');
  expect(tell(why)).toBe('Nets.zip cannot be read: it has 2 parts.');
});

test('what an older version kept is told as it stands', () => {
  inLanguage('pseudo');
  expect(told(undefined, 'The device was lost.')).toBe('The device was lost.');
  expect(told(said`The device was lost.`, 'The device was lost.')).toBe('⟦Ťĥé ďéṽíćé ŵáś ĺóśť.⟧');
});
