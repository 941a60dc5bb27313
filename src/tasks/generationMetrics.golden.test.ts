import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Template } from '../data/template';
import { defined } from '../numbers/defined';
import { describeGolden, goldenJson } from '../testing/golden';
import { commonsenseAnswer, matchedAnswer } from './answers';
import { bleu, captionWords, cider, mtevalWords, nist, rougeL } from './generationMetrics';

interface Generation {
  name: string;
  system: string[];
  references: string[][];
  bleu: number;
  nist: number;
  rouge_l: number;
  rouge_l_per_item: number[];
  cider: number;
  cider_per_item: number[];
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describeGolden("metrics by the E2E challenge's script", 'text/metrics/metrics.json', () => {
  const { generation } = goldenJson<{ generation: Generation[] }>('text/metrics/metrics.json');
  const rows = ({ system, references }: Generation, words: (text: string) => string[]) => system.map((text, i) => ({ words: words(text), references: defined(references[i]).map(words) }));

  test.each(generation.map((one) => [one.name, one] as const))('of texts %s', (_, one) => {
    expect(bleu(rows(one, mtevalWords))).toBeCloseTo(one.bleu, 12);
    expect(nist(rows(one, mtevalWords))).toBeCloseTo(one.nist, 12);
    // These two were made of texts split at blanks.
    const split = rows(one, (text) => text.split(' '));
    split.forEach((row, i) => expect(rougeL(row)).toBeCloseTo(defined(one.rouge_l_per_item[i]), 12));
    expect(mean(split.map(rougeL))).toBeCloseTo(one.rouge_l, 12);
    cider(split).forEach((score, i) => expect(score).toBeCloseTo(defined(one.cider_per_item[i]), 12));
    expect(mean(cider(split))).toBeCloseTo(one.cider, 12);
  });
});

describeGolden("prompts and answers by the commonsense sets' script", 'text/metrics/commonsense.json', () => {
  const { prompts, extraction } = goldenJson<{ prompts: { row: Record<string, string>; train: string; evaluate: string }[]; extraction: { task: string; output: string; prediction: string }[] }>('text/metrics/commonsense.json');

  test('the documented commands have its prompts, blanks and all', () => {
    const docs = readFileSync(new URL('../docs/texts.md', import.meta.url), 'utf8');
    const templates = [...docs.matchAll(/--prompt '(Below [^']+)'/g)].map(([, text]) => new Template(text!));
    expect(templates).toHaveLength(2);
    // Questions with an input beside them have another beginning, and the sets have none.
    const plain = prompts.filter(({ row }) => row.input === '');
    expect(plain.length).toBeGreaterThan(2);
    for (const { row, train, evaluate } of plain) {
      const [learned, asked] = templates.map((template) => template.fill((column) => defined(row[column])));
      expect([`${learned}${row.output}`, asked]).toEqual([train, evaluate]);
    }
  });

  const wanted: Record<string, string> = { boolq: 'false', piqa: 'solution2', openbookqa: 'answer3' };

  test.each(extraction)('$task: $output', ({ task, output, prediction }) => {
    expect(commonsenseAnswer(output, defined(wanted[task])) ?? '').toBe(prediction);
  });
});

test('answers by a pattern are its first match, or its first brackets', () => {
  expect(matchedAnswer(/-?\d+/)('from 3 to -4', '')).toBe('3');
  expect(matchedAnswer(/#### (-?\d+)/)('3 and so #### -4', '')).toBe('-4');
  expect(matchedAnswer(/\d/)('none', '')).toBeNull();
  expect(commonsenseAnswer('true', 'maybe')).toBeNull();
  // Of the kinds that the script's own examples have none of.
  expect([['ending5, ending4', 'ending1'], ['option3, option2', 'option1'], ['ending0', 'ending1']].map(([text = '', wanted = '']) => commonsenseAnswer(text, wanted))).toEqual(['ending4', 'option2', null]);
});

test('words of a text', () => {
  expect(mtevalWords('The Mill, a "pub" (£20-25): 4.5 stars&amp;more.')).toEqual(['the', 'mill', ',', 'a', '"', 'pub', '"', '(', '£20', '-', '25', ')', ':', '4.5', 'stars', '&', 'more', '.']);
  expect(captionWords("It's a family-friendly pub, isn't it? Prices: £20-25 (4.5 stars).")).toEqual(['it', "'s", 'a', 'family-friendly', 'pub', 'is', "n't", 'it', 'prices', '£', '20-25', '4.5', 'stars']);
  expect(captionWords("It isn't-well, it's-not")).toEqual(['it', 'is', "n't", 'well', 'it', "'s", 'not']);
  expect([mtevalWords(''), captionWords(' ?! ')]).toEqual([[], []]);
});

test('words of a text, sign by sign', () => {
  // By the lines of pymteval, in Python.
  const text = 'A<skipped>B wo-\nrd &quot;x&quot; &lt;y&gt; &amp;lt; &amp;amp; 3,000.5 a.b 5. .5 ,7 1-2 x-1 don\'t {~}|[^_`]\\!#$%*+:;=@?/&() £5\n\n z';
  expect(mtevalWords(text)).toEqual(['ab', 'word', '"', 'x', '"', '<', 'y', '>', '<', '&', 'amp', ';', '3,000.5', 'a', '.', 'b', '5', '.', '.', '5', ',', '7', '1', '-', '2', 'x-1', "don't", ...'{~}|[^_`]\\!#$%*+:;=@?/&()', '£5', 'z']);
  expect(captionWords("The café’s don’t, they'll I'm WE'VE you're he'd o'clock isn'tx it'sx")).toEqual(['the', 'café', "'s", 'do', "n't", 'they', "'ll", 'i', "'m", 'we', "'ve", 'you', "'re", 'he', "'d", "o'clock", "isn'tx", "it'sx"]);
  expect(captionWords('9:30 3,000.5 A-B/C £5 $6 €7 5% a & b #1 me@x + = * ! ?')).toEqual(['9:30', '3,000.5', 'a-b/c', '£', '5', '$', '6', '€', '7', '5', '%', 'a', '&', 'b', '#', '1', 'me', '@', 'x', '+', '=']);
  expect(captionWords("'s n't 'll x's a--b a- -b 'quoted' Ünïcode 10-20-30")).toEqual(["'s", "n't", "'ll", 'x', "'s", 'a', 'b', 'a', 'b', 'quoted', 'ünïcode', '10-20-30']);
});

test('nothing said and nothing to be said score nothing', () => {
  for (const row of [{ words: [], references: [['a', 'b']] }, { words: ['a'], references: [[]] }, { words: [], references: [[], []] }]) {
    for (const score of [bleu([row]), nist([row]), rougeL(row), ...cider([row])]) expect(score).toBeLessThan(1e-3);
    for (const score of [bleu([row]), nist([row]), rougeL(row), ...cider([row])]) expect(score).toBeGreaterThanOrEqual(0);
  }
  // A text that is too short for runs of two words takes nothing from the others.
  const whole = { words: 'a b c d e'.split(' '), references: ['a b c d e'.split(' ')] };
  expect(bleu([whole, { words: ['f'], references: [['f']] }])).toBe(1);
});

test('a word that is said more often than a reference has it counts as often as there', () => {
  // Of one run of words in four there is one in common: log(2) of 2 log(2), and of log(2) and log(2).
  const [score] = cider([{ words: ['x', 'x'], references: [['x', 'y']] }, { words: ['z'], references: [['z']] }]);
  expect(score).toBeCloseTo((10 / 4) * (1 / (2 * Math.SQRT2)), 12);
});

test('of references that are as much longer as shorter the shorter is the measure of length, whichever stands first', () => {
  const words = 'a b c d e'.split(' ');
  const [longer, shorter] = ['a b c d e f'.split(' '), 'b c d e'.split(' ')];
  const of = (...references: string[][]) => bleu([{ words, references }]);
  // Every run of words is in the longer one, so length alone tells: five words where six were wanted.
  expect(of(longer)).toBeCloseTo(Math.exp(1 - 6 / 5), 12);
  expect([of(longer, shorter), of(shorter, longer), of(longer, words)]).toEqual([1, 1, 1]);
});
