import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { cliFolder } from '../testing/cliFolder';
import { tinyJson } from '../testing/tiny';
import { chatIds, chatMl, chatModelFiles } from '../testing/tinyChats';
import { tinyDecoderFiles } from '../testing/tinyDecoders';
import { wordTokenizer } from '../testing/tinyTexts';
import { main } from './main';

const { at, out } = cliFolder('continuations');
const json = <T>(...path: string[]) => JSON.parse(readFileSync(at(...path), 'utf8')) as T;

const moods = { tea: 'lovely', film: 'dull', day: 'great', song: 'awful' };
const table = (count: number) => `thing,mood\n${Array.from({ length: count }, (_, i) => defined(Object.entries(moods)[i % 4]).join(',')).join('\n')}\n`;
const template = ['--prompt', 'the {thing} was', '--answer', ' {mood}'];

beforeAll(() => {
  const write = (folder: string, files: Record<string, Uint8Array>) => {
    mkdirSync(at(folder), { recursive: true });
    for (const [path, bytes] of Object.entries(files)) writeFileSync(at(folder, path), bytes);
  };
  const words: Record<string, Uint8Array> = { ...wordTokenizer(), 'tokenizer_config.json': tinyJson({ pad_token: '[PAD]', eos_token: '[SEP]' }) };
  // Tokens are whole words between [CLS] and [SEP]; what is asked ends before the latter.
  const tokenizer = JSON.parse(new TextDecoder().decode(words['tokenizer.json'])) as Record<string, unknown>;
  write('model', { ...tinyDecoderFiles('GPT-2', { eos_token_id: 2 }), ...words, 'tokenizer.json': tinyJson({ ...tokenizer, post_processor: null }) });
  write('endless', { ...tinyDecoderFiles('GPT-2'), ...words, 'tokenizer_config.json': tinyJson({ pad_token: '[PAD]' }) });
  write('chatty', { ...chatModelFiles(), 'chat_template.jinja': new TextEncoder().encode(chatMl) });
  write('silent', chatModelFiles());
  write('moods', { 'train.csv': new TextEncoder().encode(table(32)), 'validation.csv': new TextEncoder().encode(table(8)), 'test.csv': new TextEncoder().encode(table(12)) });
});

test('answers are learned, measured from what was saved as at the end, and said', async () => {
  const train = ['train', '--model', at('model'), '--data', at('moods'), '--task', 'causal-lm', ...template, '--method', 'full', '--steps', '60', '--batch', '8', '--lr', '0.01', '--eval-every', '20', '--out', at('run')];
  expect(await main(train), out.join('\n')).toBe(0);
  const { summary, spec } = json<{ summary: { start: { loss: number }; final: { loss: number; scores: { perplexity: number } }; best: { split: string }; plan: { bytes: object }; allocated: object }; spec: { text: object } }>('run', 'run.json');
  expect(spec.text).toEqual({ task: 'causal-lm', prompt: 'the {thing} was', answer: ' {mood}' });
  expect(summary.final.scores.perplexity).toBeLessThan(1.5);
  expect(summary.start.loss).toBeGreaterThan(2);
  expect(summary.best.split).toBe('val');
  expect(summary.allocated).toEqual(summary.plan.bytes);
  expect(out.some((line) => /32 texts to train on, 8 to follow, 12 to test, 5 tokens each; prompt .*; 64 of 160 tokens to train on count/.test(line)), out.join('\n')).toBe(true);
  expect(out.some((line) => /val perplexity 1\.\d+ {2}loss/.test(line)), out.join('\n')).toBe(true);

  expect(await main(['eval', '--model', at('model'), '--adapter', at('run'), '--data', at('moods'), ...template, '--json', at('eval.json')]), out.join('\n')).toBe(0);
  const again = json<{ loss: number; perplexity: number; count: number }>('eval.json');
  expect(again.loss).toBeCloseTo(summary.final.loss, 5);
  expect(again.count).toBe(12);
  for (const [thing, mood] of Object.entries(moods).slice(0, 2)) {
    expect(await main(['generate', '--model', at('model'), '--adapter', at('run'), '--prompt', `the ${thing} was`, '--max-new-tokens', '4', '--json', at('said.json')]), out.join('\n')).toBe(0);
    expect(json<{ texts: string[] }>('said.json').texts).toEqual([mood]);
  }

  // Several adapters, on one model: each says what it says alone.
  expect(await main(['train', '--model', at('model'), '--data', at('moods'), '--task', 'causal-lm', ...template, '--method', 'lora', '--steps', '2', '--batch', '8', '--out', at('other')]), out.join('\n')).toBe(0);
  const ask = async (...adapters: string[]) => {
    out.length = 0;
    expect(await main(['generate', '--model', at('model'), '--adapter', ...adapters, '--prompt', 'the tea was', '--max-new-tokens', '4', '--json', at('said.json')]), out.join('\n')).toBe(0);
    return json<{ prompts: number[][]; sequences: number[][]; texts: string[]; adapters: { adapter: string; sequences: number[][]; texts: string[] }[] }>('said.json');
  };
  const alone = await ask(at('other'));
  const both = await ask(at('other'), at('run'));
  expect(both).toEqual({ prompts: alone.prompts, adapters: [{ adapter: at('other'), sequences: alone.sequences, texts: alone.texts }, { adapter: at('run'), sequences: expect.anything() as number[][], texts: [moods.tea] }] });
  expect(out).toContain(`${at('run')}: ${moods.tea}`);
});

