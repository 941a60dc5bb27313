import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { beforeAll, expect, test } from 'vitest';
import { ModelProtoSchema } from '../io/onnx/onnx_pb';
import { cliFolder } from '../testing/cliFolder';
import { likeCsv, moodCsv, taggedLines, tinyEncoderFiles } from '../testing/tinyTexts';
import { main } from './main';
import { textPredictionsCsv } from './predictTexts';

const { at, out } = cliFolder('texts');
const json = (...path: string[]) => JSON.parse(readFileSync(at(...path), 'utf8')) as Record<string, never>;

beforeAll(() => {
  for (const family of ['roberta', 'bert']) {
    mkdirSync(at(family), { recursive: true });
    for (const [path, bytes] of Object.entries(tinyEncoderFiles(family))) writeFileSync(at(family, path), bytes);
  }
  mkdirSync(at('mood'));
  writeFileSync(at('mood', 'train.csv'), moodCsv(64, 1));
  writeFileSync(at('mood', 'test.csv'), moodCsv(24, 2));
  writeFileSync(at('alike.csv'), likeCsv(60, 3));
  writeFileSync(at('tagged.jsonl'), taggedLines(40, 5));
});

const settings = ['--steps', '60', '--batch', '6', '--lr', '0.02', '--head-lr', '0.02'];

test('a folder of tables is learned, measured from what was saved as at the end, and predicted', async () => {
  expect(await main(['train', '--model', at('roberta'), '--data', at('mood'), '--task', 'sequence-classification', '--method', 'lora', ...settings, '--out', at('run')]), out.join('\n')).toBe(0);
  const { summary, spec } = json('run', 'run.json') as unknown as { summary: { final: { accuracy: number; loss: number; scores: object }; plan: { bytes: object }; allocated: object }; spec: { text: object } };
  expect(summary.final.accuracy).toBeGreaterThan(0.9);
  expect(summary.allocated).toEqual(summary.plan.bytes);
  expect(spec.text).toEqual({ task: 'sequence-classification' });
  expect(out.some((line) => /test accuracy .* f1 .* matthews /.test(line)), out.join('\n')).toBe(true);
  expect(out.some((line) => /^step 5 .* texts\/s /.test(line)), out.join('\n')).toBe(true);

  expect(await main(['eval', '--model', at('roberta'), '--adapter', at('run'), '--data', at('mood'), '--json', at('eval.json')])).toBe(0);
  const again = json('eval.json') as unknown as { accuracy: number; loss: number; f1: number; labels: string[] };
  expect(again.accuracy).toBe(summary.final.accuracy);
  expect(again.loss).toBeCloseTo(summary.final.loss, 5);
  expect(again.labels).toEqual(['bad', 'good']);

  writeFileSync(at('new.csv'), 'sentence\nthe tea was lovely\n"the day was dull and, long"\n' + `${'the day was dull and '.repeat(5)}\n`);
  expect(await main(['predict', '--model', at('roberta'), '--adapter', at('run'), '--data', at('new.csv'), '--out', at('said.csv')])).toBe(0);
  expect(out.some((line) => line === `note: ${at('new.csv')}: 1 of 3 texts are longer than 18 tokens and end there; 9 tokens are cut.`), out.join('\n')).toBe(true);
  const [head, first, second] = readFileSync(at('said.csv'), 'utf8').split('\n');
  expect(head).toBe('text,prediction,probability,prediction_2,probability_2');
  expect(first).toMatch(/^the tea was lovely,good,0\.\d+,bad,/);
  expect(second).toMatch(/^"the day was dull and, long",bad,/);

  expect(await main(['merge', '--model', at('roberta'), '--adapter', at('run'), '--format', 'onnx', '--dtype', 'f16', '--out', at('onnx'), '--json', at('onnx.json')]), out.join('\n')).toBe(0);
  expect(json('onnx.json')).toMatchObject({ files: ['onnx/model_fp16.onnx', 'config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md'], verdict: { ok: true, images: 4 } });
  expect(json('onnx', 'config.json')).toMatchObject({ architectures: ['RobertaForSequenceClassification'], problem_type: 'single_label_classification', id2label: { 0: 'bad', 1: 'good' }, 'transformers.js_config': { dtype: 'fp16' } });
  const metadata = Object.fromEntries(fromBinary(ModelProtoSchema, readFileSync(at('onnx', 'onnx', 'model_fp16.onnx'))).metadataProps.map(({ key, value }) => [key, value]));
  expect(metadata).toMatchObject({ id2label: '{"0":"bad","1":"good"}', problem_type: '"single_label_classification"', max_length: '8', method: 'lora' });
  expect(metadata).not.toHaveProperty('image_mean');
});

