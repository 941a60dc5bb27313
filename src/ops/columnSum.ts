import step from '#shaders/lib/step.wgsl?raw';
import finishSource from '#shaders/column_sum_finish.wgsl?raw';
import source from '#shaders/column_sum.wgsl?raw';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { lastOf, rowsOf, type Tensor } from '../engine/tensor';
import { CHUNK } from './grid';

const columnSumKernel = kernel('column_sum', source);
const finishKernel = kernel('column_sum_finish', finishSource, [step]);

/** Gives `t` (width) the sum over the rows of `dout` (rows, width) as its gradient: the gradient of a bias. */
export function columnSumGrad(t: Tensor, dout: Tensor): void {
  if (!t.requiresGrad) return;
  const rec = recorder();
  const rows = rowsOf(dout);
  const width = lastOf(dout);
  const chunks = Math.ceil(rows / CHUNK);
  const partial = rec.temp('column_sum partial', [chunks, width]);
  rec.emit(columnSumKernel, { tensors: { x: dout, partial }, params: { rows, width }, grid: [Math.ceil(width / 64), chunks] });
  finishColumnSum([t], partial, chunks, width);
}

/** Second stage: adds the chunks of `partial` (chunks, parts, width) into the gradients of `targets`, one a part: one or two. */
export function finishColumnSum(targets: readonly Tensor[], partial: Tensor, chunks: number, width: number): void {
  const rec = recorder();
  const grad = (of: Tensor, then: (out: Tensor, accumulate: number) => void) =>
    rec.contribute(of, (out, previous, accumulate) => {
      if (previous) throw new Error(`${of.label}: a column sum can only reach a parameter or a tensor used once`);
      then(out, accumulate);
    });
  const finish = (t: Tensor, out: Tensor, second: Tensor | null, accumulate: number) =>
    rec.emit(finishKernel, {
      tensors: { partial, out, second },
      params: { chunks, width, parts: targets.length, part: targets.indexOf(t), accumulate },
      grid: [Math.ceil(width / 64), second ? 2 : 1],
      label: `d ${t.label}`,
    });
  const [first, other] = targets.filter((t) => t.requiresGrad);
  if (!first) return;
  grad(first, (out, accumulate) => {
    if (!other) return finish(first, out, null, accumulate);
    grad(other, (second, too) => {
      if (too === accumulate) return finish(first, out, second, accumulate);
      // One of them has been reached before and the other has not.
      finish(first, out, null, accumulate);
      finish(other, second, null, too);
    });
  });
}