test('plain texts count as a whole, and what is cut is said', async () => {
  writeFileSync(at('lines.txt'), `${Array.from({ length: 20 }, (_, i) => `the ${Object.keys(moods)[i % 4]} was long and long and long`).join('\n')}\n`);
  expect(await main(['train', '--model', at('model'), '--data', at('lines.txt'), '--task', 'causal-lm', '--max-length', '6', '--method', 'lora', '--steps', '2', '--batch', '4', '--out', at('plain')]), out.join('\n')).toBe(0);
  const { summary } = json<{ summary: { start: { loss: number; count: number } } }>('plain', 'run.json');
  expect(out.some((line) => /note: train: 16 of 16 texts are longer than 6 tokens and end there; 48 tokens are cut\./.test(line)), out.join('\n')).toBe(true);
  // Without an adapter the model is measured as it is.
  expect(await main(['eval', '--model', at('model'), '--data', at('lines.txt'), '--max-length', '6', '--json', at('base.json')]), out.join('\n')).toBe(0);
  expect(json<{ loss: number }>('base.json').loss).toBeCloseTo(summary.start.loss, 5);
});

test("chats are learned by the model's own template, turn by turn, and a sentence is answered as one", async () => {
  const talk = (i: number) => [{ role: 'user', content: `the ${defined(Object.keys(moods)[i % 4])}` }, { role: 'assistant', content: i % 2 ? 'down' : 'up' }, { role: 'user', content: 'hi' }, { role: 'assistant', content: 'hi' }];
  const rows = [...Array.from({ length: 40 }, (_, i) => talk(i)), [{ role: 'user', content: 'alone' }]];
  writeFileSync(at('talks.jsonl'), rows.map((messages) => JSON.stringify({ messages })).join('\n'));
  const train = (model: string, ...more: string[]) => ['train', '--model', at(model), '--data', at('talks.jsonl'), '--method', 'full', '--batch', '8', ...more];
  expect(await main(train('chatty', '--steps', '60', '--lr', '0.01', '--out', at('talked'))), out.join('\n')).toBe(0);
  const { summary, spec } = json<{ summary: { start: { loss: number }; final: { loss: number } }; spec: { text: object } }>('talked', 'run.json');
  expect(spec.text).toEqual({ chat: true });
  expect(summary.final.loss).toBeLessThan(summary.start.loss / 10);
  expect(out.some((line) => /32 texts to train on, 8 to test, \d+ tokens each; chats messages; \d+ of \d+ tokens to train on count/.test(line)), out.join('\n')).toBe(true);
  expect(out.some((line) => /note: 1 chat without a turn of the assistant left out\./.test(line)), out.join('\n')).toBe(true);
  expect(await main(['eval', '--model', at('chatty'), '--adapter', at('talked'), '--data', at('talks.jsonl'), '--json', at('talked.json')]), out.join('\n')).toBe(0);
  expect(json<{ loss: number }>('talked.json').loss).toBeCloseTo(summary.final.loss, 5);

  const generate = (...more: string[]) => main(['generate', '--model', at('chatty'), '--adapter', at('talked'), '--max-new-tokens', '8', '--json', at('said.json'), ...more]);
  for (const [thing, word] of [['tea', 'up'], ['film', 'down']] as const) {
    expect(await generate('--prompt', `the ${thing}`, '--chat'), out.join('\n')).toBe(0);
    const { prompts, sequences, texts } = json<{ prompts: number[][]; sequences: number[][]; texts: string[] }>('said.json');
    expect([texts, defined(prompts[0])[0], defined(sequences[0]).at(-1)]).toEqual([[word], chatIds['<|im_start|>'], chatIds['<|im_end|>']]);
  }
  // As a text its beginning is another one.
  expect(await generate('--prompt', 'the tea'), out.join('\n')).toBe(0);
  expect(defined(json<{ prompts: number[][] }>('said.json').prompts[0])[0]).toBe(chatIds['<s>']);
  out.length = 0;
  expect(await main(train('silent', '--steps', '1', '--no-save'))).not.toBe(0);
  expect(out.join('\n')).toMatch(/has no chat template \(chat_template in tokenizer_config\.json, or chat_template\.jinja\).*add one, or take a model that was made for chats\./);
  out.length = 0;
  expect(await main(['generate', '--model', at('chatty'), '--ids', at('said.json'), '--chat'])).not.toBe(0);
  expect(out.join('\n')).toContain('--chat goes with --prompt');
});

