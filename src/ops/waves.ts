import grid from '#shaders/lib/grid.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import backwardSource from '#shaders/waves_backward.wgsl?raw';
import source from '#shaders/waves.wgsl?raw';
import { fail } from '../engine/errors';
import { kernel } from '../engine/kernel';
import { recorder } from '../engine/record';
import { sizeOf, type Tensor } from '../engine/tensor';
import { cos, sin } from '../numbers/elementary';
import { writeGrad } from './add';
import { flatGrid } from './grid';

const forward = kernel('waves', source, [grid]);
const backward = kernel('waves_backward', backwardSource, [step, grid]);

export interface WavesOptions {
  /** (K), a factor of each wave; 1 when left out. */
  x?: Tensor;
  /** Factor of the sines. */
  sign?: 1 | -1;
  label?: string;
}

/**
 * Waves as columns of a matrix (size, 2 K): x[k] cos(2 pi place[k] i / size), then sign x[k] sin(2 pi place[k] i / size). `place` (K)
 * has whole numbers below `size`, and `table` is `turns(size)`.
 */
export function waves(place: Tensor, table: Tensor, { x, sign = 1, label = 'waves' }: WavesOptions = {}): Tensor {
  const [K, size] = [sizeOf(place.shape), sizeOf(table.shape) / 2];
  if (x && sizeOf(x.shape) !== K) fail(label, 'wants a factor for each wave', place.shape, x.shape);
  const rec = recorder();
  const out = rec.temp(label, [size, 2 * K], x?.requiresGrad ?? false);
  const count = sizeOf(out.shape);
  rec.emit(forward, { tensors: { place, table, x, out }, params: { count, size, K, has_x: x ? 1 : 0, sign }, grid: flatGrid(count), label });
  rec.onBackward(() => {
    const dout = rec.gradOf(out);
    if (!dout || !x) return;
    writeGrad(x, (dx, accumulate) => rec.emit(backward, { tensors: { place, table, dout, dx }, params: { size, K, sign, accumulate }, grid: flatGrid(K), label: `d ${x.label}` }));
  });
  return out;
}

/** (2, size): cosine and sine of every `size`-th part of a turn. */
export function turns(size: number): Float32Array {
  const table = new Float32Array(2 * size);
  for (let i = 0; i < size; i++) {
    const angle = (2 * Math.PI * i) / size;
    table[i] = cos(angle);
    table[size + i] = sin(angle);
  }
  return table;
}
