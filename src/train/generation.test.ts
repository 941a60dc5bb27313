import { expect, test } from 'vitest';
import { memoryTree } from '../io/fileTree';
import { tinyJson } from '../testing/tiny';
import { tinyDecoderFiles } from '../testing/tinyDecoders';
import { generationOf, newTokens, settingsOf, type GivenSettings } from './generation';
import { openModel } from './openModel';

/** A model's folder with this generation_config.json, or none. */
const folder = (generation?: unknown, config: object = {}) => ({ id: 'm', files: memoryTree('m', generation === undefined ? {} : { 'generation_config.json': generation instanceof Uint8Array ? generation : tinyJson(generation) }), config: { ...config } });
const endsOf = async (generation: unknown, config: object, eos: number | null) => (await generationOf(folder(generation, config), { eos })).ends;

test('ends are those of generation_config.json, else of config.json, else of the tokenizer', async () => {
  expect(await endsOf({ eos_token_id: [5, 6, 5] }, { eos_token_id: 7 }, 8)).toEqual([5, 6]);
  expect(await endsOf({ eos_token_id: 0 }, { eos_token_id: 7 }, 8)).toEqual([0]);
  expect(await endsOf({ do_sample: true }, { eos_token_id: [7, 9] }, 8)).toEqual([7, 9]);
  expect(await endsOf(undefined, { eos_token_id: 7 }, 8)).toEqual([7]);
  expect(await endsOf({ eos_token_id: null }, {}, 8)).toEqual([8]);
  expect(await endsOf({ eos_token_id: -1 }, { eos_token_id: 7 }, 8)).toEqual([]);
  expect(await endsOf({}, {}, null)).toEqual([]);
});

test.each([
  ['more ends than any model has', { eos_token_id: Array.from({ length: 5000 }, (_, i) => i) }, /eos_token_id/],
  ['an end that is no whole number', { eos_token_id: [1, 2.5] }, /eos_token_id/],
  ['an end that is a word', { eos_token_id: '</s>' }, /eos_token_id/],
  ['a share above one', { top_p: 1.5 }, /top_p/],
  ['more beams than fit', { num_beams: 1e9 }, /num_beams/],
  ['a length that is none', { max_length: 0 }, /max_length/],
  ['a list', [], /generation_config\.json of m/],
  ['no JSON', new TextEncoder().encode('{"eos_token_id": '), /not JSON/],
  ['more bytes than are read', new Uint8Array(2 ** 21).fill(32), /2097152 bytes/],
])('a generation_config.json with %s is refused in a sentence', async (_, generation, message) => {
  await expect(generationOf(folder(generation))).rejects.toThrow(message);
});

test('a generation_config.json may be as long as it is let', async () => {
  expect(await endsOf(new TextEncoder().encode('{"eos_token_id": 5}'.padEnd(2 ** 20)), {}, 8)).toEqual([5]);
  await expect(generationOf(folder(new TextEncoder().encode('{}'.padEnd(2 ** 20 + 1))))).rejects.toThrow(/1048577 bytes/);
});

test('what is not asked for is as the file says, else as transformers has it', async () => {
  const settings = async (generation: unknown, asked: GivenSettings = {}) => settingsOf(asked, await generationOf(folder(generation)));
  const greedy = { temperature: 0, top_k: 0, top_p: 1, num_beams: 1, length_penalty: 1, no_repeat_ngram_size: 0 };
  expect(await settings(undefined)).toEqual(greedy);
  // Without do_sample nothing is drawn, whatever else the file says of drawing.
  expect(await settings({ temperature: 0.6, top_p: 0.9 })).toEqual({ ...greedy, top_p: 0.9 });
  expect(await settings({ do_sample: true })).toEqual({ ...greedy, temperature: 1, top_k: 50 });
  expect(await settings({ do_sample: true, temperature: 0.6, top_k: null, top_p: 0.9 })).toEqual({ ...greedy, temperature: 0.6, top_p: 0.9 });
  expect(await settings({ num_beams: 4, length_penalty: 0.8, no_repeat_ngram_size: 3 })).toEqual({ ...greedy, num_beams: 4, length_penalty: 0.8, no_repeat_ngram_size: 3 });
  // What is asked for wins.
  expect(await settings({ do_sample: true, top_k: 7 }, { temperature: 0 })).toEqual({ ...greedy, top_k: 7 });
  expect(await settings({ num_beams: 4 }, { temperature: 0.5 })).toEqual({ ...greedy, temperature: 0.5 });
  expect(await settings({ do_sample: true, num_beams: 4 }, { num_beams: 2 })).toMatchObject({ temperature: 0, num_beams: 2 });
  expect(await settings({ length_penalty: 0.8, no_repeat_ngram_size: 3 }, { num_beams: 2, length_penalty: 1, no_repeat_ngram_size: 0 })).toEqual({ ...greedy, num_beams: 2 });
});

test('a length of the file counts the prompt, as transformers counts it, and ends where the positions do', async () => {
  const count = async (generation: unknown, prompt: number, asked: GivenSettings = {}, most = 1000) => newTokens(asked, await generationOf(folder(generation)), prompt, most);
  expect(await count(undefined, 5)).toBe(20);
  expect(await count({ max_length: 20 }, 50)).toBe(20);
  expect(await count({ max_length: 64 }, 50)).toBe(14);
  expect(await count({ max_length: 64 }, 63)).toBe(1);
  expect(await count({ max_length: 64, max_new_tokens: 9 }, 50)).toBe(9);
  expect(await count({ max_length: 64, max_new_tokens: 9 }, 50, { max_new_tokens: 33 })).toBe(33);
  expect(await count({ max_length: 4096 }, 50, {}, 128)).toBe(78);
  // Where the prompt leaves no position, whoever reads it says so.
  expect([await count(undefined, 127, {}, 128), await count(undefined, 128, {}, 128), await count(undefined, 200, {}, 128)]).toEqual([1, 20, 20]);
  await expect(count({ max_length: 64 }, 64)).rejects.toThrow(/64 tokens.*max_new_tokens/);
});

test('the file goes along with the model, which need not have a tokenizer', async () => {
  const model = await openModel(memoryTree('m', { ...tinyDecoderFiles('Llama', {}), 'generation_config.json': tinyJson({ eos_token_id: 3 }) }));
  expect((await model.companions?.())?.map(({ path }) => path)).toEqual(['generation_config.json']);
});
