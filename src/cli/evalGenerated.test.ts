import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { defined } from '../numbers/defined';
import { cliFolder } from '../testing/cliFolder';
import { tinyJson } from '../testing/tiny';
import { tinyDecoderFiles } from '../testing/tinyDecoders';
import { tinyEncoderFiles, wordTokenizer } from '../testing/tinyTexts';
import { main } from './main';

const { at, out } = cliFolder('evalGenerated');
const things = ['tea', 'film', 'day', 'song'];
const verdict = (i: number) => (i % 2 ? 'false' : 'true');

interface Result {
  count: number;
  references: number;
  left_out: number;
  stopped: boolean;
  exact_match: number;
  bleu: number;
  nist: number;
  rouge_l: number;
  cider: number;
  accuracy: number;
  without_answer: number;
  texts: { prompt: string; text: string; references: string[]; answer?: string | null; wanted?: string[] }[];
}

const progress: string[] = [];
beforeEach(() => {
  progress.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => progress.push(String(line)) > 0);
});

const evaluate = async (...more: string[]): Promise<Result> => {
  expect(await main(['eval', '--model', at('model'), '--adapter', at('run'), '--generate', '--max-new-tokens', '8', '--json', at('eval.json'), ...more]), out.join('\n')).toBe(0);
  return JSON.parse(readFileSync(at('eval.json'), 'utf8')) as Result;
};
const verdicts = ['--prompt', 'the {thing} was', '--answer', ' {said} and long and {said}'];

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const write = (folder: string, files: Record<string, Uint8Array | string>) => {
    mkdirSync(at(folder), { recursive: true });
    for (const [path, bytes] of Object.entries(files)) writeFileSync(at(folder, path), bytes);
  };
  // Whole words, two more of them; nothing stands around a text.
  const { model, ...tokenizer } = JSON.parse(new TextDecoder().decode(wordTokenizer()['tokenizer.json'])) as { model: { vocab: Record<string, number> } };
  const more = { ...model, vocab: { ...model.vocab, true: 25, false: 26 } };
  write('model', { ...tinyDecoderFiles('GPT-2', { eos_token_id: 2 }), 'tokenizer.json': tinyJson({ ...tokenizer, model: more, post_processor: null }), 'tokenizer_config.json': tinyJson({ pad_token: '[PAD]', eos_token: '[SEP]' }) });
  write('encoder', tinyEncoderFiles('bert'));
  const rows = (count: number) => Array.from({ length: count }, (_, i) => `${defined(things[i % 4])},${verdict(i)}\n`).join('');
  // In the test part each thing is asked twice, and of the day something else is said besides.
  write('verdicts', { 'train.csv': `thing,said\n${rows(32)}`, 'test.csv': `thing,said\n${rows(8)}day,poor\n` });
  write('list', { 'test.json': JSON.stringify([...things.map((thing, i) => ({ instruction: `the ${thing}`, input: '', output: `the correct answer is ${verdict(i)}`, answer: verdict(i) })), { instruction: 'the film', input: '', output: '', answer: 'true' }]) });
  expect(await main(['train', '--model', at('model'), '--data', at('verdicts'), '--task', 'causal-lm', ...verdicts, '--method', 'full', '--steps', '60', '--batch', '8', '--lr', '0.01', '--out', at('run')])).toBe(0);
  vi.restoreAllMocks();
});

