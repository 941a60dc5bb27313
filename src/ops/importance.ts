import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import source from '#shaders/importance.wgsl?raw';
import maskSource from '#shaders/mask_lowest.wgsl?raw';
import scoresSource from '#shaders/triplet_scores.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import { flatGrid, rowGrid } from './grid';

const importanceKernel = kernel('importance', source, [step, grid]);
const scoresKernel = kernel('triplet_scores', scoresSource, [reduce]);
const maskKernel = kernel('mask_lowest', maskSource, [step, grid]);

/** Importance of each value of a parameter to the loss, and its variation; of the parameter's shape, kept from step to step. */
export interface Importance {
  importance: Tensor;
  unsure: Tensor;
}

/** Brings the importance of a parameter's values up to date after an update, where the step's `after0` is not 0. */
export function smoothImportance(param: Tensor, clipping: Tensor, { beta1, beta2 }: { beta1: number; beta2: number }): Importance {
  const rec = recorder();
  const [importance, unsure] = [rec.lastingOf('importance', param), rec.lastingOf('unsure', param)];
  const count = sizeOf(param.shape);
  rec.emit(importanceKernel, { tensors: { weight: param, grad: rec.paramGrad(param), clipping, importance, unsure }, params: { count, beta1, beta2, rest1: 1 - beta1, rest2: 1 - beta2 }, grid: flatGrid(count), label: importance.label });
  return { importance, unsure };
}

/** Writes the scores of triplets into `scores` from `first` on: of A (G, r, n), E (G, r, 1) and B (G, m, r), by their importance. */
export function scoreTriplets({ A, E, B }: Record<'A' | 'E' | 'B', Importance>, scores: Tensor, first: number): void {
  const [G, r, n] = A.importance.shape as [number, number, number];
  const m = defined(B.importance.shape[1]);
  const triplets = G * r;
  if (sizeOf(E.importance.shape) !== triplets || sizeOf(B.importance.shape) !== triplets * m) fail('triplet_scores', 'wants A (G, r, n), E (G, r, 1) and B (G, m, r)', A.importance.shape, E.importance.shape, B.importance.shape);
  recorder().emit(scoresKernel, {
    tensors: { importance_a: A.importance, unsure_a: A.unsure, importance_b: B.importance, unsure_b: B.unsure, importance_e: E.importance, unsure_e: E.unsure, out: scores },
    params: { triplets, first, r, n, m },
    grid: rowGrid(triplets),
    label: `scores from ${first}`,
  });
}

/** Sets the values of a parameter to 0 whose scores, in `scores` from `first` on, are among the lowest of all: as many as the step's `after1` says. */
export function maskLowest(param: Tensor, scores: Tensor, first: number): void {
  const count = sizeOf(param.shape);
  recorder().emit(maskKernel, { tensors: { scores, x: param }, params: { count, first, all: sizeOf(scores.shape) }, grid: flatGrid(count), label: `mask ${param.label}` });
}
