import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { cayley, cayleySeries } from '../../../ops/cayley';
import { linear } from '../../../ops/matmul';
import { rotateBlocks } from '../../../ops/rotateBlocks';
import { boundRows, skew, triangleOf } from '../../../ops/skew';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { num, type Layer, type LayerTensors, type Method } from '../../method';
import { oftCodec } from './codec';
import { fields } from './fields';

/** The divisor of n nearest to a number, the smaller of two that are as near. Source: adjust_oft_parameters of peft/tuners/oft/layer.py. */
function nearestDivisor(n: number, wanted: number): number {
  if (wanted >= n) return n;
  for (let apart = 0; apart < n; apart++) {
    if (wanted - apart > 0 && n % (wanted - apart) === 0) return wanted - apart;
    if (n % (wanted + apart) === 0) return wanted + apart;
  }
  return n;
}

/** Size of a block, and how many the layer's tensor has. */
function blocksOf(c: MethodConfig, { in: n }: Layer): { size: number; rows: number } {
  const [r, wanted] = [num(c, 'r'), num(c, 'oft_block_size')];
  const size = wanted > 0 ? nearestDivisor(n, wanted) : n / nearestDivisor(n, r);
  return { size, rows: c.block_share === true ? 1 : n / size };
}

/** Largest norm of a block. */
const boundOf = (c: MethodConfig, rows: number): number | undefined => (c.coft === true ? num(c, 'eps') / Math.sqrt(rows) : undefined);

const weightOf = (own: LayerTensors['own']): Tensor => defined(own['oft_R.weight']);

function rotations(c: MethodConfig, layer: Layer, t: LayerTensors): Tensor {
  const { size, rows } = blocksOf(c, layer);
  const Q = skew(weightOf(t.own), size, { bound: boundOf(c, rows) });
  return c.use_cayley_neumann === true ? cayleySeries(Q, num(c, 'num_cayley_neumann_terms')) : cayley(Q);
}

/**
 * OFT: W' = W R^T block by block, R by a series of Q, or exactly (I - Q) (I + Q)^-1, which is what the series leads to with -Q (arXiv 2306.07280, 2506.19847).
 * COFT puts the bounded values in place of the others in every forward of PEFT; here after every update, which leads to the same.
 * Source: peft/tuners/oft/layer.py.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  ofWeight: true,
  codecs: [oftCodec],
  count: { each: 'd_in (oft_block_size - 1) / 2' },
  tensors(c, layer) {
    const { size, rows } = blocksOf(c, layer);
    return { 'oft_R.weight': [rows, triangleOf(size)] };
  },
  check(c) {
    const [r, size] = [num(c, 'r'), num(c, 'oft_block_size')];
    if (r > 0 && size > 0) throw new ConfigError(`r is ${r} and oft_block_size is ${size}: the blocks are set by their number or by their size. Set one of them to 0.`);
    if (r === 0 && size === 0) throw new ConfigError('r and oft_block_size are both 0: set the number of blocks or their size.');
  },
  range: (layers) => [2, Math.min(...layers.map((l) => l.in))],
  init(c, layer) {
    const { size, rows } = blocksOf(c, layer);
    return { 'oft_R.weight': new Float32Array(rows * triangleOf(size)) };
  },
  merged: (c, layer, t) => rotateBlocks(widen(t.weight), rotations(c, layer, t), { transposed: true, label: 'W R^T' }),
  streamed: (c, layer, t, x, residual) => linear(rotateBlocks(x, rotations(c, layer, t)), t.weight, { bias: t.bias, residual, label: 'W' }),
  afterStep(c) {
    if (c.coft !== true) return null;
    return {
      record: (stacks) => stacks.forEach(({ own }) => boundRows(weightOf(own), num(c, 'eps') / Math.sqrt(defined(weightOf(own).shape.at(-2))))),
      numbers: () => [0, 0],
    };
  },
  cost(c, layer, tokens) {
    const { size, rows } = blocksOf(c, layer);
    const d = layer.in * layer.out;
    const making = 3 * num(c, 'num_cayley_neumann_terms') * rows * size ** 3;
    return { streamed: 3 * tokens * layer.in * size + making, merged: tokens * d, merging: 2 * d * size + making };
  },
};
