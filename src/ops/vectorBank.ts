import grid from '#shaders/lib/grid.wgsl?raw';
import reduce from '#shaders/lib/reduce.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import mixSource from '#shaders/bank_mix.wgsl?raw';
import backwardSource from '#shaders/bank_mix_backward.wgsl?raw';
import backwardLogitsSource from '#shaders/bank_mix_backward_logits.wgsl?raw';
import pickSource from '#shaders/bank_pick.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, sizeOf, type Tensor } from '../engine/tensor';
import { writeGrad } from './add';
import { flatGrid, rowGrid } from './grid';

const pickKernel = kernel('bank_pick', pickSource, [grid]);
const mixKernel = kernel('bank_mix', mixSource, [grid]);
const backward = kernel('bank_mix_backward', backwardSource, [step, grid]);
const backwardLogits = kernel('bank_mix_backward_logits', backwardLogitsSource, [step, reduce]);

/** Most vectors that are mixed; what a workgroup has room for. */
export const MOST_MIXED = 64;

/** Mix of each row: numbers of vectors and their weights, either as they are (rows, 2, topk) or of the `topk` largest logits (..., N). */
export type Mixed = { picked: Tensor } | { logits: Tensor; topk: number };

export interface MixOptions {
  /** Results of so many rows that follow one another lie side by side: (rows / across, L, across). */
  across?: number;
  label?: string;
}

/** For each row the weighted sum of vectors out of `bank` (N, L): (rows, L). Logits other than the largest have no gradient. */
export function mixVectors(bank: Tensor, mixed: Mixed, { across = 1, label = 'mix' }: MixOptions = {}): Tensor {
  const rec = recorder();
  const [N, L] = [rowsOf(bank), lastOf(bank)];
  const logits = 'logits' in mixed ? mixed.logits : null;
  const topk = 'logits' in mixed ? mixed.topk : lastOf(mixed.picked);
  const rows = 'logits' in mixed ? rowsOf(mixed.logits) : sizeOf(mixed.picked.shape) / (2 * topk);
  if (topk > Math.min(N, MOST_MIXED) || rows % across !== 0 || (logits && lastOf(logits) !== N)) fail(label, `wants logits of ${N} vectors, and at most ${MOST_MIXED} of them`, logits?.shape ?? [rows, 2, topk], bank.shape);
  const pick = ({ logits: from }: { logits: Tensor }): Tensor => {
    const to = rec.temp(`${label} picked`, [rows, 2, topk]);
    rec.emit(pickKernel, { tensors: { logits: from, picked: to }, params: { rows, N, topk }, grid: flatGrid(rows), label: to.label });
    return to;
  };
  const picked = 'logits' in mixed ? pick(mixed) : mixed.picked;
  const out = rec.temp(label, across > 1 ? [rows / across, L, across] : [rows, L], bank.requiresGrad || (logits?.requiresGrad ?? false));
  const count = rows * L;
  rec.emit(mixKernel, { tensors: { picked, bank, out }, params: { count, L, topk, across }, grid: flatGrid(count), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout) return;
    if (logits?.requiresGrad) {
      writeGrad(logits, (dlogits, accumulate) => rec.emit(backwardLogits, { tensors: { picked, bank, dout, dlogits }, params: { rows, N, L, topk, across, accumulate }, grid: rowGrid(rows), label: `d ${logits.label}` }));
    }
    if (!bank.requiresGrad) return;
    const each = sizeOf(bank.shape);
    writeGrad(bank, (dbank, accumulate) => rec.emit(backward, { tensors: { picked, dout, dbank }, params: { count: each, rows, L, topk, across, accumulate }, grid: flatGrid(each), label: `d ${bank.label}` }));
  });
  return out;
}
