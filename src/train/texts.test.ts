import { beforeAll, describe, expect, test } from 'vitest';
import { methods } from '../adapters';
import { Adapted } from '../adapters/adapted';
import { loadAdapter, type SavedFile } from '../adapters/files';
import { mergedWeights } from '../adapters/merge';
import { ConfigError } from '../adapters/fields';
import type { Device } from '../engine/device';
import { memoryTree } from '../io/fileTree';
import { positionsOf, textModel } from '../models/text';
import { maxError, mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { likeCsv, moodCsv, taggedLines, textRun, tinyEncoder, tinyTexts } from '../testing/tinyTexts';
import { trainRun } from '../testing/trainRun';
import { hostBatch, writeBatch } from './batch';
import { completeTrain } from './config';
import type { Feed } from './images';
import type { RunSpec } from './protocol';
import { recordEvaluation } from './programs';
import { withPrograms } from './withPrograms';
import { noStep } from '../engine/step';
import { defined } from '../numbers/defined';

const treeOf = (files: SavedFile[]) => memoryTree('saved', Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])));
const train = completeTrain({ steps: 12, batch: 6, val_fraction: 0.25, eval_every: 6, head_lr: 0.01, checkpoint_every: 0 });
const specOf = (method: object & { method: string }, more: object = {}): RunSpec => ({ id: method.method, name: method.method, model: 'tiny', data: 'tiny', method, train: { ...train, ...more } });

/** Settings that fit a model of 32 channels, where a method's own do not. */
const small: Record<string, object> = { pissa: { r: 4 }, lora_xs: { r: 8 }, psoft: { r: 8 }, hira: { r: 8 }, adalora: { init_r: 6, tfinal: 3 }, pranc: { num_alpha: 20 } };

let device: Device;
beforeAll(async () => {
  device = await mustOpen(gpu());
});

/** Logits of the first texts of a split. */
function logitsOf(opened: Parameters<typeof withPrograms>[1], feed: Feed, count: number): Promise<Float32Array> {
  return withPrograms(device, opened, train, count, recordEvaluation, async (machine, programs) => {
    const { inputs } = programs.measured;
    const host = hostBatch(inputs);
    await feed.fill(Array.from({ length: Math.min(count, train.batch) }, (_, i) => i), 0, host);
    writeBatch(machine, inputs, host);
    machine.setStep(noStep);
    await machine.run(programs.evaluate);
    return machine.readF32(programs.outputs);
  });
}

describe('every method on a small RoBERTa', () => {
  const weights = Object.keys(methods).filter((name) => !defined(methods[name]).prompts);
  test.each(weights)('%s learns, is planned to the byte, saved and opened again, and merged where it can be', async (name) => {
    const data = await tinyTexts({ 'train.csv': moodCsv(32, 1), 'test.csv': moodCsv(12, 2) });
    const { model, feedOf } = await textRun(await tinyEncoder('roberta'));
    const spec = specOf({ method: name, ...small[name] });
    const { files, losses, summary } = await trainRun(device, { spec, model, data, feedOf });
    expect(Math.min(...losses.slice(-3))).toBeLessThan(defined(losses[0]));
    expect(summary.allocated).toEqual(summary.plan.bytes);
    const { adapted, values } = await loadAdapter(treeOf(files), model.net, model.source);
    expect(adapted.config).toMatchObject(spec.method);
    expect(adapted.model.labels).toEqual(data.classes);
    if (!adapted.method.merged) return;
    const logits = await logitsOf({ model, adapted, values }, feedOf(data.test), data.test.count);
    const merged = await mergedWeights(device, model.source, { adapted, values });
    const plain = new Adapted(adapted.model, { method: 'linear_probe' });
    const again = await logitsOf({ model, adapted: plain, values: Object.fromEntries(merged) }, feedOf(data.test), data.test.count);
    expect(maxError(again, logits)).toBeLessThan(2e-5);
  });

  test.each(Object.keys(methods).filter((name) => defined(methods[name]).prompts))('%s, whose tokens stand among images, says that it does not fit', async (name) => {
    const { model } = await textRun(await tinyEncoder('roberta'));
    expect(() => new Adapted(model.net, { method: name })).toThrow(ConfigError);
  });
});

