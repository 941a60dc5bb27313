import type { Tensor } from '../../../engine/tensor';
import { dropout } from '../../../ops/dropout';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { multiply } from '../../../ops/multiply';
import { widen } from '../../../ops/widen';
import { fields } from './fields';
import { hiraCodec } from './codec';
import { kaimingUniform } from '../../init';
import { loraRange } from '../lora/method';
import { num, type LayerTensors, type Method } from '../../method';

/** B A */
const product = (t: LayerTensors): Tensor => batchedMatmul(t.own.hira_B!, t.own.hira_A!, { label: 'B A' });

/** HiRA: delta = W * (B A), element by element (ICLR 2025, TwJrTz9cRS). Source: peft/tuners/hira/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  ofWeight: true,
  codecs: [hiraCodec],
  count: { each: 'r (d_in + d_out)' },
  tensors: (c, { in: n, out: m }) => ({ hira_A: [num(c, 'r'), n], hira_B: [m, num(c, 'r')] }),
  range: loraRange,
  init: (c, layer, random) => ({ hira_A: kaimingUniform(num(c, 'r'), layer.in, random), hira_B: new Float32Array(layer.out * num(c, 'r')) }),
  runsAsOne: (_, form) => form === 'merged',
  merged: (_, __, t) => multiply(widen(t.weight), product(t), { plus: 1, label: 'W + W B A' }),
  streamed(c, _, t, x, residual, training) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    return linear(training ? dropout(x, num(c, 'hira_dropout')) : x, multiply(widen(t.weight), product(t), { label: 'W B A' }), { residual: base, label: 'x (W B A)' });
  },
  cost(c, layer, tokens) {
    const d = layer.in * layer.out;
    const making = 3 * num(c, 'r') * d;
    return { streamed: 3 * tokens * d + making, merged: tokens * d, merging: making };
  },
};