test('what is said to each prompt is compared with all that people said to it', async () => {
  const made = await evaluate('--data', at('verdicts'), ...verdicts);
  expect(made).toMatchObject({ count: 4, references: 9, left_out: 0, stopped: false, exact_match: 1, bleu: 1, rouge_l: 1 });
  expect(made.texts.map(({ text }) => text)).toEqual(things.map((_, i) => `${verdict(i)} and long and ${verdict(i)}`));
  expect(defined(made.texts[2]).references).toEqual([...Array<string>(2).fill('true and long and true'), 'poor and long and poor']);
  expect(made.nist).toBeGreaterThan(0);
  expect(made.cider).toBeGreaterThan(0);
  expect(out.at(-1)).toMatch(/^test BLEU 1\.0000 {2}NIST \d\.\d+ {2}ROUGE-L 1\.0000 {2}CIDEr \d\.\d+ {2}exact match 100\.00 % {2}\(4 prompts, 9 references\)$/);
  expect(progress.join('')).toMatch(/1 of 4 prompts, about \d+ s left/);
  const beams = await evaluate('--data', at('verdicts'), ...verdicts, '--num-beams', '3', '--length-penalty', '0.8', '--limit', '2', '--limit-rule', 'first');
  expect(beams).toMatchObject({ count: 2, num_beams: 3, exact_match: 1, texts: made.texts.slice(0, 2) });
  // Said once, "long" cannot come after "and" again; nor can anything else that was said.
  const once = await evaluate('--data', at('verdicts'), ...verdicts, '--no-repeat-ngram-size', '1');
  for (const { text } of once.texts) expect(new Set(text.split(' ')).size).toBe(text.split(' ').length);
});

test('answers are read out of what is said, of a JSON list as of a table', async () => {
  const asked = ['--data', at('list', 'test.json'), '--prompt', '{instruction} was'];
  const made = await evaluate(...asked, '--answer', '{answer}', '--match', 'commonsense', '--num-beams', '4');
  // The film is asked twice, with both answers.
  expect(made).toMatchObject({ count: 4, references: 5, accuracy: 0.8, without_answer: 0 });
  expect(made.texts[1]).toMatchObject({ prompt: 'the film was', answer: 'false', wanted: ['false', 'true'] });
  expect(out.at(-1)).toBe('test accuracy 80.00 %  without an answer 0.00 %  (5 rows, 4 prompts)');
  // A row without an output is left out.
  expect(await evaluate(...asked, '--answer', '{output}', '--match', 'commonsense')).toMatchObject({ references: 4, accuracy: 1 });
  expect(await evaluate(...asked, '--answer', '{answer}', '--match', 'long and (\\w+)')).toMatchObject({ accuracy: 0.8 });
  expect(await evaluate(...asked, '--answer', '{answer}', '--match', 'great')).toMatchObject({ accuracy: 0, without_answer: 1 });
});

test('an interrupt leaves what is there', async () => {
  vi.mocked(process.stderr.write).mockImplementation(() => process.emit('SIGINT'));
  expect(await evaluate('--data', at('verdicts'), ...verdicts)).toMatchObject({ count: 1, stopped: true, exact_match: 1 });
  expect(out.some((line) => line === 'note: interrupted after 1 of 4 prompts; this is of those alone.')).toBe(true);
});

test('a bad request is one sentence, and prompts that are too long are counted', async () => {
  const refused = async (words: RegExp, ...argv: string[]) => {
    out.length = 0;
    expect(await main(['eval', '--data', at('verdicts'), ...argv])).not.toBe(0);
    expect(out.join('\n')).toMatch(words);
  };
  const model = ['--model', at('model')];
  await refused(/--num-beams goes with --generate/, ...model, ...verdicts, '--num-beams', '2');
  await refused(/--max-length does not go with --generate/, ...model, ...verdicts, '--generate', '--max-length', '8');
  await refused(/--generate needs --prompt and --answer/, ...model, '--generate', '--prompt', '{thing}');
  await refused(/--match is "\(", which is no regular expression: /, ...model, ...verdicts, '--generate', '--match', '(');
  await refused(/--generate is for models that go on with texts; this one does not\./, '--model', at('encoder'), ...verdicts, '--generate');
  await refused(/No prompt of verdicts fits: the model has positions for 24 tokens, of which 22 are to follow\./, ...model, ...verdicts, '--generate', '--max-new-tokens', '22');
  const long = ['--prompt', 'the {thing} was{more}', '--answer', ' {said}'];
  writeFileSync(at('test.csv'), `thing,more,said\ntea,,true\nfilm,${' and long'.repeat(9)},false\n`);
  expect(await evaluate('--data', at('test.csv'), ...long)).toMatchObject({ count: 1, left_out: 1 });
  expect(out.some((line) => /note: 1 of 2 prompts are left out, because they hold no token or more than 16/.test(line)), out.join('\n')).toBe(true);
});
