import { sizeOf, type Tensor } from '../engine/tensor';
import { recorder } from '../engine/record';
import { ConfigError } from '../adapters/fields';
import type { Model } from '../models/model';
import { isTextModel, textFields, textModel } from '../models/text';
import type { Context } from '../nn/context';
import { linear } from '../ops/matmul';
import { vocabularyLoss } from '../ops/vocabularyLoss';
import { said } from '../said/said';
import type { HostBatch, Judged, Objective, Task, Verdict } from './task';

/** A label that does not count, -100, as batches hold it. */
export const IGNORED = 0xffffff9c;

/** The table of the head. */
function vocabularyOf(ctx: Context, model: Model): Tensor {
  const { vocabulary, vocab_size } = textModel(model).language;
  return ctx.weight(vocabulary!, [vocab_size, model.hidden_size], { table: true });
}

/** Rows of tokens, each of which is to say the one behind it: cross entropy over the vocabulary, of the labels that count. */
export const nextToken: Objective = {
  fits: (model) => isTextModel(model) && model.language.reads === 'next',
  batch: (model, rows) => ({ ...textFields(textModel(model), rows), labels: { shape: [rows, textModel(model).language.tokens], dtype: 'u32' } }),
  forward: (ctx, model, { input_ids }) => model.forward(ctx, input_ids!),
  loss(outputs, { labels }, smoothing, part, by) {
    const { rows, dx } = vocabularyLoss(outputs, vocabularyOf(by!.ctx, by!.model), labels!, { shift: 1, smoothing, weight: part?.weight, besides: part?.besides });
    return { rows, dout: dx };
  },
  logits(ctx, model, outputs) {
    const table = vocabularyOf(ctx, model);
    const bytes = 4 * (sizeOf(outputs.shape) / model.hidden_size) * table.shape[0]!;
    return bytes <= recorder().maxBinding && table.storage.bytes <= recorder().maxBinding ? linear(outputs, table, { label: 'logits' }) : null;
  },
  counted: ({ labels }, model) => countedLabels(labels!, textModel(model).language),
  judge: judgeTokens,
  better: (than, found) => found.loss < than.loss,
};

/** How many labels (B, T) count: the first of a row is compared with nothing. */
function countedLabels(labels: HostBatch[string], { tokens, vocab_size }: { tokens: number; vocab_size: number }): number {
  let counted = 0;
  for (let i = 0; i < labels.length; i++) if (i % tokens > 0 && labels[i]! < vocab_size) counted++;
  return counted;
}

/** Mean loss over all tokens that count, and how often the likeliest was right. */
function judgeTokens(rows: Float32Array, _: Judged): Verdict {
  let [loss, right, counted] = [0, 0, 0];
  for (let at = 0; at < rows.length; at += 4) [loss, right, counted] = [loss + rows[at]!, right + rows[at + 1]!, counted + rows[at + 2]!];
  const mean = loss / Math.max(1, counted);
  return { loss: mean, accuracy: right / Math.max(1, counted), per_class: [], confusion: [], scores: { perplexity: Math.exp(mean) } };
}

/** Going on with texts, by the loss on what is to be said. */
export const causal: Task = {
  objective: nextToken,
  takes: ({ model }) => nextToken.fits(model.net, undefined),
  open({ model: { net }, train }) {
    if (train.loss !== 'cross_entropy') throw new ConfigError(said`a model that goes on with texts learns by cross_entropy over its vocabulary; choose that loss.`);
    return Promise.resolve({ model: net, knows: true, values: () => Promise.resolve({}) });
  },
};
