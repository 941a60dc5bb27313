import { openUnlabelled } from '../data/texts';
import { textModel } from '../models/text';
import { csv } from '../train/predict';
import type { LoadedModel } from '../train/openModel';
import { textLogits } from '../train/predictTexts';
import { fittingTokenizer, TextFeed } from '../train/textFeed';
import { forTask, mostTokens, tokenizerOf } from '../train/textSet';
import { DataError } from '../data/source';
import { said } from '../said/said';
import type { Given } from './command';
import { withEvaluation } from './evaluator';
import { dataTree } from './files';
import { openOn, textSettings } from './texts';

/** What a model says of a text. */
export interface TextPrediction {
  text: string;
  second: string | null;
  /** The likeliest classes with their probabilities; of a text that may have several labels, those that it has. */
  top: { label: string; probability: number }[];
  /** The number itself, of a model that says one. */
  number?: number;
}

/** What the model of --model, or it under --adapter, says of the texts of a table. */
export async function predictTexts(given: Given, loaded: LoadedModel, topK: number, say: (line: string) => void): Promise<{ labels: string[]; predictions: TextPrediction[] }> {
  const settings = textSettings(given);
  const base = forTask(loaded, settings);
  if (base.language.reads !== 'text') throw new DataError(said`predict tells what a text is; choose the task sequence-classification.`);
  const [tokenizer, split] = [await tokenizerOf(loaded), await openUnlabelled(await dataTree(String(given.data)), settings.columns)];
  fittingTokenizer(tokenizer, base);
  const model = textModel(base.with({ tokens: new TextFeed(split, tokenizer, base).longest(mostTokens(base, settings)) }));
  const opened = await openOn(given, loaded, model, say);
  const of = textModel(opened.adapted.model);
  const { labels } = of;
  const feed = new TextFeed(split, tokenizer, of);
  const predictions: TextPrediction[] = [];
  await withEvaluation(opened, given, split.count, async (machine, programs) => {
    const readers = [{ machine, programs: { inputs: programs.measured.inputs, logits: programs.outputs, evaluate: programs.evaluate } }];
    for await (const { from, rows, logits } of textLogits(readers, feed, split.count)) {
      for (let b = 0; b < rows; b++) predictions.push(saidOf(logits[0]!.subarray(b * labels.length, (b + 1) * labels.length), labels, of.language.problem, split.text!(from + b), topK));
    }
  });
  return { labels, predictions };
}

function saidOf(logits: Float32Array, labels: string[], problem: string, { first, second }: { first: string; second: string | null }, topK: number): TextPrediction {
  const text = { text: first, second };
  if (problem === 'regression') return { ...text, top: [], number: logits[0]! };
  const several = problem === 'multi_label_classification';
  const most = Math.max(...logits);
  const total = logits.reduce((sum, v) => sum + Math.exp(v - most), 0);
  const all = labels.map((label, c) => ({ label, probability: several ? 1 / (1 + Math.exp(-logits[c]!)) : Math.exp(logits[c]! - most) / total })).sort((a, b) => b.probability - a.probability);
  return { ...text, top: (several ? all.filter(({ probability }) => probability > 0.5) : all).slice(0, topK) };
}

/** A CSV of predictions: the text, the second of a pair, and the class with its probability and those behind it, or the number. */
export function textPredictionsCsv(predictions: readonly TextPrediction[], topK: number): string {
  const [pairs, numbers] = [predictions.some(({ second }) => second !== null), predictions.some(({ number }) => number !== undefined)];
  const ranks = Array.from({ length: topK }, (_, k) => (k === 0 ? ['prediction', 'probability'] : [`prediction_${k + 1}`, `probability_${k + 1}`])).flat();
  const head = ['text', ...(pairs ? ['pair'] : []), ...(numbers ? ['prediction'] : ranks)];
  const lines = predictions.map(({ text, second, top, number }) => [text, ...(pairs ? [second ?? ''] : []), ...(numbers ? [number ?? ''] : Array.from({ length: topK }, (_, k) => [top[k]?.label ?? '', top[k]?.probability.toFixed(6) ?? '']).flat())]);
  return csv(head, lines);
}
