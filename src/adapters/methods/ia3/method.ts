import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { linear } from '../../../ops/matmul';
import { multiply } from '../../../ops/multiply';
import { scaleColumns, scaleRows } from '../../../ops/scale';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { names, type Layer, type LayerTensors, type Method } from '../../method';
import { ia3Codec } from './codec';
import { fields } from './fields';

/** True where the inputs are scaled, not the outputs. */
const scalesInputs = ({ feedforward_modules: modules }: MethodConfig, { name }: Layer): boolean => names(modules, name, false);

/** l as a row. */
const factors = (t: LayerTensors, length: number): Tensor => recorder().view(defined(t.own.ia3_l), [1, length]);

/** (IA)3: W' = diag(l) W and b' = l b, or W' = W diag(l) with b as it is (arXiv 2205.05638). Source: peft/tuners/ia3/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  ofWeight: true,
  codecs: [ia3Codec],
  count: { each: 'd_out' },
  tensors: (c, layer) => ({ ia3_l: scalesInputs(c, layer) ? [1, layer.in] : [layer.out, 1] }),
  init: (c, layer) => ({ ia3_l: new Float32Array(scalesInputs(c, layer) ? layer.in : layer.out).fill(1) }),
  merged: (c, layer, t) => (scalesInputs(c, layer) ? scaleColumns(widen(t.weight), factors(t, layer.in)) : scaleRows(widen(t.weight), factors(t, layer.out))),
  bias: (c, layer, t) => (t.bias && !scalesInputs(c, layer) ? multiply(t.bias, factors(t, layer.out), { label: 'l b' }) : t.bias),
  streamed(c, layer, t, x, residual) {
    if (scalesInputs(c, layer)) return linear(scaleColumns(x, factors(t, layer.in)), t.weight, { bias: t.bias, residual, label: 'l x' });
    const y = scaleColumns(linear(x, t.weight, { bias: t.bias, label: 'base' }), factors(t, layer.out));
    return residual ? add(y, residual) : y;
  },
  cost(c, layer, tokens) {
    const scaled = scalesInputs(c, layer) ? layer.in : layer.out;
    const d = layer.in * layer.out;
    // The gradient of the weight, or of what is scaled, is not the frozen layer's.
    return { streamed: 3 * tokens * scaled, merged: tokens * d, merging: 2 * d };
  },
};
