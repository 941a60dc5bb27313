import { defined } from '../numbers/defined';
import { csv } from '../io/csv.meta';
import type { Prediction } from './protocol';

/** Predictions of one adapter, by its name. */
export interface Column {
  name: string;
  predictions: readonly Prediction[];
}

/**
 * Predictions as CSV: `file_name`, `prediction`, `probability`, the next classes as `label_2`, `probability_2` and so on,
 * and `error`; in place of the first class a number that was told, or the classes of words with blanks between.
 */
export function predictionsCsv(predictions: readonly Prediction[], topK: number): string {
  return csv(fieldsOf(topK), predictions.map((p) => cellsOf(p, topK)));
}

/** The same of several adapters, with the adapter's name in front of each line; of one, exactly the same. `of` is what predictions go by. */
export function comparisonCsv(columns: readonly Column[], topK: number, of: 'file_name' | 'text' = 'file_name'): string {
  const [, ...fields] = fieldsOf(topK);
  if (columns.length === 1) return csv([of, ...fields], defined(columns[0]).predictions.map((p) => cellsOf(p, topK)));
  return csv(['adapter', of, ...fields], columns.flatMap(({ name, predictions }) => predictions.map((p) => [name, ...cellsOf(p, topK)])));
}

function fieldsOf(topK: number): string[] {
  const further = Array.from({ length: Math.max(0, topK - 1) }, (_, k) => k + 2);
  return ['file_name', 'prediction', 'probability', ...further.flatMap((k) => [`label_${k}`, `probability_${k}`]), 'error'];
}

function cellsOf({ name, top, number, words, error }: Prediction, topK: number): (string | number)[] {
  const whole = number ?? words?.map(({ label }) => label).join(' ');
  const cells = Array.from({ length: Math.max(1, topK) }, (_, k) => (top[k] ? [top[k].label, top[k].probability.toFixed(6)] : k === 0 && whole !== undefined ? [whole, ''] : ['', '']));
  return [name, ...cells.flat(), error];
}
