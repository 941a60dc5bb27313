import type { Tensor } from '../../../engine/tensor';
import { FormatError } from '../../../io/formatError';
import { defined } from '../../../numbers/defined';
import { svd } from '../../../numbers/singular';
import { addBlocks } from '../../../ops/blocks';
import { gate } from '../../../ops/gate';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { chain, scatter } from '../../../ops/scatter';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { normal } from '../../init';
import { num, type Arrays, type Layer, type LayerTensors, type Method } from '../../method';
import { svftCodec } from './codec';
import { fields } from './fields';

const PREFIX = 'svft_layer';
const rankOf = ({ in: n, out: m }: Layer): number => Math.min(n, m);

/** Entries of a band of d diagonals on either side of the main one: n (2d + 1) - d (d + 1). */
function count(c: MethodConfig, layer: Layer): number {
  const d = num(c, 'off_diag');
  return rankOf(layer) * (2 * d + 1) - d * (d + 1);
}

/** Positions of the entries, as (row, column). */
function places(c: MethodConfig, layer: Layer, U: Float32Array, Vt: Float32Array, random: () => number): [number, number][] {
  const [n, k, d] = [rankOf(layer), count(c, layer), num(c, 'off_diag')];
  if (c.pattern === 'random') return Array.from({ length: k }, () => [Math.floor(random() * n), Math.floor(random() * n)]);
  if (c.pattern !== 'topk') return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => [i, j] as [number, number]).slice(Math.max(0, i - d), i + d + 1)).flat();
  // As the authors' code has it, which is not quite the paper's U^T V: rows of U beside rows of V, or that of them which is square.
  const agree = layer.in === layer.out ? Float64Array.from({ length: n * n }, (_, i) => {
    let s = 0;
    for (let v = 0, row = Math.floor(i / n) * n, other = (i % n) * n; v < n; v++) s += defined(U[row + v]) * defined(Vt[other + v]);
    return s;
  }) : layer.out > layer.in ? Vt : U;
  const order = Uint32Array.from(agree, (_, i) => i).sort((i, j) => defined(agree[j]) - defined(agree[i]) || i - j);
  return Array.from(order.subarray(0, k), (at) => [Math.floor(at / n), at % n]);
}

/** Rows, columns and what repeats, for `scatter`. */
function indexOf(rows: Float32Array, columns: Float32Array): Float32Array {
  const index = new Float32Array(3 * rows.length);
  index.set(rows);
  index.set(columns, rows.length);
  index.set(chain(rows, columns), 2 * rows.length);
  return index;
}

/** M, (1, n, n). */
const mixing = (layer: Layer, t: LayerTensors): Tensor => scatter(gate(defined(t.own[`${PREFIX}.s`]), defined(t.own[`${PREFIX}.gate`]), 's sigmoid(gate)'), t.fixed.svft_places!, rankOf(layer), rankOf(layer), { label: 'M' });

/**
 * SVFT: delta = U M V^T with the weight's singular vectors, M sparse with entries s sigmoid(gate) (arXiv 2405.19597). W' is
 * U (diag(S) + M) V^T in the authors' code; here W stays, so that nothing of it is lost. Source: VijayLingam95/SVFT.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [svftCodec],
  tensors: (c, layer) => ({ [`${PREFIX}.s`]: [count(c, layer)], [`${PREFIX}.gate`]: [] }),
  fixed(c, layer) {
    const [n, k] = [rankOf(layer), count(c, layer)];
    return {
      [`${PREFIX}.u`]: { shape: [layer.out, n] },
      [`${PREFIX}.v`]: { shape: [n, layer.in] },
      [`${PREFIX}.s_pre`]: { shape: [n], host: true },
      [`${PREFIX}.s_row`]: { shape: [k], dtype: 'I64', host: true },
      [`${PREFIX}.s_col`]: { shape: [k], dtype: 'I64', host: true },
      svft_places: { shape: [3, k], derived: true },
    };
  },
  check(c, layer) {
    const diagonals = num(c, 'off_diag');
    if (diagonals >= rankOf(layer)) throw new ConfigError(`off_diag is ${diagonals}; ${layer.name} has ${rankOf(layer)} singular values, so at most ${rankOf(layer) - 1} diagonals beside the main one.`);
    if (c.pattern === 'plain' && diagonals > 0) throw new ConfigError(`pattern is "plain", which trains the diagonal alone, and off_diag is ${diagonals}; it must be 0.`);
  },
  range: (layers) => [0, Math.min(...layers.map(rankOf)) - 1],
  async init(c, layer, random, weight) {
    const { U: u, S, Vt } = svd(await weight(), layer.out, layer.in);
    const [U, V] = [Float32Array.from(u), Float32Array.from(Vt)];
    const at = places(c, layer, U, V, random);
    const [rows, columns] = [Float32Array.from(at, ([row]) => row), Float32Array.from(at, ([, column]) => column)];
    return {
      [`${PREFIX}.s`]: c.init === 'normal' ? normal(at.length, Math.sqrt(2 / at.length), random) : new Float32Array(at.length),
      [`${PREFIX}.gate`]: new Float32Array(1),
      [`${PREFIX}.u`]: U, [`${PREFIX}.v`]: V, [`${PREFIX}.s_pre`]: Float32Array.from(S),
      [`${PREFIX}.s_row`]: rows, [`${PREFIX}.s_col`]: columns,
      svft_places: indexOf(rows, columns),
    };
  },
  derive(_, layer, own): Arrays {
    const [rows, columns] = [defined(own[`${PREFIX}.s_row`]), defined(own[`${PREFIX}.s_col`])];
    const n = rankOf(layer);
    const wrong = [...rows, ...columns].find((at) => !(at >= 0 && at < n));
    if (wrong !== undefined) throw new FormatError(`${PREFIX} of ${layer.name} has an entry at ${wrong}; there are ${n} singular values.`);
    return { svft_places: indexOf(rows, columns) };
  },
  merged(_, layer, t) {
    const MV = batchedMatmul(mixing(layer, t), defined(t.fixed[`${PREFIX}.v`]), { label: 'M V' });
    return batchedMatmul(defined(t.fixed[`${PREFIX}.u`]), MV, { residual: widen(t.weight), label: 'W + U M V' });
  },
  streamed(_, layer, t, x, residual) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const mixed = linear(linear(x, defined(t.fixed[`${PREFIX}.v`]), { label: 'x V' }), mixing(layer, t), { label: 'M' });
    return addBlocks(base, mixed, defined(t.fixed[`${PREFIX}.u`]), { label: 'U' });
  },
  cost(_, layer, tokens) {
    const n = rankOf(layer);
    const d = layer.in * layer.out;
    return { streamed: 2 * tokens * n * (layer.in + layer.out) + 3 * tokens * n * n, merged: tokens * d, merging: 2 * n * (n * layer.in + d) };
  },
};
