import { openUnlabelled } from '../data/texts';
import { textModel } from '../models/text';
import { defined } from '../numbers/defined';
import { classifying } from '../train/predict';
import { csv } from '../io/csv.meta';
import type { LoadedModel } from '../train/openModel';
import { textPredictions } from '../train/predictTexts';
import type { Prediction } from '../train/protocol';
import { cutNotes, fittingTokenizer, TextFeed } from '../train/textFeed';
import { forTask, mostTokens, tokenizerOf, wholeTexts } from '../train/textSet';
import { DataError } from '../data/source';
import type { Given } from './command';
import { withEvaluation } from './evaluator';
import { dataTree } from './files';
import { openOn, textSettings } from './texts';

/** Prediction for a text: classes with their probabilities, a number, or a class of each word. */
export type TextPrediction = Pick<Prediction, 'top' | 'number' | 'words'> & { text: string; second: string | null };

/** Predictions of the model of --model, or it under --adapter, for the texts of a table. */
export async function predictTexts(given: Given, loaded: LoadedModel, topK: number, say: (line: string) => void): Promise<{ labels: string[]; predictions: TextPrediction[] }> {
  const settings = textSettings(given);
  const base = forTask(loaded, settings);
  if (wholeTexts(base)) throw new DataError('predict tells what a text is; choose the task sequence-classification or token-classification.');
  const [tokenizer, split] = [await tokenizerOf(loaded), await openUnlabelled(await dataTree(String(given.data)), settings.columns)];
  fittingTokenizer(tokenizer, base);
  const lengths = new TextFeed(split, tokenizer, base).lengths(mostTokens(base, settings));
  cutNotes(String(given.data), lengths).forEach((note) => say(`note: ${note}`));
  const model = textModel(base.with({ tokens: lengths.longest }));
  const opened = await openOn(given, loaded, model, say);
  const of = textModel(opened.adapted.model);
  const feed = new TextFeed(split, tokenizer, of);
  const predictions: TextPrediction[] = [];
  await withEvaluation(opened, given, split.count, async (machine, programs) => {
    const predictor = { machine, programs: classifying(programs), labels: of.labels, net: of, image_size: 0, preprocess: loaded.preprocess };
    for await (const [rows] of textPredictions([predictor], split, feed, { topK })) {
      for (const { top, number, words } of defined(rows)) {
        const { first: text, second } = split.text!(predictions.length);
        predictions.push({ text, second, top, ...(number !== undefined && { number }), ...(words && { words }) });
      }
    }
  });
  return { labels: of.labels, predictions };
}

/** A CSV of predictions: the text, the second of a pair, and the class with its probability and those behind it, the number, or the classes of the words. */
export function textPredictionsCsv(predictions: readonly TextPrediction[], topK: number): string {
  const [pairs, whole] = [predictions.some(({ second }) => second !== null), predictions.some(({ number, words }) => number !== undefined || words)];
  const ranks = Array.from({ length: topK }, (_, k) => (k === 0 ? ['prediction', 'probability'] : [`prediction_${k + 1}`, `probability_${k + 1}`])).flat();
  const head = ['text', ...(pairs ? ['pair'] : []), ...(whole ? ['prediction'] : ranks)];
  const lines = predictions.map(({ text, second, top, number, words }) => [text, ...(pairs ? [second ?? ''] : []), ...(whole ? [number ?? words?.map(({ label }) => label).join(' ') ?? ''] : Array.from({ length: topK }, (_, k) => [top[k]?.label ?? '', top[k]?.probability.toFixed(6) ?? '']).flat())]);
  return csv(head, lines);
}
