import { expect, test } from 'vitest';
import { said } from '../../said/said';
import { messageOf } from '../store/client';
import { tell, told } from './errors';
import { pseudoLetters, type Language } from '../../language/language';

const pseudo: Language = { locale: 'en', letters: pseudoLetters };

const why = said`${'Nets.zip'} cannot be read: ${said`it has ${2} parts`}.`;
const thrown = Object.assign(new Error('Nets.zip cannot be read: it has 2 parts.'), { said: why });

test('in English an error says its key with the values in it', () => {
  expect(tell(why)).toBe('Nets.zip cannot be read: it has 2 parts.');
  expect(messageOf(thrown)).toBe(thrown.message);
  expect(messageOf(new Error('broken'))).toBe('broken');
});

test('the pseudo-language marks what is said by key and leaves the values alone', () => {
  expect(tell(why, pseudo)).toBe('Nets.zip ⟦çáññóţ ƀé ŕéáđ⟧: ⟦íţ ĥáš⟧ 2 ⟦þáŕţš⟧.');
  expect(tell(said`Choose ${'a'} {} or {x}`, pseudo)).toBe('⟦Çĥóóšé⟧ a {} ⟦óŕ {ẋ⟧}');
});

test('a language says its own sentence, and one that it lacks in English', () => {
  const german: Language = { locale: 'de', texts: { '{0} cannot be read: {1}.': '{0} lässt sich nicht lesen: {1}.' } };
  expect(tell(why, german)).toBe('Nets.zip lässt sich nicht lesen: it has 2 parts.');
});

test('what an older version kept is told as it stands', () => {
  expect(told(undefined, 'The device was lost.', pseudo)).toBe('The device was lost.');
  expect(told(said`The device was lost.`, 'The device was lost.', pseudo)).toBe('⟦Ţĥé đéṽíçé ŵáš ļóšţ⟧.');
});
