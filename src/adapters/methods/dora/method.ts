import { rowsOf, type Tensor } from '../../../engine/tensor';
import { recorder } from '../../../engine/record';
import { defined } from '../../../numbers/defined';
import { add, addBias } from '../../../ops/add';
import { dropout } from '../../../ops/dropout';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { inverseRowNorm, scaleColumns, scaleRows } from '../../../ops/scale';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { doraCodec } from './codec';
import { fields } from './fields';
import { method as lora, loraRange, loraScale, loraTensors } from '../lora/method';
import { num, type LayerTensors, type Method } from '../../method';

const MAGNITUDE = 'lora_magnitude_vector';

/** V = W + s B A. */
const direction = (c: MethodConfig, t: LayerTensors): Tensor =>
  batchedMatmul(defined(t.own['lora_B.weight']), defined(t.own['lora_A.weight']), { alpha: loraScale(c), residual: widen(t.weight), label: 'W + s B A' });

/** m / ||V|| per row; the norm is detached, so the gradient reaches the magnitude alone. */
function factor(t: LayerTensors, v: Tensor): Tensor {
  const m = recorder().view(defined(t.own[MAGNITUDE]), [1, rowsOf(v)]);
  return scaleColumns(m, inverseRowNorm(v));
}

/** DoRA: W' = m V / ||V||, V = W + s B A (arXiv 2402.09353). Source: peft/tuners/lora/dora.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  ofWeight: true,
  codecs: [doraCodec],
  count: { each: 'r (d_in + d_out) + d_out' },
  tensors: (c, layer) => ({ ...loraTensors(c, layer), [MAGNITUDE]: [layer.out] }),
  range: loraRange,
  async init(c, layer, random, weight) {
    const w = await weight();
    const norms = Float32Array.from({ length: layer.out }, (_, i) => {
      let s = 0;
      for (let k = 0; k < layer.in; k++) s += defined(w[i * layer.in + k]) * defined(w[i * layer.in + k]);
      return Math.sqrt(s);
    });
    return { ...(await lora.init(c, layer, random, weight)), [MAGNITUDE]: norms };
  },
  runsAsOne: (_, form) => form === 'merged',
  merged(c, _, t) {
    const v = direction(c, t);
    return scaleRows(v, factor(t, v));
  },
  streamed(c, _, t, x, residual, training) {
    const g = factor(t, noGrad(direction(c, t)));
    const p = num(c, 'lora_dropout');
    const dropped = training && p > 0 ? dropout(x, p) : x;
    const base = linear(dropped, t.weight, { label: 'x W' });
    const u = linear(dropped, defined(t.own['lora_A.weight']), { label: 'x A' });
    const scaled = scaleColumns(linear(u, defined(t.own['lora_B.weight']), { alpha: loraScale(c), residual: base, label: 's B' }), g);
    if (dropped === x) {
      const y = t.bias ? addBias(scaled, t.bias) : scaled;
      return residual ? add(y, residual) : y;
    }
    // With dropout PEFT keeps the undropped layer and adds only what the update changes.
    const plain = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    return add(plain, add(scaled, base, { beta: -1 }));
  },
  cost(c, layer, tokens) {
    const d = layer.in * layer.out;
    const r = num(c, 'r');
    return { streamed: 3 * tokens * r * (layer.in + layer.out) + r * d, merged: tokens * d, merging: 4 * r * d };
  },
};

/** The norm needs V, but no gradient flows through it. */
const noGrad = (t: Tensor): Tensor => ({ ...t, requiresGrad: false });
