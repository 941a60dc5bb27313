import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/vocabulary_loss_backward.wgsl?raw';
import biasSource from '#shaders/vocabulary_loss_backward_bias.wgsl?raw';
import weightSource from '#shaders/vocabulary_loss_backward_weight.wgsl?raw';
import reduceSource from '#shaders/vocabulary_loss_reduce.wgsl?raw';
import rowsSource from '#shaders/vocabulary_loss_rows.wgsl?raw';
import scoresSource from '#shaders/vocabulary_loss_scores.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { Accumulate, recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { clear } from './clear';
import { rowGrid } from './grid';
import { sumMetrics, type LossPart } from './metrics';
import { slicesOf, type Slice } from './slices';
import { weightForm, weightKernels } from './weights';

const findRows = kernel('vocabulary_loss_rows', rowsSource);
const score = weightKernels('vocabulary_loss_scores', scoresSource, [step], 4);
const carry = kernel('vocabulary_loss_reduce', reduceSource, [reduce]);
const input = weightKernels('vocabulary_loss_backward', backwardSource, [], 4);
const table = kernel('vocabulary_loss_backward_weight', weightSource, [step]);
const added = kernel('vocabulary_loss_backward_bias', biasSource, [step]);

/** Bytes that the scores of a chunk may take: no more of the vocabulary is looked at together. */
const SCRATCH = 16 * 1024 * 1024;

/** Places of labels relative to rows, and the weight of the loss. */
export interface VocabularyOptions extends Pick<LossPart, 'weight' | 'besides'> {
  /** A row is compared with the label so many places behind it: 1 for the token that follows, 0 for its own. */
  shift: number;
  /** (V) f32, added to the product. */
  bias?: Tensor | null;
  smoothing?: number;
}

/** Output of the op. */
export interface VocabularyLoss {
  /** (B T, 4): loss, correct, counted, prediction of each row; zeros of one that does not count. */
  rows: Tensor;
  /** Gradient of the loss times the step uniform's inv_count by x; null without gradients. */
  dx: Tensor | null;
}

/**
 * Softmax cross entropy of x weight^T + bias against labels, without the product ever being there: x (B, T, C), weight (V, C) in any type, labels
 * (B, T) u32, of which those that are no token (-100) do not count. The vocabulary is gone through in chunks, once for maximum and sum,
 * once more for the gradients by x and, where they are trained, by weight and bias, which all add to what else reaches them. Rows that do not count
 * cost nothing. Adds the sums to the metrics ring.
 */
export function vocabularyLoss(x: Tensor, weight: Tensor, labels: Tensor, { shift, bias = null, smoothing = 0, weight: factor = 1, besides = false }: VocabularyOptions): VocabularyLoss {
  const rec = recorder();
  const [C, V] = [lastOf(x), rowsOf(weight)];
  if (lastOf(weight) !== C || C % 4 || sizeOf(labels.shape) !== rowsOf(x)) fail('vocabulary_loss', 'x (B, T, C), a weight (V, C) and labels (B, T) do not fit; C must be a multiple of four', x.shape, weight.shape, labels.shape);
  if (bias && sizeOf(bias.shape) !== V) fail('vocabulary_loss', 'the bias does not fit', bias.shape, [V]);
  const rows = rec.temp('loss rows', [rowsOf(x), 4]);
  const c = callOf({ x, weight, bias, labels, how: { shift, smoothing, factor } }, rows);
  clear(rows, Accumulate.write, 'loss rows clear');
  rec.emit(findRows, { tensors: { labels, list: c.list }, params: { rows: rowsOf(x), T: lastOf(labels), shift, vocabulary: V }, grid: [1], label: 'rows that count' });
  c.chunks.forEach((chunk, i) => {
    emitScores(c, chunk, false);
    rec.emit(carry, {
      tensors: { scores: c.scores, list: c.list, labels, state: c.state, rows },
      params: { chunk: c.width, first: chunk.first, tokens: chunk.rows, vocabulary: V, shift, smoothing, factor },
      overrides: i === c.chunks.length - 1 ? { LAST: 1 } : {},
      grid: rowGrid(rowsOf(x)),
      label: 'vocabulary softmax',
    });
  });
  sumMetrics(rows, besides);
  return { rows, dx: rec.recordsGradients ? gradients(c) : null };
}

