import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { linear } from '../../../ops/matmul';
import { pairFactors, rotatePairs, type PairFactors } from '../../../ops/rotatePairs';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { num, type Layer, type LayerTensors, type Method } from '../../method';
import { roadCodec } from './codec';
import { fields } from './fields';

/** Angles, and as many lengths, for every two outputs. */
const eachOf = ({ variant }: MethodConfig): 1 | 2 | 4 => (variant === 'road_4' ? 4 : variant === 'road_2' ? 2 : 1);

const count = (c: MethodConfig, { out }: Layer): number => (out * eachOf(c)) / 2;

/** Factors for the outputs of all layers, one behind the other. */
const factors = (c: MethodConfig, { out }: Layer, t: LayerTensors): PairFactors =>
  pairFactors(defined(t.own.road_theta), defined(t.own.road_alpha), defined(t.weight.shape[0]) * out, { group: num(c, 'group_size'), each: eachOf(c) });

/** RoAd: W' = R W and b' = R b, R of blocks alpha [cos theta, -sin theta; sin theta, cos theta] (arXiv 2409.00119). Source: peft/tuners/road/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  ofWeight: true,
  codecs: [roadCodec],
  count: { each: 'd_out' },
  tensors: (c, layer) => ({ road_alpha: [count(c, layer)], road_theta: [count(c, layer)] }),
  check(c, { name, out }) {
    const group = num(c, 'group_size');
    if (group % 2) throw new ConfigError(`group_size is ${group}; it must be even, since outputs are turned two by two.`);
    if (out % group) throw new ConfigError(`group_size is ${group}, and ${name} has ${out} outputs, which are no whole number of groups. Choose an even number that divides the outputs of every layer, or leave the layer out of target_modules.`);
  },
  init: (c, layer) => ({ road_alpha: new Float32Array(count(c, layer)).fill(1), road_theta: new Float32Array(count(c, layer)) }),
  runsAsOne: (_, form) => form === 'merged',
  merged: (c, layer, t) => rotatePairs(widen(t.weight), factors(c, layer, t), { inner: layer.in, label: 'R W' }),
  bias: (c, layer, t) => t.bias && rotatePairs(t.bias, factors(c, layer, t), { label: 'R b' }),
  streamed(c, layer, t, x, residual) {
    const y = rotatePairs(linear(x, t.weight, { bias: t.bias, label: 'base' }), factors(c, layer, t), { label: 'R y' });
    return residual ? add(y, residual) : y;
  },
  cost(_, layer, tokens) {
    const d = layer.in * layer.out;
    return { streamed: 6 * tokens * layer.out, merged: tokens * d, merging: 6 * d };
  },
};