describe.each(['roberta', 'bert'])('a small %s', (family) => {
  const learn = async (files: Record<string, string>, form: object, options?: Parameters<typeof tinyTexts>[1], more: object = {}) => {
    const data = await tinyTexts(files, options);
    const { model, feedOf } = await textRun(await tinyEncoder(family), form);
    return { data, run: await trainRun(device, { spec: specOf({ method: 'lora' }, { steps: 60, lr: 0.02, head_lr: 0.02, ...more }), model, data, feedOf }) };
  };

  test('tells good from bad, with the scores of two classes', async () => {
    const { run } = await learn({ 'train.csv': moodCsv(64, 1), 'test.csv': moodCsv(24, 2) }, {});
    expect(run.summary.final!.accuracy).toBeGreaterThan(0.9);
    expect(run.summary.final!.scores).toMatchObject({ f1: expect.any(Number) as number, matthews: expect.any(Number) as number });
    expect(JSON.parse(new TextDecoder().decode(run.files.find(({ path }) => path === 'adapter_config.json')!.bytes))).toMatchObject({ task_type: 'SEQ_CLS', modules_to_save: ['classifier'], target_modules: ['query', 'value'] });
  });

  test('learns how alike two texts are', async () => {
    const { data, run } = await learn({ 'train.csv': likeCsv(96, 3), 'test.csv': likeCsv(24, 4) }, { problem: 'regression' }, undefined, { steps: 80, val_fraction: 0 });
    expect([data.labels, data.columns]).toEqual(['numbers', { text: 'sentence1', pair: 'sentence2', label: 'score' }]);
    expect(run.losses.at(-1)!).toBeLessThan(0.5 * defined(run.losses[0]));
    expect(Object.keys(run.summary.final!.scores!)).toEqual(['pearson', 'spearman']);
  });

  test('tags words, with micro-batches that have different numbers of them', async () => {
    const { data, run } = await learn({ 'train.jsonl': taggedLines(40, 5), 'test.jsonl': taggedLines(12, 6) }, { reads: 'tokens' }, { labels: 'words' }, { accumulate: 2 });
    expect(data.classes).toEqual(['LOC', 'O', 'PER']);
    expect(run.summary.final!.accuracy).toBeGreaterThan(0.9);
    // Four words of each of the texts, whatever stands around them.
    expect(run.summary.final!.confusion.flat().reduce((a, b) => a + b, 0)).toBe(4 * 12);
  });

  test('padding on either side, or more of it, changes nothing, and a text that is all hidden is a number', async () => {
    const loaded = await tinyEncoder(family);
    const ids = [0, 4, 8, 5, 13, 2];
    const of = async (tokens: number, at: number, hidden = false) => {
      const net = textModel(textModel(loaded.net).with({ tokens }));
      const row = Array<number>(tokens).fill(1);
      ids.forEach((id, i) => (row[at + i] = id));
      const mask = row.map((_, i) => Number(!hidden && i >= at && i < at + ids.length));
      const feed: Feed = {
        labels: [0], labelsOf: () => [0],
        fill: (_, __, batch) => {
          batch.input_ids!.set(row);
          batch.attention_mask!.set(mask);
          // BERT's positions go on from the front; as its users do it, they begin where the text does.
          batch.position_ids!.set(family === 'bert' ? row.map((_, i) => Math.max(0, i - at)) : Array.from(positionsOf(net.language, row)));
          batch.token_type_ids!.fill(0);
          return Promise.resolve();
        },
      };
      const opened = { model: loaded, adapted: new Adapted(net, { method: 'linear_probe' }), values: {} };
      return logitsOf(opened, feed, 1);
    };
    const plain = await of(6, 0);
    expect(maxError(await of(12, 0), plain)).toBeLessThan(1e-6);
    // On the left the first token is padding, whose query sees the same keys: what stands there is another number, and finite.
    expect([...(await of(12, 6))].every(Number.isFinite)).toBe(true);
    expect([...(await of(6, 0, true))].every(Number.isFinite)).toBe(true);
  });
});

test('a split without texts is refused by a feed', async () => {
  const { feedOf } = await textRun(await tinyEncoder('roberta'));
  expect(() => feedOf({ count: 1, labels: new Uint16Array(1), image: () => ({ width: 1, height: 1, data: new Uint8Array(3) }) }).labels).toThrow();
});
