import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { HEAD_ONLY } from '../adapters/fields';
import type { Arrays } from '../adapters/method';
import { builtinTextModels } from '../models/builtin';
import { textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { maxError, mustOpen } from '../testing/checkOp';
import { cliFolder } from '../testing/cliFolder';
import { gpu } from '../testing/device';
import { oneStep } from '../train/oneStep';
import { openModel } from '../train/openModel';
import type { RunRecord } from '../train/protocol';
import { modelTree } from './files';
import { main } from './main';

const { at, out } = cliFolder('bundled-texts');
const folder = (name: string) => `public/models/${name}`;
/** Outputs of transformers for a few texts (fixtures/text/nano/make.py). */
const fixture = <T>(name: string): T => JSON.parse(readFileSync(`src/testing/fixtures/text/nano/${name}.json`, 'utf8')) as T;

test.each(builtinTextModels)('$id is small, whole, stored in two bytes a weight, and spells what it does not know', async ({ id, files }) => {
  const beside = readdirSync(folder(id));
  expect(beside.filter((file) => !/\.(md|py)$/.test(file)).sort()).toEqual([...files].sort());
  expect(beside).toEqual(expect.arrayContaining(['README.md', 'pretrain.py']));
  expect(beside.reduce((sum, file) => sum + statSync(`${folder(id)}/${file}`).size, 0)).toBeLessThan(4e6);
  const { source, texts } = await openModel(await modelTree(id));
  expect(new Set(source.names().map((name) => source.info(name).dtype))).toEqual(new Set(['F16']));
  const tokenizer = await texts!();
  expect(tokenizer.decode(tokenizer.plain('the quokka sold the lamp'))).toBe('the quokka sold the lamp');
});

/** Rows of a batch, filled up on the right with zeros that are hidden. */
function rows(ids: number[][], types: number[][]) {
  const tokens = Math.max(...ids.map(({ length }) => length));
  const each = (value: (row: number, t: number) => number) => Uint32Array.from({ length: ids.length * tokens }, (_, i) => value(Math.floor(i / tokens), i % tokens));
  const inputs = { input_ids: each((b, t) => defined(ids[b])[t] ?? 0), token_type_ids: each((b, t) => types[b]?.[t] ?? 0), attention_mask: each((b, t) => Number(t < defined(ids[b]).length)), position_ids: each((_, t) => t) };
  return { tokens, inputs };
}

test('the encoder reads and says what transformers does', async () => {
  const want = fixture<{ texts: [string, string | null][]; ids: number[][]; types: number[][]; head: number[]; logits: number[] }>('bert-nano');
  const { net, source, texts } = await openModel(await modelTree('bert-nano'));
  const tokenizer = await texts!();
  expect(want.texts.map(([first, second]) => tokenizer.encode(first, second))).toMatchObject(want.ids.map((ids, i) => ({ ids, types: want.types[i] })));
  const { tokens, inputs } = rows(want.ids, want.types);
  const model = textModel(textModel(net).with({ labels: ['a', 'b', 'c'], tokens }));
  const values: Arrays = { 'classifier.weight': Float32Array.from(want.head), 'classifier.bias': new Float32Array(3) };
  const { logits } = await oneStep(await mustOpen(gpu()), { adapted: new Adapted(model, { method: HEAD_ONLY }), source, values, batch: { rows: 2, inputs: { ...inputs, labels: new Uint32Array(2) } } });
  expect(maxError(logits, Float32Array.from(want.logits))).toBeLessThan(1e-4);
});

test('the decoder reads and goes on as transformers does', async () => {
  const want = fixture<{ texts: string[]; ids: number[][]; logits: number[][] }>('llama-nano');
  const { net, source, texts } = await openModel(await modelTree('llama-nano'));
  const tokenizer = await texts!();
  expect(want.texts.map((text) => tokenizer.encode(text).ids)).toEqual(want.ids);
  const { tokens, inputs: { token_type_ids: _, ...inputs } } = rows(want.ids, []);
  const model = textModel(textModel(net).with({ tokens }));
  const { logits } = await oneStep(await mustOpen(gpu()), { adapted: new Adapted(model, { method: 'full' }), source, values: {}, batch: { rows: 2, inputs: { ...inputs, labels: inputs.input_ids.slice() } } });
  const V = model.language.vocab_size;
  want.ids.forEach(({ length }, b) => {
    const last = (b * tokens + length - 1) * V;
    expect(maxError(logits.subarray(last, last + V), Float32Array.from(defined(want.logits[b]))), want.texts[b]).toBeLessThan(1e-4);
  });
});

test('they are trained by their names on the sets that come with them', async () => {
  const train = async (model: string, data: string, ...more: string[]) => {
    expect(await main(['train', '--model', model, '--data', data, '--method', 'lora', '--steps', '12', '--batch', '8', '--test-limit', '24', ...more, '--out', at(data)]), out.join('\n')).toBe(0);
    const { curve, summary } = JSON.parse(readFileSync(at(data, 'run.json'), 'utf8')) as RunRecord;
    expect(summary!.allocated).toEqual(summary!.plan.bytes);
    return { summary: summary!, losses: curve.map(({ loss }) => loss) };
  };
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const { losses } = await train('bert-nano', 'village-moods', '--task', 'sequence-classification');
  expect(mean(losses.slice(-4))).toBeLessThan(mean(losses.slice(0, 4)));
  const { summary: { start, final } } = await train('llama-nano', 'village-stories');
  expect(final!.loss).toBeLessThan(start!.loss);
});

test('the encoder says hidden tokens, for which it was made, and learns those of texts that it never saw the like of', async () => {
  const loss = async (...argv: string[]) => {
    expect(await main(['eval', '--model', 'bert-nano', ...argv, '--json', at('hidden.json')]), out.join('\n')).toBe(0);
    const result = JSON.parse(readFileSync(at('hidden.json'), 'utf8')) as { loss: number; perplexity: number };
    expect(result.perplexity).toBeCloseTo(Math.exp(result.loss), 6);
    return result.loss;
  };
  // Of 205 tokens; where all are alike it is ln 205 = 5.3.
  expect(await loss('--data', 'village-moods', '--text-column', 'text', '--task', 'masked-lm')).toBeLessThan(2);
  const backwards = readFileSync('public/data/village/moods/train.csv', 'utf8').split('\n').slice(1, 201).map((line) => line.slice(0, line.lastIndexOf(',')).split(' ').reverse().join(' '));
  writeFileSync(at('backwards.txt'), backwards.join('\n'));
  const masked = ['--data', at('backwards.txt'), '--task', 'masked-lm'];
  const before = await loss(...masked);
  expect(await main(['train', '--model', 'bert-nano', ...masked, '--method', 'lora', '--r', '8', '--target-modules', 'all-linear', '--lr', '0.01', '--steps', '40', '--batch', '8', '--out', at('hidden')]), out.join('\n')).toBe(0);
  const { summary, spec } = JSON.parse(readFileSync(at('hidden', 'run.json'), 'utf8')) as RunRecord;
  expect(spec.text).toMatchObject({ task: 'masked-lm' });
  expect(summary!.allocated).toEqual(summary!.plan.bytes);
  expect(JSON.parse(readFileSync(at('hidden', 'adapter_config.json'), 'utf8'))).toMatchObject({ task_type: null, auto_mapping: { base_model_class: 'BertForMaskedLM', parent_library: 'transformers.models.bert.modeling_bert' } });
  const after = await loss('--adapter', at('hidden'), ...masked);
  expect(after).toBeCloseTo(summary!.final!.loss, 4);
  expect(after).toBeLessThan(0.8 * before);

  const refused = async (words: RegExp, ...argv: string[]) => {
    out.length = 0;
    expect(await main(argv)).not.toBe(0);
    expect(out.join('\n')).toMatch(words);
  };
  await refused(/prompts and answers are for models that go on with texts/, 'eval', '--model', 'bert-nano', '--data', 'village-moods', '--task', 'masked-lm', '--prompt', '{text}', '--answer', '{label}');
  await refused(/choose the task sequence-classification/, 'predict', '--model', 'bert-nano', '--data', 'village-moods', '--task', 'masked-lm', '--out', at('said.csv'));
  await refused(/not written as ONNX/, 'merge', '--model', 'bert-nano', '--adapter', at('hidden'), '--format', 'onnx', '--out', at('onnx'));
});
