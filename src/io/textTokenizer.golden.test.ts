import { describe, expect, test } from 'vitest';
import { ChatTemplate, type Message } from './chatTemplate';
import { folderTree } from './fileTree.node';
import { describeGolden, goldenJson, goldenNames, goldenPath } from '../testing/golden';
import { openTextTokenizer, TextTokenizer } from './textTokenizer';

interface Cases {
  cases: { text: string; ids: number[]; ids_without_special: number[]; decode: string; decode_skip_special: string }[];
  pairs?: { text: string; pair: string; ids: number[]; type_ids: number[] }[];
  max_length_16?: { text: string; pair: string | null; ids: number[]; attention_mask: number[] }[];
}

describeGolden("tokenizers as Hugging Face's library has them", 'text/tokenizers/roberta/cases.json', () => {
  describe.each(goldenNames('text/tokenizers'))('%s', (style) => {
    const open = async () => openTextTokenizer(await folderTree(goldenPath(`text/tokenizers/${style}`)!));
    const { cases, pairs = [], max_length_16 = [] } = goldenJson<Cases>(`text/tokenizers/${style}/cases.json`);

    test('texts, there and back', async () => {
      const tokenizer = await open();
      for (const { text, ids, ids_without_special, decode_skip_special } of cases) {
        expect(tokenizer.encode(text).ids, text).toEqual(ids);
        expect(tokenizer.plain(text), text).toEqual(ids_without_special);
        expect(tokenizer.decode(ids), text).toBe(decode_skip_special);
      }
    });

    test.runIf(pairs.length)('pairs', async () => {
      const tokenizer = await open();
      for (const { text, pair, ids, type_ids } of pairs) expect(tokenizer.encode(text, pair), text).toMatchObject({ ids, types: type_ids });
    });

    const chats = `text/tokenizers/${style}/chat.json`;
    test.runIf(goldenPath(chats))('chats by its template', async () => {
      const template = ChatTemplate.of((await open()).chat)!;
      const { cases } = goldenJson<{ cases: { messages: Message[]; add_generation_prompt: boolean; rendered: string }[] }>(chats);
      expect(cases.length).toBeGreaterThan(0);
      for (const { messages, add_generation_prompt, rendered } of cases) expect(template.render(messages, { asks: add_generation_prompt }).text).toBe(rendered);
    });

    test.runIf(max_length_16.length)('cut to 16 tokens and filled up', async () => {
      const tokenizer = await open();
      for (const { text, pair, ids, attention_mask } of max_length_16) {
        const cut = tokenizer.encode(text, pair, 16).ids;
        expect([...cut, ...Array<number>(16 - cut.length).fill(tokenizer.pad!)], text).toEqual(ids);
        expect(cut.length).toBe(attention_mask.reduce((a, b) => a + b, 0));
      }
    });
  });
});

test('of two texts the longer one is cut first, then both alike', () => {
  const json = (post_processor: object | null) => new TextEncoder().encode(JSON.stringify({ model: { type: 'BPE', vocab: { a: 0 }, merges: [] }, normalizer: null, pre_tokenizer: null, decoder: null, added_tokens: [], post_processor }));
  const tokenizer = new TextTokenizer(json({ type: 'BertProcessing', sep: ['a', 7], cls: ['a', 9] }), null);
  const cut = (a: number, b: number, most: number) => {
    const { ids, types } = tokenizer.around(Array<number>(a).fill(1), Array<number>(b).fill(2), most);
    expect(types).toEqual([...Array<number>(ids.filter((id) => id === 1).length + 2).fill(0), ...Array<number>(ids.filter((id) => id === 2).length + 1).fill(1)]);
    return [ids.filter((id) => id === 1).length, ids.filter((id) => id === 2).length];
  };
  expect(cut(10, 3, 9)).toEqual([3, 3]);
  expect(cut(10, 2, 9)).toEqual([4, 2]);
  expect(cut(2, 10, 9)).toEqual([2, 4]);
  expect(cut(10, 3, 10)).toEqual([4, 3]);
  expect(cut(3, 10, 10)).toEqual([3, 4]);
  expect(cut(3, 4, 100)).toEqual([3, 4]);
  expect(cut(3, 4, 2)).toEqual([0, 0]);
});
