import { expect, test } from 'vitest';
import { wordTokenizer } from '../testing/tinyTexts';
import { memoryTree } from './fileTree';
import { FormatError } from './formatError';
import { openTextTokenizer } from './textTokenizer';

const files = wordTokenizer();
type Json = Record<string, unknown> & { model: Record<string, unknown> };

/** That tokenizer with its file changed. */
function open(change: (json: Json) => void = () => {}) {
  const json = JSON.parse(new TextDecoder().decode(files['tokenizer.json'])) as Json;
  change(json);
  return openTextTokenizer(memoryTree('model', { ...files, 'tokenizer.json': new TextEncoder().encode(JSON.stringify(json)) }));
}

const template = (id: string) => ({ type: 'TemplateProcessing', single: [{ SpecialToken: { id, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [], special_tokens: { '[CLS]': { id: '[CLS]', ids: [0], tokens: ['[CLS]'] } } });

test.each<[string, (json: Json) => void, RegExp]>([
  ['no vocabulary', ({ model }) => (model.vocab = 'x'), /has no vocabulary/],
  ['a number that is none', ({ model }) => (model.vocab = { tea: 'x' }), /gives "tea" the number/],
  ['a number below 0', ({ model }) => (model.vocab = { tea: -1 }), /gives "tea" the number "-1"/],
  ['a template of a token that is not there', (json) => (json.post_processor = template('[SEP]')), /names "\[SEP\]", which special_tokens does not have/],
  ['a template of a prototype', (json) => (json.post_processor = template('__proto__')), /names "__proto__", which special_tokens does not have/],
  ['a list of pieces that is none', ({ model }) => Object.assign(model, { type: 'Unigram', vocab: { length: 1e9 } }), /has no vocabulary/],
  ['a space that becomes a list', (json) => (json.pre_tokenizer = { type: 'Metaspace', replacement: [0, 0] }), /puts "\[0,0\]" in the place of a space; it has to be one letter/],
  ['a space that becomes a text', (json) => (json.decoder = { type: 'Sequence', decoders: [{ type: 'Metaspace', str_rep: 'ab' }] }), /in the place of a space/],
  ['bytes that are made letters again and again', (json) => (json.pre_tokenizer = { type: 'Sequence', pretokenizers: new Array(17).fill({ type: 'ByteLevel' }) }), /more than 4096 times as long/],
  ['a letter that becomes thousands', (json) => (json.normalizer = { type: 'Replace', pattern: { String: 'a' }, content: 'a'.repeat(5000) }), /more than 4096 times as long/],
])('%s is refused', async (_, change, message) => {
  await expect(open(change)).rejects.toThrow(FormatError);
  await expect(open(change)).rejects.toThrow(message);
});

test('a text of more tokens than a call has room for as arguments', async () => {
  const tokenizer = await open();
  const { ids, types, first } = tokenizer.around(new Array<number>(200_000).fill(5), [6]);
  expect([ids.length, types.length, first]).toEqual([200_004, 200_004, [1, 200_001]]);
});
