import grid from '#shaders/lib/grid.wgsl?raw';
import source from '#shaders/compose.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { flatGrid } from './grid';

const composeKernel = kernel('compose', source, [grid]);

/** Most deltas of one composition: with base, coefficients and result they are six bindings. */
export const MAX_DELTAS = 3;

/**
 * base + sum over k of coefficients[k] * deltas[k], written to `out` (a temporary where it is left out): tensors of one
 * size; coefficients (4). A delta that is null counts as zero. No gradient flows.
 */
export function compose(base: Tensor, deltas: readonly (Tensor | null)[], coefficients: Tensor, out?: Tensor): Tensor {
  const rec = recorder();
  const count = sizeOf(base.shape);
  if (deltas.length > MAX_DELTAS || sizeOf(coefficients.shape) !== 4) fail('compose', `${deltas.length} deltas (at most ${MAX_DELTAS}) and four coefficients`, base.shape, coefficients.shape);
  for (const d of deltas) if (d && sizeOf(d.shape) !== count) fail('compose', `${d.label}: sizes differ`, base.shape, d.shape);
  const result = out ?? rec.temp('composed', base.shape);
  const mask = deltas.reduce((bits, d, k) => bits | (d ? 1 << k : 0), 0);
  rec.emit(composeKernel, { tensors: { base, d0: deltas[0], d1: deltas[1], d2: deltas[2], coefficients, out: result }, params: { count, mask }, grid: flatGrid(count), label: `compose ${base.label}` });
  return result;
}
