import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add, addBias } from '../../../ops/add';
import { cayley } from '../../../ops/cayley';
import { linear } from '../../../ops/matmul';
import { rotateBlocks } from '../../../ops/rotateBlocks';
import { scaleColumns, scaleRows } from '../../../ops/scale';
import { skew } from '../../../ops/skew';
import { sliceOf } from '../../../ops/sliceOf';
import { takeColumns } from '../../../ops/takeColumns';
import { widen } from '../../../ops/widen';
import { defaultOf, type MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { num, type Layer, type LayerTensors, type Method } from '../../method';
import { boftCodec } from './codec';
import { fields } from './fields';

/** The block size that budgets are reached with. */
const USUAL_SIZE = defaultOf(fields, 'boft_block_size');

/** Factors that so many blocks allow. */
function mostFactors(blocks: number): number {
  let factors = Number.isInteger(blocks) ? 1 : 0;
  for (let left = blocks; factors > 0 && left % 2 === 0; left /= 2) factors++;
  return factors;
}

/** Number of factors, of blocks, and size of a block. */
function shapeOf(c: MethodConfig, { in: n }: Layer): { factors: number; blocks: number; size: number } {
  const [size, blocks] = [num(c, 'boft_block_size'), num(c, 'boft_block_num')];
  return { factors: num(c, 'boft_n_butterfly_factor'), ...(size > 0 ? { size, blocks: n / size } : { size: n / blocks, blocks }) };
}

/**
 * Entry that row p of P_i takes: runs of 2^i blocks are cut into chunks of half a block, of which the even ones come first, then the odd ones; the
 * first factor stays as it is.
 */
function orderOf(n: number, size: number, i: number): Uint32Array {
  const [chunk, run] = [size / 2, size * 2 ** i];
  const chunks = run / chunk;
  return Uint32Array.from({ length: n }, (_, p) => {
    if (i === 0) return p;
    const [at, within] = [Math.floor((p % run) / chunk), p % chunk];
    const from = at < chunks / 2 ? 2 * at : 2 * (at - chunks / 2) + 1;
    return Math.floor(p / run) * run + from * chunk + within;
  });
}

/** Inverse of an order. */
function backOf(order: Uint32Array): Uint32Array {
  const back = new Uint32Array(order.length);
  order.forEach((from, to) => void (back[from] = to));
  return back;
}

/** x F of the factor F = P blockdiag(C) P^T, or x F^T. */
function turned(x: Tensor, C: Tensor, n: number, size: number, i: number, transposed: boolean): Tensor {
  if (i === 0) return rotateBlocks(x, C, { transposed });
  const order = orderOf(n, size, i);
  const name = `butterfly ${n} ${size} ${i}`;
  return takeColumns(rotateBlocks(takeColumns(x, backOf(order), name), C, { transposed }), order, `${name} back`);
}

/** x O, or x O^T, with O the factors from the last to the first. */
function through(c: MethodConfig, layer: Layer, t: LayerTensors, x: Tensor, transposed: boolean): Tensor {
  const { factors, blocks, size } = shapeOf(c, layer);
  const all = cayley(skew(defined(t.own.boft_R), size, { full: true }), 'C');
  let y = x;
  for (let k = 0; k < factors; k++) {
    const i = transposed ? k : factors - 1 - k;
    y = turned(y, factors === 1 ? all : sliceOf(all, i * blocks, blocks), layer.in, size, i, transposed);
  }
  return y;
}

const scales = (t: LayerTensors, { out }: Layer): Tensor => recorder().view(defined(t.own.boft_s), [1, out]);

/** BOFT: W' = diag(s) W O^T, O of butterfly factors (arXiv 2311.06243); the bias is not scaled. Source: peft/tuners/boft/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  ofWeight: true,
  codecs: [boftCodec],
  count: { each: 'boft_n_butterfly_factor d_in boft_block_size + d_out' },
  tensors(c, layer) {
    const { factors, blocks, size } = shapeOf(c, layer);
    return { boft_R: [factors, blocks, size, size], boft_s: [layer.out, 1] };
  },
  check(c, { name, in: n }) {
    const [size, given, factors] = [num(c, 'boft_block_size'), num(c, 'boft_block_num'), num(c, 'boft_n_butterfly_factor')];
    if (size > 0 && given > 0) throw new ConfigError(`boft_block_size is ${size} and boft_block_num is ${given}: the blocks are set by their size or by their number. Set one of them to 0.`);
    if (size === 0 && given === 0) throw new ConfigError('boft_block_size and boft_block_num are both 0: set the size of the blocks or their number.');
    if (n % (size || given)) throw new ConfigError(`${size > 0 ? `boft_block_size is ${size}` : `boft_block_num is ${given}`}, and ${name} has ${n} inputs, which it does not divide. Choose a number that divides the inputs of every layer.`);
    const blocks = size > 0 ? n / size : given;
    const least = 2 ** (factors - 1);
    if (blocks % least) throw new ConfigError(`boft_n_butterfly_factor is ${factors}, and ${name} has ${blocks} blocks; their number must be divisible by ${least}. Choose smaller blocks or fewer factors.`);
    if (factors > 1 && (n / blocks) % 2) throw new ConfigError(`boft_n_butterfly_factor is ${factors}, and ${name} has blocks of ${n / blocks}: several factors mix halves of blocks, so their size must be even.`);
  },
  // Block sizes must divide the inputs of every layer; factors of the usual size are as many as its blocks can be halved, and one more.
  range: (layers) => [1, Math.max(1, Math.min(...layers.map((l) => mostFactors(l.in / USUAL_SIZE))))],
  init(c, layer) {
    const { factors, blocks, size } = shapeOf(c, layer);
    return { boft_R: new Float32Array(factors * blocks * size * size), boft_s: new Float32Array(layer.out).fill(1) };
  },
  merged: (c, layer, t) => scaleRows(through(c, layer, t, widen(t.weight), true), scales(t, layer)),
  streamed(c, layer, t, x, residual) {
    const scaled = scaleColumns(linear(through(c, layer, t, x, false), t.weight, { label: 'x O W' }), scales(t, layer));
    const y = t.bias ? addBias(scaled, t.bias) : scaled;
    return residual ? add(y, residual) : y;
  },
  cost(c, layer, tokens) {
    const { factors, blocks, size } = shapeOf(c, layer);
    const d = layer.in * layer.out;
    const making = 6 * factors * blocks * size ** 3;
    return { streamed: 3 * tokens * (factors * layer.in * size + layer.out) + making, merged: tokens * d, merging: factors * 3 * d * size + 2 * d + making };
  },
};
