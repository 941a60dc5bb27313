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
  finishColumnSum(t, partial, chunks, width, 1, 0);
}

/** Second stage: adds the chunks of `partial` (chunks, parts, width), part `part`, into the gradient of `t`. */
export function finishColumnSum(t: Tensor, partial: Tensor, chunks: number, width: number, parts: number, part: number): void {
  const rec = recorder();
  const finish = (out: Tensor, accumulate: number) =>
    rec.emit(finishKernel, {
      tensors: { partial, out },
      params: { chunks, width, parts, part, accumulate },
      grid: [Math.ceil(width / 64)],
      label: `d ${t.label}`,
    });
  rec.contribute(t, (out, previous, accumulate) => {
    if (!previous) finish(out, accumulate);
    else throw new Error(`${t.label}: a column sum can only reach a parameter or a tensor used once`);
  });
}
