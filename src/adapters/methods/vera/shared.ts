import { recorder } from '../../../engine/record';
import { lastOf, type Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { batchedMatmul } from '../../../ops/matmul';
import { scaleRows } from '../../../ops/scale';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { num, type Layer, type LayerTensors, type SharedTensor } from '../../method';
import { veraBases } from './drawn';

/** A corner of a matrix, rows `ld` apart. */
interface Corner {
  rows: number;
  cols: number;
  ld: number;
}

/** Names of the two matrices that all layers share. */
export interface PairNames {
  A: string;
  B: string;
}

/** Both matrices for the widest of the layers: A (`times` r, in), B (out, r). */
export function sharedPair(names: PairNames, c: MethodConfig, layers: readonly Layer[], times = 1): Record<string, SharedTensor> {
  const inMax = Math.max(...layers.map((l) => l.in));
  const outMax = Math.max(...layers.map((l) => l.out));
  const r = num(c, 'r');
  let drawn: ReturnType<typeof veraBases> | undefined;
  const draw = () => (drawn ??= veraBases(num(c, 'projection_prng_key'), r, inMax, outMax, times));
  return { [names.A]: { shape: [times * r, inMax], data: () => draw().A }, [names.B]: { shape: [outMax, r], data: () => draw().B } };
}

/** The layer's slices of them: A[:`times` r, :in] and B[:out]. */
export function slicesOfPair(names: PairNames, layer: Layer, t: LayerTensors, times = 1): { A: Tensor; B: Tensor; a: Corner; b: Corner } {
  const A = defined(t.shared[names.A]);
  const B = defined(t.shared[names.B]);
  const r = lastOf(B);
  return { A, B, a: { rows: times * r, cols: layer.in, ld: lastOf(A) }, b: { rows: layer.out, cols: r, ld: r } };
}

/** W + diag(b) B diag(d) A, with d (G, r) and b (G, out). */
export function mergedPair(names: PairNames, layer: Layer, t: LayerTensors, { d, b }: { d: Tensor; b: Tensor }): Tensor {
  const { A, B, a, b: ofB } = slicesOfPair(names, layer, t);
  const scaled = recorder().view(scaleRows(A, d, a), [defined(t.weight.shape[0]), a.rows, layer.in]);
  const delta = scaleRows(batchedMatmul(B, scaled, { sliceX: ofB, label: 'B d A' }), b);
  return add(widen(t.weight), delta, { label: 'W + delta' });
}
