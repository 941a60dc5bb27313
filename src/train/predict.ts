import Papa from 'papaparse';
import type { ImageList } from '../data/images';
import { preprocess, withSize, type PreprocessConfig } from '../data/preprocess';
import { DataError } from '../data/source';
import type { Machine } from '../engine/machine';
import { noStep } from '../engine/step';
import { PADDING } from './evaluate';
import type { Programs } from './programs';

/** What a model says of one image: its likeliest classes, the first first, or why the image could not be read. */
export interface Prediction {
  name: string;
  top: { label: string; probability: number }[];
  error: string;
}

/**
 * Runs the evaluation program over a list of images and returns each one's `topK` likeliest classes with their softmax
 * probabilities. An image that cannot be read is a row with its error. `signal` stops it between batches.
 */
export async function predict(
  machine: Machine,
  programs: Pick<Programs, 'pixels' | 'labels' | 'logits' | 'evaluate'>,
  images: ImageList,
  model: { labels: readonly string[]; image_size: number; preprocess: PreprocessConfig },
  options: { topK: number; signal?: AbortSignal; progress?: (done: number, total: number) => void },
): Promise<Prediction[]> {
  const batch = programs.pixels.shape[0]!;
  const classes = model.labels.length;
  const config = withSize(model.preprocess, model.image_size);
  const floats = 3 * model.image_size ** 2;
  const pixels = new Float32Array(batch * floats);
  machine.write(programs.labels, new Uint32Array(batch).fill(PADDING));
  const out: Prediction[] = [];
  for (let from = 0; from < images.count; from += batch) {
    const rows: Prediction[] = [];
    for (let row = 0; row < batch && from + row < images.count; row++) {
      const prediction: Prediction = { name: images.name(from + row), top: [], error: '' };
      try {
        pixels.set(preprocess(await images.image(from + row), config), row * floats);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        prediction.error = error.message;
      }
      rows.push(prediction);
    }
    machine.write(programs.pixels, pixels);
    machine.setStep(noStep);
    await machine.run(programs.evaluate!, options.signal);
    const logits = await machine.readF32(programs.logits);
    for (const [row, prediction] of rows.entries()) {
      if (prediction.error === '') prediction.top = likeliest(logits.subarray(row * classes, (row + 1) * classes), model.labels, options.topK);
      out.push(prediction);
    }
    options.progress?.(out.length, images.count);
  }
  return out;
}

/** The `topK` largest logits as softmax probabilities, the largest first, equal ones in the order of the classes. */
export function likeliest(logits: Float32Array, labels: readonly string[], topK: number): Prediction['top'] {
  const largest = logits.reduce((most, v) => Math.max(most, v), -Infinity);
  const weights = Array.from(logits, (v) => Math.exp(v - largest));
  const sum = weights.reduce((a, b) => a + b, 0);
  const order = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b);
  return order.slice(0, topK).map((i) => ({ label: labels[i]!, probability: weights[i]! / sum }));
}

/**
 * Predictions as CSV: `file_name`, `prediction`, `probability`, the next classes as `label_2`, `probability_2` and so on,
 * and `error`. File and class names come from outside: text that a spreadsheet would run as a formula is set off by an
 * apostrophe.
 */
export function predictionsCsv(predictions: readonly Prediction[], topK: number): string {
  const further = Array.from({ length: Math.max(0, topK - 1) }, (_, k) => k + 2);
  const fields = ['file_name', 'prediction', 'probability', ...further.flatMap((k) => [`label_${k}`, `probability_${k}`]), 'error'];
  const data = predictions.map(({ name, top, error }) => {
    const cells = Array.from({ length: Math.max(1, topK) }, (_, k) => (top[k] ? [top[k].label, top[k].probability.toFixed(6)] : ['', '']));
    return [name, ...cells.flat(), error];
  });
  return `${Papa.unparse({ fields, data }, { escapeFormulae: true, newline: '\n' })}\n`;
}
