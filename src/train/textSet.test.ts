import { expect, test } from 'vitest';
import { tinyEncoder, tinyTexts } from '../testing/tinyTexts';
import { readBy } from './textSet';

const words = (count: number) => Array(count).fill('tea').join(' ');
/** Of 6, 26 and 34 words, and each is between two tokens of its own. */
const csv = `text,label\n${[4, 24, 32].map((count, i) => `the ${words(count)} day,${i % 2 ? 'a' : 'b'}`).join('\n')}\n`;
const files = { 'train.csv': csv, 'test.csv': 'text,label\nthe tea,a\nthe day,b\n' };

test('what is cut of labelled texts is said, split by split, and more tokens than the model has positions for are refused', async () => {
  const model = await tinyEncoder('bert');
  const set = await tinyTexts(files);
  const read = async (max_length?: number) => {
    const { model: net, data } = await readBy(model, set, max_length === undefined ? {} : { max_length });
    return [net.language.tokens, ...data.notes!];
  };
  expect(await read()).toEqual([20, 'train: 2 of 3 texts are longer than 20 tokens and end there; 24 tokens are cut.']);
  expect(await read(7)).toEqual([7, 'train: 3 of 3 texts are longer than 7 tokens and end there; 51 tokens are cut.']);
  await expect(read(21)).rejects.toThrow('texts of 21 tokens do not fit: this model has positions for 20.');
  const pairs = await tinyTexts({ 'train.csv': csv.replace('text,', 'sentence1,sentence2,').replaceAll(' day,', ' day,the tea,'), 'test.csv': 'sentence1,sentence2,label\na,b,a\na,c,b\n' });
  expect((await readBy(model, pairs, {})).data.notes!).toEqual(['train: 2 of 3 pairs are longer than 20 tokens; the longer text of each is cut, 30 tokens in all.']);
});

test('a tokenizer of more tokens than the model has rows for does not belong to it', async () => {
  const model = await tinyEncoder('bert', { vocab_size: 20 });
  const set = await tinyTexts(files);
  await expect(readBy(model, set, {})).rejects.toThrow('The tokenizer has 25 tokens and the model knows 20; they do not belong together.');
});
