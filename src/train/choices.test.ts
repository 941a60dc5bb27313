import { beforeAll, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import type { Split, TextRow } from '../data/source';
import type { Device } from '../engine/device';
import { textModel, type TextModel } from '../models/text';
import { defined } from '../numbers/defined';
import type { ChoiceLikelihoods } from '../tasks/metrics.meta';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, goldenJson } from '../testing/golden';
import { openGoldenText } from '../testing/goldenTexts';
import { numbered, numberedWords } from '../testing/numberedWords';
import { tinyDecoder } from '../testing/tinyDecoders';
import { completeTrain } from './config';
import { ContinuationFeed, ContinuationTokens, surveyed } from './continuationFeed';
import { evaluate } from './evaluate';
import { oneStep } from './oneStep';
import type { LoadedModel } from './openModel';
import { recordEvaluation } from './programs';
import type { Evaluation } from './protocol';
import { withPrograms } from './withPrograms';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const splitOf = (rows: TextRow[]): Split => ({ count: rows.length, labels: new Uint16Array(rows.length), text: (i) => defined(rows[i]), image: () => ({ width: 1, height: 1, data: new Uint8Array(3) }) });
const asked = (prompt: readonly number[], options: readonly (readonly number[])[], right: number, letters = options.map(({ length }) => length)): TextRow => {
  const all = options.map((option) => ` ${numbered(option)}`);
  return { first: numbered(prompt), second: defined(all[right]), choices: { all, letters, right } };
};

/** An evaluation of these rows, with what it found of their choices. */
async function measured(model: LoadedModel, net: TextModel, words: ContinuationTokens, rows: TextRow[], batch: number): Promise<{ found: Evaluation; each: ChoiceLikelihoods[]; progress: [number, number][] }> {
  const feed = new ContinuationFeed(splitOf(rows), words, net);
  const others = feed.others!;
  let each: ChoiceLikelihoods[] = [];
  const progress: [number, number][] = [];
  const watched = { fill: feed.fill.bind(feed), labels: feed.labels, labelsOf: feed.labelsOf.bind(feed), others: { feed: others.feed, count: others.count, scores: (found: Float32Array, beside: Float32Array) => ((each = others.likelihoods(found, beside)), others.scores(found, beside)) } };
  const found = await withPrograms(device, { model, adapted: new Adapted(net, FROZEN), values: {} }, completeTrain({ batch }), rows.length, recordEvaluation, (machine, programs) =>
    evaluate(machine, programs, watched, rows.length, 0, { step: 0, split: 'test' }, { progress: (done, all) => void progress.push([done, all]) }),
  );
  return { found, each, progress };
}

describeGolden('how likely each choice is, as transformers has it', 'text/models/qwen2_dev/choices.json', () => {
  const { prompt, options, log_likelihood } = goldenJson<{ prompt: number[]; options: number[][]; log_likelihood: number[] }>('text/models/qwen2_dev/choices.json');

  test('wherever the right one stands; the likeliest is chosen, by the sum and by the letter', async () => {
    const model = await openGoldenText('qwen2_dev');
    const net = textModel(textModel(model.net).with({ tokens: 12 }));
    const letters = [1, 4, 30, 2];
    const rows = options.map((_, right) => asked(prompt, options, right, letters));
    const { found, each, progress } = await measured(model, net, new ContinuationTokens(numberedWords(512), 510), rows, 3);
    for (const { sums } of each) sums.forEach((sum, choice) => expect(Math.abs(sum - defined(log_likelihood[choice]))).toBeLessThan(1e-4));
    expect(each.map(({ right }) => right)).toEqual([0, 1, 2, 3]);
    // By the sum the first is chosen in each of the four rows, by the letter the third.
    expect(found.scores).toMatchObject({ choice_accuracy: 0.25, choice_accuracy_norm: 0.25, perplexity: Math.exp(found.loss) });
    expect(progress).toEqual([3, 4, 7, 10, 13, 16].map((done) => [done, 16]));
    const [first] = (await measured(model, net, new ContinuationTokens(numberedWords(512), 510), rows.slice(0, 1), 3)).each;
    expect(first!.sums[0]).toBeCloseTo(defined(defined(each[0]).sums[0]), 4);
  });
});

