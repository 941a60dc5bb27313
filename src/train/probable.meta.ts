import { defined } from '../numbers/defined';
import type { Prediction } from './protocol';

/** The `topK` largest probabilities with their labels, the largest first, equal ones in the order of the classes. */
export function mostProbable(probabilities: ArrayLike<number>, labels: readonly string[], topK: number): Prediction['top'] {
  const order = Array.from({ length: labels.length }, (_, i) => i).sort((a, b) => defined(probabilities[b]) - defined(probabilities[a]) || a - b);
  return order.slice(0, topK).map((i) => ({ label: defined(labels[i]), probability: defined(probabilities[i]) }));
}

/** One model's rows on some pictures, and its classes in the order of their probabilities. */
export interface Answered {
  rows: readonly Prediction[];
  labels: readonly string[];
}

/** Several models' rows on the same pictures as one's: the mean of their probabilities, whose classes may stand in another order in each. Pictures that one of them could not read have its reason. */
export function ensembleOf(models: readonly Answered[], topK: number): Prediction[] {
  const { rows, labels } = defined(models[0]);
  const places = models.map((one) => labels.map((label) => one.labels.indexOf(label)));
  const count = Math.min(...models.map((one) => one.rows.length));
  return rows.slice(0, count).map((first, i) => {
    const each = models.map((one) => defined(one.rows[i]));
    const unread = each.find(({ probabilities }) => !probabilities);
    if (unread) return { name: first.name, top: [], error: unread.error };
    const mean = labels.map((_, k) => each.reduce((sum, { probabilities }, m) => sum + defined(probabilities![defined(defined(places[m])[k])]), 0) / models.length);
    return { name: first.name, top: mostProbable(mean, labels, topK), error: '' };
  });
}
