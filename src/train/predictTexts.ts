import type { Split } from '../data/source';
import type { Machine } from '../engine/machine';
import type { Program } from '../engine/record';
import { noStep } from '../engine/step';
import type { Tensor } from '../engine/tensor';
import { readoutOf, textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { objectiveOf } from '../tasks';
import type { HostBatch, Inputs } from '../tasks/task';
import { hostBatch, writeBatch } from './batch';
import type { Feed } from './images';
import { answerOf, likeliest, type Predictor } from './predict';
import type { Prediction } from './protocol';

/** A machine that says something of texts. */
interface Reader {
  machine: Machine;
  programs: { inputs: Inputs; logits: Tensor; evaluate: Program };
}

/** Runs the first `count` texts of a feed through each machine, all recorded for batches of one size. Yields, a batch at a time, the first text's place and each one's logits, row behind row. */
async function* textLogits(readers: readonly Reader[], feed: Feed, count: number, signal?: AbortSignal): AsyncGenerator<{ from: number; rows: number; logits: Float32Array[] }> {
  const { inputs } = defined(readers[0]).programs;
  const host: HostBatch = hostBatch(inputs);
  const batch = defined(inputs.input_ids!.shape[0]);
  for (let from = 0; from < count; from += batch) {
    const rows = Math.min(batch, count - from);
    await feed.fill(Array.from({ length: rows }, (_, i) => from + i), 0, host);
    const logits: Float32Array[] = [];
    for (const { machine, programs } of readers) {
      writeBatch(machine, programs.inputs, host);
      machine.setStep(noStep);
      await machine.run(programs.evaluate, signal);
      logits.push(await machine.readF32(programs.logits));
    }
    yield { from, rows, logits };
  }
}

/** Predictions of each predictor for texts, as `predictions` for images: the likeliest classes, those of each word, or a number. */
export async function* textPredictions(predictors: readonly Predictor[], texts: Split, feed: Feed, { topK, every = false, signal }: { topK: number; every?: boolean; signal?: AbortSignal }): AsyncGenerator<Prediction[][]> {
  const readers = predictors.map(({ machine, programs }) => ({ machine, programs: { ...programs, inputs: programs.inputs! } }));
  for await (const { from, rows, logits } of textLogits(readers, feed, texts.count, signal)) {
    yield predictors.map((predictor, p) =>
      Array.from({ length: rows }, (_, row): Prediction => {
        const each = defined(logits[p]).length / defined(predictor.programs.inputs!.input_ids!.shape[0]);
        return { name: texts.name?.(from + row) ?? '', error: '', ...predictionOf(predictor, defined(logits[p]).subarray(row * each, (row + 1) * each), feed.wordsOf?.(from + row) ?? [], { topK, every }) };
      }),
    );
  }
}

/** Prediction from the logits of a text, in the form that its model has. */
function predictionOf({ labels, net }: Predictor, logits: Float32Array, words: readonly { word: string; at: number }[], how: { topK: number; every: boolean }): Pick<Prediction, 'top' | 'probabilities' | 'number' | 'words'> {
  const K = labels.length;
  if (K === 0) return { top: [] };
  if (readoutOf(textModel(net).language).byTokens) return { top: [], words: words.map(({ word, at }) => ({ word, ...defined(likeliest(logits.subarray(at * K, (at + 1) * K), labels, 1)[0]) })) };
  return objectiveOf(net).says?.(logits, labels, how.topK) ?? answerOf(logits, labels, how);
}