test('likelihoods are those of the logits, in double precision, whatever the lengths of prompts and choices', async () => {
  const loaded = await tinyDecoder('Llama');
  const [T, V] = [12, 40];
  const net = textModel(textModel(loaded.net).with({ tokens: T }));
  const random = (i: number) => 1 + ((i * 7919) % 37);
  const rows = Array.from({ length: 5 }, (_, q) => asked(Array.from({ length: 1 + q }, (_, i) => random(10 * q + i)), Array.from({ length: 2 + (q % 3) }, (_, k) => Array.from({ length: 1 + ((q + k) % 4) }, (_, i) => random(100 * q + 13 * k + i))), q % 2));
  const { found, each } = await measured(loaded, net, new ContinuationTokens(numberedWords(V), V - 1), rows, 4);
  let [right, norm] = [0, 0];
  for (const [q, { first, choices }] of rows.entries()) {
    const prompt = first.split(' ').map((word) => Number(word.slice(1)));
    const texts = choices!.all.map((choice) => [...prompt, ...choice.trim().split(' ').map((word) => Number(word.slice(1)))]);
    const fill = (value: (b: number, t: number) => number) => Uint32Array.from({ length: texts.length * T }, (_, i) => value(Math.floor(i / T), i % T));
    const inputs = { input_ids: fill((b, t) => defined(texts[b])[t] ?? 0), attention_mask: fill((b, t) => Number(t < defined(texts[b]).length)), position_ids: fill((_, t) => t), labels: fill((b, t) => defined(texts[b])[t] ?? 0) };
    const { logits } = await oneStep(device, { adapted: new Adapted(net, { method: 'full' }), source: loaded.source, values: {}, batch: { rows: texts.length, inputs } });
    const sums = texts.map((ids, b) => ids.slice(prompt.length).reduce((sum, id, i) => {
      const row = Array.from(logits.subarray((b * T + prompt.length + i - 1) * V, (b * T + prompt.length + i) * V));
      return sum + defined(row[id]) - Math.log(row.reduce((all, value) => all + Math.exp(value), 0));
    }, 0));
    sums.forEach((sum, choice) => expect(Math.abs(defined(defined(each[q]).sums[choice]) - sum)).toBeLessThan(1e-4));
    const best = (values: number[]) => values.indexOf(Math.max(...values));
    right += Number(best(sums) === choices!.right);
    norm += Number(best(sums.map((sum, choice) => sum / defined(choices!.letters[choice]))) === choices!.right);
  }
  expect(found.scores).toMatchObject({ choice_accuracy: right / 5, choice_accuracy_norm: norm / 5 });
});

test('rows are as long as their longest choice; where one is cut before its end they are not compared, and it is said', async () => {
  const loaded = await tinyDecoder('Llama');
  const words = new ContinuationTokens(numberedWords(40), 39);
  const [short, long] = [asked([1, 2], [[3], [4, 5, 6]], 0), asked([1, 2], [[3], [4, 5, 6, 7, 8, 9]], 0)];
  expect(surveyed(splitOf([short]), words, 8, 'test')).toMatchObject({ longest: 6, counted: 2, notes: [] });
  // What ends a text need not be there.
  expect(surveyed(splitOf([short]), words, 5, 'test')).toMatchObject({ longest: 5, notes: [] });
  const found = surveyed(splitOf([short, long]), words, 7, 'test');
  expect([found.longest, found.notes]).toEqual([7, ['test: of 1 of 2 texts a choice does not end within 7 tokens; their choices are not compared.']]);
  const net = textModel(textModel(loaded.net).with({ tokens: 7 }));
  expect((await measured(loaded, net, words, [short, long], 2)).each.map(({ sums }) => sums.length)).toEqual([2]);
  const only = await measured(loaded, net, words, [long], 2);
  expect(only.found.scores).toEqual({ perplexity: Math.exp(only.found.loss) });
  expect(new ContinuationFeed(splitOf([{ first: 'w1', second: ' w2' }]), words, net).others).toBe(null);
});
