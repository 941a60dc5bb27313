import { sizeOf, type Tensor } from '../engine/tensor';
import { recorder } from '../engine/record';
import { ConfigError } from '../adapters/fields';
import type { Model } from '../models/model';
import { isTextModel, textFields, textModel, type Reads } from '../models/text';
import type { Context } from '../nn/context';
import { defined } from '../numbers/defined';
import { isBelow } from '../numbers/order';
import { linear } from '../ops/matmul';
import { vocabularyLoss } from '../ops/vocabularyLoss';
import type { HostBatch, Judged, Objective, Task, Verdict } from './task';

/** The table of the head, and what is added to its product. */
function vocabularyOf(ctx: Context, model: Model): { table: Tensor; bias: Tensor | null } {
  const { vocabulary, vocabulary_bias, vocab_size } = textModel(model).language;
  return { table: ctx.weight(vocabulary!, [vocab_size, model.hidden_size], { table: true }), bias: vocabulary_bias === undefined ? null : ctx.weight(vocabulary_bias, [vocab_size]) };
}

/** Rows of tokens, each of which is to say one so many places behind it: cross entropy over the vocabulary, of the labels that count. */
const overVocabulary = (reads: Reads, shift: 0 | 1): Objective => ({
  fits: (model) => isTextModel(model) && model.language.reads === reads,
  batch: (model, rows) => ({ ...textFields(textModel(model), rows), labels: { shape: [rows, textModel(model).language.tokens], dtype: 'u32' } }),
  forward: (ctx, model, { input_ids }) => model.forward(ctx, input_ids!),
  loss(outputs, { labels }, smoothing, part, by) {
    const { table, bias } = vocabularyOf(by!.ctx, by!.model);
    const { rows, dx } = vocabularyLoss(outputs, table, labels!, { shift, bias, smoothing, weight: part?.weight, besides: part?.besides });
    return { rows, dout: dx };
  },
  logits(ctx, model, outputs) {
    const { table, bias } = vocabularyOf(ctx, model);
    const bytes = 4 * (sizeOf(outputs.shape) / model.hidden_size) * defined(table.shape[0]);
    return bytes <= recorder().maxBinding && table.storage.bytes <= recorder().maxBinding ? linear(outputs, table, { bias, label: 'logits' }) : null;
  },
  counted: ({ labels }, model) => countedLabels(labels!, textModel(model).language, shift),
  judge: judgeTokens,
  better: (than, found) => isBelow(found.loss, than.loss),
});

/** The token behind each. */
const nextToken: Objective = overVocabulary('next', 1);

/** The token that each was before it was hidden. */
const hiddenToken: Objective = overVocabulary('masked', 0);

/** Number of labels (B, T) that count: the first `shift` of a row are compared with nothing. */
function countedLabels(labels: HostBatch[string], { tokens, vocab_size }: { tokens: number; vocab_size: number }, shift: number): number {
  let counted = 0;
  for (let i = 0; i < labels.length; i++) if (i % tokens >= shift && defined(labels[i]) < vocab_size) counted++;
  return counted;
}

/** Mean loss over all tokens that count, and how often the likeliest was right. */
function judgeTokens(rows: Float32Array, _: Judged): Verdict {
  let [loss, right, counted] = [0, 0, 0];
  for (let at = 0; at < rows.length; at += 4) [loss, right, counted] = [loss + defined(rows[at]), right + defined(rows[at + 1]), counted + defined(rows[at + 2])];
  const mean = loss / Math.max(1, counted);
  return { loss: mean, accuracy: right / Math.max(1, counted), per_class: [], confusion: [], scores: { perplexity: Math.exp(mean) } };
}

const task = (objective: Objective): Task => ({
  objective,
  takes: ({ model }) => objective.fits(model.net, undefined),
  open({ model: { net }, train }) {
    if (train.loss !== 'cross_entropy') throw new ConfigError('a model that says tokens learns by cross_entropy over its vocabulary; choose that loss.');
    return Promise.resolve({ model: net, knows: true, values: () => Promise.resolve({}) });
  },
});

/** Going on with texts, by the loss on what is to be said. */
export const causal = task(nextToken);

/** Saying which tokens of a text are hidden. */
export const masked = task(hiddenToken);