test('the likeliest of several choices is learned, measured as at the end of training, and from the table by itself', async () => {
  // The first is short and likely for its length alone.
  const rows = (count: number) => Array.from({ length: count }, (_, i) => { const [thing, mood] = defined(Object.entries(moods)[i % 4]); return { question: `the ${thing} was`, choices: [mood, `${mood} and long`, i % 2 ? 'lovely' : 'awful'].slice(i % 3 === 0 ? 1 : 0), answer: i % 3 === 0 ? `${mood} and long` : mood }; });
  mkdirSync(at('quiz'), { recursive: true });
  for (const [name, count] of [['train', 48], ['test', 12]] as const) writeFileSync(at('quiz', `${name}.jsonl`), rows(count).map((row) => JSON.stringify(row)).join('\n'));
  const asked = ['--prompt', '{question}', '--choices', 'choices', '--label-column', 'answer'];
  const train = ['train', '--model', at('model'), '--data', at('quiz'), '--task', 'causal-lm', ...asked, '--method', 'full', '--steps', '60', '--batch', '8', '--lr', '0.01', '--out', at('chosen')];
  expect(await main(train), out.join('\n')).toBe(0);
  const { summary, spec } = json<{ summary: { start: { scores: Record<string, number> }; final: { loss: number; scores: Record<string, number> } }; spec: { text: object } }>('chosen', 'run.json');
  expect(spec.text).toEqual({ task: 'causal-lm', prompt: '{question}', choices: 'choices', columns: { label: 'answer' } });
  expect(summary.final.scores.choice_accuracy).toBeGreaterThan(summary.start.scores.choice_accuracy!);
  expect(out.some((line) => /prompt "\{question\}", answer " \{choice\}", choices choices, the right one by answer; \d+ of \d+ tokens/.test(line)), out.join('\n')).toBe(true);
  // By the usual names: the answer alone says that there are choices.
  expect(await main(['eval', '--model', at('model'), '--adapter', at('chosen'), '--data', at('quiz'), '--prompt', '{question}', '--answer', ' {choice}', '--batch', '5', '--json', at('quiz.json')]), out.join('\n')).toBe(0);
  const { loss, count, ...again } = json<Record<string, number>>('quiz.json');
  expect([count, again.choice_accuracy, again.choice_accuracy_norm]).toEqual([12, summary.final.scores.choice_accuracy, summary.final.scores.choice_accuracy_norm]);
  expect(loss).toBeCloseTo(summary.final.loss, 5);
  expect(out.some((line) => /test perplexity \d+\.\d+ {2}choice_accuracy \d\.\d{4} {2}choice_accuracy_norm \d\.\d{4} {2}loss/.test(line)), out.join('\n')).toBe(true);
});

test('a bad request is one sentence', async () => {
  const refused = async (words: RegExp, ...argv: string[]) => {
    out.length = 0;
    expect(await main([...argv, '--no-save'])).not.toBe(0);
    expect(out.join('\n')).toMatch(words);
  };
  const train = (model: string, ...more: string[]) => ['train', '--model', at(model), '--data', at('moods'), '--method', 'lora', ...more];
  await refused(/train\.csv|test\.csv has no column "word"; it has thing, mood\./, ...train('model', '--prompt', '{thing}', '--answer', '{word}'));
  await refused(/texts of 900 tokens do not fit: this model has positions for 24/, ...train('model', ...template, '--max-length', '900'));
  await refused(/names no token that ends a text/, ...train('endless', ...template));
  await refused(/No text of moods has anything that counts within 3 tokens/, ...train('model', ...template, '--max-length', '3'));
  await refused(/have no pairs and no labels/, ...train('model', '--label-column', 'mood'));
  await refused(/moods\.csv|train\.csv|test\.csv has no column "choices"/, ...train('model', '--prompt', '{thing}', '--choices', 'choices'));
  await refused(/Choices need a prompt that they go on from/, ...train('model', '--choices', 'mood'));
  await refused(/does not say which columns are the choices: it has thing, mood/, ...train('model', '--prompt', '{thing}', '--answer', ' {choice}'));
  writeFileSync(at('empty.csv'), 'thing,mood\ntea,\n,dull\n');
  await refused(/All rows of empty are empty\./, 'train', '--model', at('model'), '--data', at('empty.csv'), '--method', 'lora', ...template);
});
