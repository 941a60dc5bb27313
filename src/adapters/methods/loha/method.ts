import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add } from '../../../ops/add';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { multiply } from '../../../ops/multiply';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { kaimingUniform } from '../../init';
import { num, type LayerTensors, type Method } from '../../method';
import { loraRange } from '../lora/method';
import { lohaCodec, ownAlpha } from './codec';
import { fields } from './fields';

/** s (B1 A1) * (B2 A2), (G, out, in). */
function update(c: MethodConfig, t: LayerTensors): Tensor {
  const product = (which: number, alpha?: number) => batchedMatmul(defined(t.own[`hada_w${which}_a`]), defined(t.own[`hada_w${which}_b`]), { alpha, label: `w${which}` });
  return multiply(product(1, ownAlpha(c) / num(c, 'r')), product(2), { label: 's w1 w2' });
}

/** LoHa: delta = alpha / r (w1_a w1_b) * (w2_a w2_b), entry by entry (FedPara, arXiv 2108.06098). Source: peft/tuners/loha/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [lohaCodec],
  count: { each: '2 r (d_in + d_out)' },
  tensors(c, { in: n, out: m }) {
    const r = num(c, 'r');
    return { hada_w1_a: [m, r], hada_w1_b: [r, n], hada_w2_a: [m, r], hada_w2_b: [r, n] };
  },
  range: loraRange,
  init(c, { in: n, out: m }, random) {
    const r = num(c, 'r');
    return { hada_w1_a: kaimingUniform(m, r, random), hada_w1_b: kaimingUniform(r, n, random), hada_w2_a: kaimingUniform(m, r, random), hada_w2_b: new Float32Array(r * n) };
  },
  runsAsOne: (_, form) => form === 'merged',
  merged: (c, _, t) => add(widen(t.weight), update(c, t), { label: 'W + s w1 w2' }),
  streamed(c, _, t, x, residual) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    return linear(x, update(c, t), { residual: base, label: 'x (s w1 w2)' });
  },
  cost(c, layer, tokens) {
    const d = layer.in * layer.out;
    const making = 6 * num(c, 'r') * d;
    return { streamed: 3 * tokens * d + making, merged: tokens * d, merging: making };
  },
};