test('numbers of pairs, and tags of words', async () => {
  expect(await main(['train', '--model', at('bert'), '--data', at('alike.csv'), '--method', 'full', '--steps', '30', '--batch', '6', '--out', at('alike')]), out.join('\n')).toBe(0);
  expect(out.some((line) => /text sentence1 and sentence2, label score/.test(line))).toBe(true);
  expect(out.some((line) => /pearson .* spearman /.test(line))).toBe(true);
  expect(await main(['eval', '--model', at('bert'), '--adapter', at('alike'), '--data', at('alike.csv'), '--json', at('alike.json')]), out.join('\n')).toBe(0);
  expect(json('alike.json')).toMatchObject({ pearson: expect.any(Number) as number });

  expect(await main(['train', '--model', at('bert'), '--data', at('tagged.jsonl'), '--task', 'token-classification', '--method', 'lora', ...settings, '--out', at('tags')]), out.join('\n')).toBe(0);
  // What the adapters were trained for is known from what was saved.
  for (const [run, architecture, problem_type, images] of [['alike', 'BertForSequenceClassification', 'regression', 4], ['tags', 'BertForTokenClassification', undefined, 16]] as const) {
    expect(await main(['merge', '--model', at('bert'), '--adapter', at(run), '--format', 'onnx', '--out', at(`${run} onnx`), '--json', at('onnx.json')]), out.join('\n')).toBe(0);
    expect(json('onnx.json')).toMatchObject({ files: ['onnx/model.onnx', 'config.json', 'tokenizer.json', 'tokenizer_config.json', 'README.md'], verdict: { ok: true, images } });
    const { problem_type: written, architectures } = json(`${run} onnx`, 'config.json');
    expect([written, architectures]).toEqual([problem_type, [architecture]]);
  }

  const { summary } = json('tags', 'run.json') as unknown as { summary: { final: { accuracy: number } } };
  expect(summary.final.accuracy).toBeGreaterThan(0.9);
  expect(await main(['eval', '--model', at('bert'), '--adapter', at('tags'), '--data', at('tagged.jsonl'), '--task', 'token-classification']), out.join('\n')).toBe(0);
});

test('a plan needs no weights, and a bad request is one sentence', async () => {
  expect(await main(['plan', '--model', at('roberta', 'config.json'), '--method', 'randlora', '--json', at('plan.json')]), out.join('\n')).toBe(0);
  expect(json('plan.json')).toMatchObject({ head_parameters: 32 * 32 + 32 + 2 * 32 + 2 });
  const refused = async (words: RegExp, ...argv: string[]) => {
    out.length = 0;
    expect(await main([...argv, ...(argv[0] === 'train' ? ['--no-save'] : [])])).not.toBe(0);
    expect(out.join('\n')).toMatch(words);
  };
  await refused(/sequence-classification, token-classification or masked-lm/, 'train', '--model', at('bert'), '--data', at('mood'), '--method', 'lora', '--task', 'causal-lm');
  await refused(/has no column "nothing"; it has sentence, label/, 'train', '--model', at('bert'), '--data', at('mood'), '--method', 'lora', '--text-column', 'nothing');
  await refused(/texts of 900 tokens do not fit: this model has positions for 20\./, 'train', '--model', at('bert'), '--data', at('mood'), '--method', 'lora', '--max-length', '900');
  writeFileSync(at('words.jsonl'), '{"tokens":["a","b"],"tags":["O"]}\n');
  await refused(/has 2 words and 1 tags/, 'train', '--model', at('bert'), '--data', at('words.jsonl'), '--method', 'lora', '--task', 'token-classification');
  mkdirSync(at('mute'));
  for (const [path, bytes] of Object.entries(tinyEncoderFiles('bert'))) if (!path.startsWith('tokenizer')) writeFileSync(join(at('mute'), path), bytes);
  await refused(/has no tokenizer\.json/, 'train', '--model', at('mute'), '--data', at('mood'), '--method', 'lora');
});

test('no text of a table of predictions is a formula, and a number below zero stays one', () => {
  expect(textPredictionsCsv([{ text: '=1+1', second: null, top: [], number: -0.5 }], 1)).toBe(`text,prediction\n"'=1+1",-0.5\n`);
});