interface Given {
  x: Tensor;
  weight: Tensor;
  bias: Tensor | null;
  labels: Tensor;
  how: { shift: number; smoothing: number; factor: number };
}

interface Call extends Given {
  chunks: Slice[];
  /** Columns of the scores. */
  width: number;
  list: Tensor;
  state: Tensor;
  scores: Tensor;
}

function callOf(given: Given, rows: Tensor): Call {
  const rec = recorder();
  const { x, weight } = given;
  const N = defined(rows.shape[0]);
  const most = Math.min(SCRATCH, rec.maxBinding);
  const chunks = slicesOf(weight, Math.max(64, Math.floor(Math.min(most / (4 * N), rec.mostWork / workOf(x, 1)))));
  const width = 4 * Math.ceil(Math.max(...chunks.map((chunk) => chunk.rows)) / 4);
  return { ...given, chunks, width, list: rec.temp('rows that count', [1 + N], false, 'u32'), state: rec.temp('vocabulary state', [N, 5]), scores: rec.temp('vocabulary scores', [N, width]) };
}

/** Of a product of x with so many tokens; it is less where rows do not count. */
const workOf = (x: Tensor, tokens: number) => 2 * sizeOf(x.shape) * tokens;

function emitScores({ x, weight, bias, labels, how, list, state, scores, width }: Call, { first, rows, part }: Slice, grad: boolean): void {
  recorder().emit(score[weightForm(weight)], {
    tensors: { x, weight: part, list, labels, state, scores, bias },
    params: { C: lastOf(x) / 4, chunk: width / 4, first, tokens: rows, vocabulary: rowsOf(weight), ...how },
    overrides: { ...(grad && { GRAD: 1 }), ...(bias && { BIAS: 1 }) },
    work: workOf(x, rows),
    grid: [Math.ceil(width / 32), Math.ceil(rowsOf(x) / 64)],
    label: grad ? 'd vocabulary scores' : 'vocabulary scores',
  });
}

/** Goes through the vocabulary once more. */
function gradients(c: Call): Tensor {
  const rec = recorder();
  const { x, weight, bias, chunks, list, scores: grads, width } = c;
  const C = lastOf(x) / 4;
  rec.setPhase('backward');
  const dx = rec.temp(`d ${x.label}`, x.shape);
  clear(dx, Accumulate.write, `d ${x.label} clear`);
  for (const chunk of chunks) {
    emitScores(c, chunk, true);
    rec.emit(input[weightForm(weight)], {
      tensors: { grads, weight: chunk.part, list, dx },
      params: { C, chunk: width / 4, first: chunk.first, tokens: chunk.rows },
      grid: [Math.ceil(C / 8), Math.ceil(rowsOf(x) / 64)],
      label: `d ${x.label}`,
      work: workOf(x, chunk.rows),
    });
    rec.contribute(chunk.part, (dweight, previous, accumulate) => {
      if (previous) fail('vocabulary_loss', `${weight.label} must be a weight`);
      rec.emit(table, {
        tensors: { grads, x, list, dweight },
        params: { C, chunk: width / 4, tokens: chunk.rows, accumulate },
        grid: [Math.ceil(C / 8), Math.ceil(chunk.rows / 64)],
        label: `d ${weight.label}`,
        work: workOf(x, chunk.rows),
      });
    });
    const { first, rows: tokens } = chunk;
    if (bias) {
      rec.contribute(bias, (dbias, previous, accumulate) => {
        if (previous) fail('vocabulary_loss', `${bias.label} must be a weight`);
        rec.emit(added, { tensors: { grads, list, dbias }, params: { chunk: width, first, tokens, accumulate }, grid: [Math.ceil(tokens / 64)], label: `d ${bias.label}` });
      }, { first, count: tokens });
    }
  }
  return dx;
}
