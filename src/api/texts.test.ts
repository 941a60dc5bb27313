import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { gpu } from '../testing/device';
import { AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer, get_peft_model, load_dataset, PeftModel, requestDevice, Trainer, type TrainLog } from './index';

const bytesOf = (path: string): Record<string, Uint8Array> => Object.fromEntries(readdirSync(`${import.meta.dirname}/../../public/${path}`, { withFileTypes: true }).filter((one) => one.isFile()).map(({ name }) => [name, new Uint8Array(readFileSync(`${import.meta.dirname}/../../public/${path}/${name}`))]));
const folder = (path: string) => memoryTree(path.split('/').at(-1) ?? path, bytesOf(path));
const saved = (files: { path: string; bytes: Uint8Array }[]) => memoryTree('saved', Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])));
const args = { max_steps: 10, per_device_train_batch_size: 8, learning_rate: 0.01, eval_steps: 5, test_limit: 60, seed: 3 };

let device: Device;
beforeAll(async () => {
  device = await requestDevice(gpu());
});
afterAll(() => device.destroy());

test('a model of texts is trained to tell classes, as it was planned, evaluated, asked, saved, opened again and merged with its tokenizer', async () => {
  const model = await AutoModelForSequenceClassification.from_pretrained(folder('models/bert-nano'), { device });
  const train_dataset = await load_dataset(folder('data/village/moods'));
  const peft = get_peft_model(model, { peft_type: 'RANDLORA', r: 4 });
  const trainer = new Trainer({ model: peft, args, train_dataset });
  const plan = await trainer.plan();
  const logs: TrainLog[] = [];
  for await (const log of trainer.train()) logs.push(log);
  expect(logs.filter((log) => 'loss' in log)).toHaveLength(10);
  const found = await trainer.evaluate();
  expect([found.count, plan.head_parameters]).toEqual([60, 3 * 129]);
  const texts = ['the lamp was splendid but gus has a lamp that is poor', 'a text that is far longer than any text of the village is , and which is read as far as the model has places for its tokens'];
  const predictions = await trainer.predict(texts, { top_k: 3 });
  expect(predictions.map(({ name, top }) => [name, top.map(({ label }) => label).sort()])).toEqual(texts.map((text) => [text, ['bad', 'good', 'plain']]));

  const again = await PeftModel.from_pretrained(model, saved(await peft.save_pretrained()));
  const same = new Trainer({ model: again, args, train_dataset });
  expect(await same.predict(texts, { top_k: 3 })).toEqual(predictions);
  expect(await same.evaluate()).toEqual(found);
  const merged = await peft.merge_and_unload();
  expect(merged.files.paths()).toEqual(expect.arrayContaining(['tokenizer.json', 'tokenizer_config.json', 'model.safetensors']));
  expect(merged.labels).toEqual(['bad', 'good', 'plain']);
});

test('a model goes on with texts, before and after it was trained on prompts and answers', async () => {
  const files = folder('models/llama-nano');
  const model = await AutoModelForCausalLM.from_pretrained(files, { device });
  const tokenizer = await AutoTokenizer.from_pretrained(files);
  const train_dataset = await load_dataset(folder('data/village/questions'), { prompt: '{passage} {question}', answer: ' {answer}' });
  const peft = get_peft_model(model, { peft_type: 'LORA', r: 4 });
  const trainer = new Trainer({ model: peft, args, train_dataset });
  for await (const log of trainer.train()) void log;
  const found = await trainer.evaluate();
  expect(found.eval_perplexity).toBeCloseTo(Math.exp(found.eval_loss), 5);
  expect(found.eval_choice_accuracy).toBe(undefined);
  const quiz = new Trainer({ model: peft, args, train_dataset: await load_dataset(folder('data/village/choices'), { prompt: '{beginning}', answer: ' {choice}', choices: 'ending' }) });
  const chosen = await quiz.evaluate();
  for (const share of [chosen.eval_choice_accuracy, chosen.eval_choice_accuracy_norm]) expect(60 * share!).toBeCloseTo(Math.round(60 * share!), 9);
  expect(chosen.eval_choice_accuracy).toBeGreaterThan(0);
  const ids = tokenizer.encode('carl took the kite to the school . gus took the cup to the forest . what did carl take ?');
  const gone = async (tokens: AsyncGenerator<number>) => {
    const out: number[] = [];
    for await (const token of tokens) out.push(token);
    return out;
  };
  const after = await gone(peft.generate(ids, { max_new_tokens: 4 }));
  expect(await gone(peft.generate(ids, { max_new_tokens: 4 }))).toEqual(after);
  expect([after.length > 0, typeof tokenizer.decode(after, { skip_special_tokens: true })]).toEqual([true, 'string']);
  expect((await gone(model.generate(ids, { max_new_tokens: 3, temperature: 2, seed: 5, eos_token_id: [] }))).length).toBe(3);
  // As its folder says of generating, unless it is said otherwise.
  const withFile = (generation: object) => AutoModelForCausalLM.from_pretrained(memoryTree('m', { ...bytesOf('models/llama-nano'), 'generation_config.json': new TextEncoder().encode(JSON.stringify(generation)) }), { device });
  const plain = await gone(model.generate(ids, { max_new_tokens: 5, eos_token_id: [] }));
  const ending = await withFile({ eos_token_id: plain.slice(0, 1), max_new_tokens: 5 });
  expect(await gone(ending.generate(ids))).toEqual(plain.slice(0, 1));
  expect(await gone(ending.generate(ids, { eos_token_id: [] }))).toEqual(plain);
  const classifier = await AutoModelForSequenceClassification.from_pretrained(files, { device });
  expect(() => get_peft_model(classifier, { peft_type: 'LORA', r: 2 }).generate(ids)).toThrow(/AutoModelForCausalLM/);
});

test('a tokenizer makes rows of texts and pairs, filled up and cut', async () => {
  const tokenizer = await AutoTokenizer.from_pretrained(folder('models/bert-nano'));
  const { input_ids, attention_mask, token_type_ids } = tokenizer(['the lamp', 'the lamp was fine'], { text_pair: ['was fine', 'bob kept it'], max_length: 8 });
  expect(input_ids.dims).toEqual([2, 8]);
  expect([...attention_mask.data].filter(Boolean).length).toBe(15);
  expect([...token_type_ids.data.subarray(0, 8)]).toEqual([0, 0, 0, 0, 1, 1, 1, 0]);
  expect(tokenizer.decode(tokenizer.encode('the lamp was fine', { add_special_tokens: false }))).toBe('the lamp was fine');
});
