import type { ImageList } from '../data/images';
import { preprocess, withSize, type PreprocessConfig } from '../data/preprocess';
import { DataError } from '../data/source';
import type { Machine } from '../engine/machine';
import type { Program } from '../engine/record';
import { noStep } from '../engine/step';
import type { Tensor } from '../engine/tensor';
import type { Model } from '../models/model';
import { defined } from '../numbers/defined';
import { softmax } from '../numbers/softmax';
import type { Inputs } from '../tasks/task';
import { PADDING } from './evaluate';
import { mostProbable } from './probable.meta';
import type { EvaluationPrograms } from './programs';
import type { Prediction } from './protocol';
import { mapOf } from './rollout';

export type { Prediction };

/** A machine that classifies, and what an image goes through before it. */
export interface Predictor {
  machine: Machine;
  /** Without `labels` no loss is made of the logits. */
  programs: { pixels: Tensor; labels?: Tensor; logits: Tensor; evaluate: Program; rollout?: Tensor | null; /** Of a model that reads texts. */ inputs?: Inputs };
  /** Empty for a model without a head: it says nothing then. */
  labels: readonly string[];
  net: Model;
  image_size: number;
  preprocess: PreprocessConfig;
}

/** Part of an evaluation's programs that classifies. */
export const classifying = ({ measured: { inputs }, outputs, evaluate }: EvaluationPrograms): Predictor['programs'] => ({ pixels: inputs.pixel_values!, labels: inputs.labels, logits: outputs, evaluate, inputs });

/**
 * Runs a list of images through each predictor, all recorded for batches of one size. Yields, a batch at a time, each one's
 * rows: the `topK` likeliest classes with their softmax probabilities, with `every` also those of all classes. An image that
 * cannot be read is a row with its error. `signal` stops it between batches.
 */
export async function* predictions(predictors: readonly Predictor[], images: ImageList, { topK, every = false, signal }: { topK: number; every?: boolean; signal?: AbortSignal }): AsyncGenerator<Prediction[][]> {
  const batch = defined(defined(predictors[0]).programs.pixels.shape[0]);
  // Adapters of one model mostly see the same pixels.
  const views: (Pick<Predictor, 'preprocess' | 'image_size'> & { pixels: Float32Array<ArrayBuffer> })[] = [];
  const sights = predictors.map(({ preprocess, image_size }) => {
    const known = views.find((view) => view.preprocess === preprocess && view.image_size === image_size);
    const view = known ?? { preprocess, image_size, pixels: new Float32Array(batch * 3 * image_size ** 2) };
    if (!known) views.push(view);
    return view.pixels;
  });
  for (let from = 0; from < images.count; from += batch) {
    const n = Math.min(batch, images.count - from);
    const errors: (string | null)[] = [];
    for (let row = 0; row < n; row++) {
      errors.push(null);
      try {
        const image = await images.image(from + row);
        for (const { pixels, preprocess: how, image_size } of views) pixels.set(preprocess(image, withSize(how, image_size)), row * (pixels.length / batch));
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        errors[row] = error.message;
      }
    }
    const rows: Prediction[][] = [];
    // Looked up for each batch: whoever takes the batches may exchange predictors between two.
    for (const [i, { machine, programs, labels, net }] of predictors.entries()) {
      if (programs.labels) machine.write(programs.labels, new Uint32Array(batch).fill(PADDING));
      machine.write(programs.pixels, defined(sights[i]));
      machine.setStep(noStep);
      await machine.run(programs.evaluate, signal);
      const logits = await machine.readF32(programs.logits);
      const seen = programs.rollout && (await machine.readF32(programs.rollout));
      const tokens = seen ? seen.length / batch : 0;
      rows.push(
        errors.map((error, row) => ({
          name: images.name(from + row),
          ...(error ? { top: [] } : answerOf(logits.subarray(row * labels.length, (row + 1) * labels.length), labels, { topK, every })),
          error: error ?? '',
          ...(seen && !error ? { attention: mapOf(net, seen.subarray(row * tokens, (row + 1) * tokens)) } : {}),
        })),
      );
    }
    yield rows;
  }
}

/** All of one predictor's rows. */
export async function predict(predictor: Predictor, images: ImageList, topK: number): Promise<Prediction[]> {
  const out: Prediction[] = [];
  for await (const [rows] of predictions([predictor], images, { topK })) out.push(...defined(rows));
  return out;
}

/** The `topK` largest logits as softmax probabilities, the largest first, equal ones in the order of the classes. */
export const likeliest = (logits: Float32Array, labels: readonly string[], topK: number): Prediction['top'] => mostProbable(softmax(logits), labels, topK);

/** The likeliest classes by these logits, with `every` beside all probabilities; without classes nothing. */
export function answerOf(logits: Float32Array, labels: readonly string[], { topK, every }: { topK: number; every: boolean }): Pick<Prediction, 'top' | 'probabilities'> {
  const probabilities = softmax(logits);
  return { top: mostProbable(probabilities, labels, topK), ...(every && labels.length > 0 && { probabilities: Float32Array.from(probabilities) }) };
}
