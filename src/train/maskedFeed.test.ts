import { expect, test } from 'vitest';
import type { Split } from '../data/source';
import { folderTree } from '../io/fileTree.node';
import { TextTokenizer } from '../io/textTokenizer';
import { textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { IGNORED } from '../tasks/task';
import { wordTokenizer } from '../testing/tinyTexts';
import { MaskedFeed } from './maskedFeed';
import { openModel } from './openModel';

const texts = Array.from({ length: 400 }, (_, i) => `the miller sold the lamp and the baker saw a boat ${i % 3 ? 'by the river' : ''}`);
const split = { count: texts.length, text: (i: number) => ({ first: defined(texts[i]), second: null }) } as unknown as Split;
const IDS = Uint32Array.from(texts, (_, i) => i);

async function opened(tokens = 32) {
  const { net, texts } = await openModel(await folderTree('public/models/bert-nano'));
  const tokenizer = await texts!();
  return { tokenizer, feed: new MaskedFeed(split, tokenizer, textModel(textModel(net).with({ reads: 'masked', tokens }))), T: tokens };
}

async function filled(feed: MaskedFeed, T: number, epoch: number) {
  const batch = Object.fromEntries(['input_ids', 'attention_mask', 'position_ids', 'token_type_ids', 'labels'].map((name) => [name, new Uint32Array(IDS.length * T)]));
  await feed.fill(IDS, epoch, batch);
  return batch as Record<'input_ids' | 'attention_mask' | 'labels', Uint32Array>;
}

test('a text as it is, but for what is hidden: of what is asked four fifths are the mask, a tenth another token', async () => {
  const { tokenizer, feed, T } = await opened();
  const { input_ids, attention_mask, labels } = await filled(feed, T, 0);
  const counts = { own: 0, asked: 0, hidden: 0, same: 0 };
  texts.forEach((text, i) => {
    const { ids, first: [from, to] } = tokenizer.encode(text);
    const row = (values: Uint32Array) => [...values.subarray(i * T, (i + 1) * T)];
    expect(row(attention_mask)).toEqual(Array.from({ length: T }, (_, t) => Number(t < ids.length)));
    let asked = 0;
    for (let t = 0; t < T; t++) {
      const [id, label] = [defined(row(input_ids)[t]), defined(row(labels)[t])];
      if (label === IGNORED) expect(id).toBe(ids[t] ?? 0);
      else {
        // What stands around a text is never asked for.
        expect(t >= from && t < to).toBe(true);
        expect(label).toBe(ids[t]);
        asked++;
        counts.hidden += Number(id === tokenizer.mask);
        counts.same += Number(id === label);
      }
    }
    expect(asked).toBeGreaterThan(0);
    counts.asked += asked;
    counts.own += to - from;
  });
  // Four standard deviations of so many draws.
  const near = (count: number, of: number, share: number) => expect(Math.abs(count - share * of)).toBeLessThan(4 * Math.sqrt(of * share * (1 - share)));
  near(counts.hidden, counts.asked, 0.8);
  near(counts.same, counts.asked, 0.1);
  // Texts of which nothing was drawn are asked for one token: a little more than 15 %.
  expect(counts.asked / counts.own).toBeGreaterThan(0.14);
  expect(counts.asked / counts.own).toBeLessThan(0.19);
});

test('an epoch hides the same each time, and another one others; labels are those of the batch', async () => {
  const { feed, T } = await opened(12);
  const [one, again, next] = [await filled(feed, T, 3), await filled(feed, T, 3), await filled(feed, T, 4)];
  expect(one).toEqual(again);
  expect(one.labels).not.toEqual(next.labels);
  expect(feed.labelsOf(IDS, 3)).toEqual(one.labels);
  expect(feed.labels).toEqual((await filled(feed, T, 0)).labels);
});

test('a tokenizer that has no mask is refused', async () => {
  const files = wordTokenizer();
  const { net } = await openModel(await folderTree('public/models/bert-nano'));
  const tokenizer = new TextTokenizer(defined(files['tokenizer.json']), defined(files['tokenizer_config.json']));
  expect(() => new MaskedFeed(split, tokenizer, textModel(textModel(net).with({ reads: 'masked' })))).toThrow(/names no mask_token/);
});
