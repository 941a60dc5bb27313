import { ConfigError } from '../adapters/fields';
import { plainText } from '../errors/text';
import { defined } from '../numbers/defined';

/** Weights of the classes' rows in the training loss: by the setting `class_weights`, in the mean as torch.nn.CrossEntropyLoss(weight=...) takes it. */

const BALANCED = 'balanced';

/** The setting as it is kept: null where all classes count the same, "balanced", or numbers with commas between. Throws ConfigError. */
export function classWeightsText(value: unknown): string | null {
  const text = Array.isArray(value) ? value.join(', ') : plainText(value).trim();
  if (text === '' || text === 'none') return null;
  if (text === BALANCED) return BALANCED;
  const numbers = text.replace(/^\[(.*)\]$/s, '$1').split(/[\s,;]/).filter(Boolean).map(Number);
  if (!numbers.every((one) => Number.isFinite(one) && one >= 0) || !numbers.some((one) => one > 0)) {
    throw new ConfigError(`class_weights is ${JSON.stringify(text.slice(0, 80))}; it must be none, balanced, or a number from 0 on for each class, with commas between, not all of them 0.`);
  }
  return numbers.join(', ');
}

/** Throws ConfigError where there is not one weight for each class. */
export function checkClassWeights(setting: string | null, classes: number): void {
  const count = setting === null || setting === BALANCED ? classes : setting.split(',').length;
  if (count !== classes) throw new ConfigError(`class_weights has ${count} numbers, and there are ${classes} classes; give one for each, in their order.`);
}

/**
 * The weights of so many classes, whose training images have these labels; null where all count the same. Balanced ones are n / (k n_c) of the
 * n images, the k classes that have any, and the n_c images of each; a class without images counts 1. Throws ConfigError as `checkClassWeights`.
 * Source: sklearn.utils.class_weight.compute_class_weight.
 */
export function classWeightsOf(setting: string | null, labels: ArrayLike<number>, classes: number): Float32Array | null {
  checkClassWeights(setting, classes);
  if (setting === null) return null;
  if (setting !== BALANCED) return Float32Array.from(setting.split(','), Number);
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) counts[defined(labels[i])] = defined(counts[defined(labels[i])]) + 1;
  const present = counts.filter((n) => n > 0).length;
  return Float32Array.from(counts, (n) => (n > 0 ? labels.length / (present * n) : 1));
}

/**
 * Weights by which the plain mean over rows with these labels, all micro-batches of a step together, is the weighted one: the sum of
 * w[y] times a row's loss over the sum of w[y]. All 0 where no row counts.
 */
export function forMean(weights: Float32Array, labels: readonly ArrayLike<number>[]): Float32Array {
  let [rows, sum] = [0, 0];
  for (const part of labels) {
    rows += part.length;
    for (let i = 0; i < part.length; i++) sum += defined(weights[defined(part[i])]);
  }
  return weights.map((weight) => (sum > 0 ? (weight * rows) / sum : 0));
}
