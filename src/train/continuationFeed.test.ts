import { beforeAll, describe, expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { FROZEN } from '../adapters/fields';
import { openContinuations } from '../data/continuations';
import { DataError, type Split, type TextRow } from '../data/source';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { bytesAccess, openSafetensors } from '../io/safetensors';
import { TextTokenizer } from '../io/textTokenizer';
import { textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { describeGolden, golden, goldenJson } from '../testing/golden';
import { openGoldenText } from '../testing/goldenTexts';
import { numbered, numberedWords } from '../testing/numberedWords';
import { tinyJson } from '../testing/tiny';
import { tinyDecoder } from '../testing/tinyDecoders';
import { trainRun } from '../testing/trainRun';
import { completeTrain } from './config';
import { ContinuationFeed, ContinuationTokens, endOfText, surveyed } from './continuationFeed';
import { evaluate } from './evaluate';
import { recordEvaluation } from './programs';
import type { RunSpec } from './protocol';
import { withPrograms } from './withPrograms';

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

const splitOf = (rows: TextRow[]): Split => ({ count: rows.length, labels: new Uint16Array(rows.length), text: (i) => defined(rows[i]), image: () => ({ width: 1, height: 1, data: new Uint8Array(3) }) });

describeGolden('the loss on answers alone, as transformers has it', 'text/models/qwen2_dev/choices.json', () => {
  test('is the likelihood of each option after the prompt, and of the end behind it', async () => {
    const { prompt, options, log_likelihood } = goldenJson<{ prompt: number[]; options: number[][]; log_likelihood: number[] }>('text/models/qwen2_dev/choices.json');
    const model = await openGoldenText('qwen2_dev');
    const net = textModel(textModel(model.net).with({ tokens: 12 }));
    const tokens = new ContinuationTokens(numberedWords(512), 510);
    const rows = options.map((option): TextRow => ({ first: numbered(prompt), second: ` ${numbered(option)}` }));
    expect(tokens.row(defined(rows[0]))).toEqual({ ids: [...prompt, ...defined(options[0]), 510], counts: [[prompt.length, prompt.length + defined(options[0]).length + 1]], grown: false });
    const feed = new ContinuationFeed(splitOf(rows), tokens, net);
    const config = completeTrain({ batch: 3 });
    await withPrograms(device, { model, adapted: new Adapted(net, FROZEN), values: {} }, config, rows.length, recordEvaluation, async (machine, programs) => {
      const found = await evaluate(machine, programs, feed, rows.length, 0, { step: 0, split: 'test' });
      // The same with the end left out: what is left is what the reference has, over its tokens.
      const without = new ContinuationFeed(splitOf(rows), new (class extends ContinuationTokens {
        override row(text: TextRow) {
          const row = super.row(text);
          return { ...row, ids: row.ids.slice(0, -1), counts: row.counts.map(([from, to]) => [from, to - 1] as const) };
        }
      })(numberedWords(512), 510), net);
      const counted = options.flat().length;
      const plain = await evaluate(machine, programs, without, rows.length, 0, { step: 0, split: 'test' });
      const wanted = -log_likelihood.reduce((a, b) => a + b, 0) / counted;
      expect(Math.abs(plain.loss - wanted)).toBeLessThan(2e-5);
      expect(plain.scores!.perplexity).toBeCloseTo(Math.exp(wanted), 0);
      expect(found.loss * (counted + rows.length)).toBeGreaterThan(plain.loss * counted);
    });
  });

  test('rows of the reference are made again: what counts begins behind the prompt', async () => {
    const model = await openGoldenText('qwen2_dev');
    const io = await golden('text/models/qwen2_dev/io.safetensors');
    const [B, T] = io.info('input_ids').shape as [number, number];
    const [ids, mask, labels] = await Promise.all(['input_ids', 'attention_mask', 'labels'].map((name) => io.readF32(name)));
    const net = textModel(textModel(model.net).with({ tokens: T + 1 }));
    const at = (of: Float32Array, b: number) => [...of.subarray(b * T, (b + 1) * T)];
    const known = Array.from({ length: B }, (_, b) => {
      const length = at(mask!, b).reduce((a, v) => a + v, 0);
      return { ids: at(ids!, b).slice(0, length), from: at(labels!, b).findIndex((label) => label !== -100) };
    });
    const feed = new ContinuationFeed(splitOf(known.map(({ ids, from }) => ({ first: numbered(ids.slice(0, from)), second: ` ${numbered(ids.slice(from))}` }))), new ContinuationTokens(numberedWords(512), 511), net);
    const batch = { input_ids: new Uint32Array(B * (T + 1)), attention_mask: new Uint32Array(B * (T + 1)), position_ids: new Uint32Array(B * (T + 1)), labels: new Uint32Array(B * (T + 1)) };
    await feed.fill(Array.from({ length: B }, (_, b) => b), 0, batch);
    known.forEach(({ ids: own, from }, b) => {
      const row = (of: Uint32Array) => [...of.subarray(b * (T + 1), (b + 1) * (T + 1))];
      expect(row(batch.input_ids).slice(0, own.length + 1)).toEqual([...own, 511]);
      expect(row(batch.attention_mask).reduce((a, v) => a + v, 0)).toBe(own.length + 1);
      // Everything from the first token that counts in the reference on; it leaves one out within, which texts do not.
      expect(row(batch.labels).findIndex((label) => label !== 0xffffff9c)).toBe(from);
    });
  });
});

describe('texts as tokens', () => {
  test('a long text is cut, one without room for its answer is left out, and both are said', () => {
    const tokens = new ContinuationTokens(numberedWords(40), 39);
    const row = (prompt: number, answer: number): TextRow => ({ first: numbered(Array<number>(prompt).fill(1)), second: ` ${numbered(Array<number>(answer).fill(2))}` });
    const found = surveyed(splitOf([row(2, 3), row(2, 9), row(8, 1), { first: numbered([1, 2, 3]), second: null }]), tokens, 8, 'train');
    expect([found.split.count, found.longest, found.tokens, found.counted]).toEqual([3, 8, 6 + 8 + 4, 4 + 6 + 3]);
    expect(found.notes).toEqual(['train: 1 of 4 texts are longer than 8 tokens and end there; 4 tokens are cut.', 'train: 1 of 4 texts are left out, because nothing of their answer is within 8 tokens.']);
  });

  test('a prompt whose end grows together with the answer counts from there, and it is said', () => {
    const json = { version: '1.0', added_tokens: [], normalizer: null, post_processor: null, decoder: { type: 'ByteLevel' }, pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }, model: { type: 'BPE', vocab: { a: 0, b: 1, Ġ: 2, Ġb: 3, '</s>': 4 }, merges: ['Ġ b'] } };
    const tokens = new ContinuationTokens(new TextTokenizer(tinyJson(json), tinyJson({ eos_token: '</s>' })), 4);
    expect(tokens.row({ first: 'a', second: ' b' })).toEqual({ ids: [0, 3, 4], counts: [[1, 3]], grown: false });
    const grown: TextRow = { first: 'a ', second: 'b' };
    expect(tokens.row(grown)).toEqual({ ids: [0, 3, 4], counts: [[1, 3]], grown: true });
    expect(defined(surveyed(splitOf([grown]), tokens, 8, 'test').notes[0])).toMatch(/^test: in 1 of 1 texts the end of the prompt and the beginning of the answer make one token/);
  });

  test('a text ends by the token of the tokenizer, or by that of the model, and one of them is needed', async () => {
    const { net } = await tinyDecoder('GPT-2');
    const model = textModel(net);
    const bare = new TextTokenizer(tinyJson({ version: '1.0', added_tokens: [], normalizer: null, post_processor: null, pre_tokenizer: { type: 'WhitespaceSplit' }, decoder: null, model: { type: 'WordPiece', unk_token: 'a', continuing_subword_prefix: '##', max_input_chars_per_word: 9, vocab: { a: 0 } } }), null);
    expect(endOfText(numberedWords(40), { id: 'm', config: {} }, model)).toBe(39);
    expect(endOfText(numberedWords(40), { id: 'm', config: { eos_token_id: [7, 39] } }, model)).toBe(39);
    expect(endOfText(numberedWords(40), { id: 'm', config: { eos_token_id: 7 } }, model)).toBe(7);
    expect(endOfText(bare, { id: 'm', config: { eos_token_id: [7, 8] } }, model)).toBe(7);
    expect(() => endOfText(bare, { id: 'm', config: {} }, model)).toThrow(/^m names no token that ends a text/);
    expect(() => endOfText(bare, { id: 'm', config: { eos_token_id: 40 } }, model)).toThrow('they do not belong together');
    expect(() => new ContinuationFeed(splitOf([]), new ContinuationTokens(numberedWords(41), 40), model)).toThrow(DataError);
  });
});

test('a run on answers is followed by its loss, keeps its best, and goes on from a checkpoint with the same numbers', async () => {
  const loaded = await tinyDecoder('GPT-2');
  const lines = Array.from({ length: 24 }, (_, i) => `w${1 + (i % 6)} w10,w${20 + (i % 6)}`).join('\n');
  const data = await openContinuations(memoryTree('texts', { 'a.csv': new TextEncoder().encode(`q,a\n${lines}\n`) }), { prompt: '{q}', answer: ' {a}' });
  const net = textModel(textModel(loaded.net).with({ tokens: 6 }));
  const tokens = new ContinuationTokens(numberedWords(40), 39);
  const model = { ...loaded, net };
  const spec: RunSpec = { id: 'r', name: 'r', model: 'm', data: 'd', method: { method: 'lora', target_modules: ['c_attn', 'c_fc'] }, train: completeTrain({ steps: 12, batch: 4, accumulate: 2, lr: 0.02, eval_every: 4, early_stopping_patience: 3, checkpoint_every: 5 }), text: { task: 'causal-lm', prompt: '{q}', answer: ' {a}' } };
  const run = (resume?: Uint8Array) => trainRun(device, { spec, model, data, resume, feedOf: (split) => new ContinuationFeed(split, tokens, net) });
  const whole = await run();
  expect(whole.summary.start!.scores!.perplexity).toBeCloseTo(Math.exp(whole.summary.start!.loss), 6);
  expect(whole.summary.final!.loss).toBeLessThan(whole.summary.start!.loss);
  expect(whole.summary.best!.loss).toBeLessThanOrEqual(whole.summary.start!.loss);
  expect(whole.summary.early_stopping!.held).toBeGreaterThan(0);
  expect(whole.summary.allocated).toEqual(whole.summary.plan.bytes);
  const again = await run(whole.checkpoints[0]);
  expect(again.losses).toEqual(whole.losses.slice(5));
  expect(again.summary.final).toEqual(whole.summary.final);
  const config = whole.files.find(({ path }) => path === 'adapter_config.json')!;
  expect(JSON.parse(new TextDecoder().decode(config.bytes))).toMatchObject({ task_type: 'CAUSAL_LM', fan_in_fan_out: true });
  expect((await openSafetensors(bytesAccess(whole.files.find(({ path }) => path === 'adapter_model.safetensors')!.bytes))).names().length).toBe(8);
});
