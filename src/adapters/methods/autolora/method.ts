import { recorder } from '../../../engine/record';
import { sizeOf, type Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { exp } from '../../../numbers/elementary';
import { softmax } from '../../../ops/softmax';
import type { MethodConfig } from '../../field';
import { alphaOf, autoloraCodec } from './codec';
import { fields } from './fields';
import { diagonalCost, diagonalForms } from '../../diagonal';
import { method as lora, loraRange, loraTensors } from '../lora/method';
import { num, type LayerTensors, type Method } from '../../method';

const ALPHA = 'autolora_alpha';

const scale = (c: MethodConfig): number => alphaOf(c) / num(c, 'r');

/** Each part's share, of all layers that run as one. */
const shares = (t: LayerTensors): Tensor => recorder().view(softmax(defined(t.own[ALPHA]), 'shares'), [sizeOf(defined(t.own[ALPHA]).shape)]);

/**
 * AutoLoRA: delta = s B diag(softmax(alpha)) A (arXiv 2403.09113). Its search moves alpha by the loss on other images than the
 * factors; the gradient of a step of it is `outerStep`. Source: ruz048/AutoLoRA.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [autoloraCodec],
  count: { each: 'r (d_in + d_out + 1)' },
  tensors: (c, layer) => ({ ...loraTensors(c, layer), [ALPHA]: [num(c, 'r')] }),
  outer: [ALPHA],
  range: loraRange,
  init: async (c, layer, random, weight) => ({ ...(await lora.init(c, layer, random, weight)), [ALPHA]: new Float32Array(num(c, 'r')).fill(1) }),
  ...diagonalForms((c, t) => ({ A: defined(t.own['lora_A.weight']), B: defined(t.own['lora_B.weight']), d: shares(t), alpha: scale(c), drop: num(c, 'lora_dropout') })),
  equivalent: {
    config: (c) => ({ r: num(c, 'r'), lora_alpha: alphaOf(c), lora_dropout: c.lora_dropout }),
    tensors(c, _, tensor) {
      const r = num(c, 'r');
      const alpha = Float64Array.from(tensor(ALPHA).data);
      const top = Math.max(...alpha);
      const total = alpha.reduce((sum, a) => sum + exp(a - top), 0);
      return { 'lora_A.weight': tensor('lora_A.weight').data, 'lora_B.weight': tensor('lora_B.weight').data.map((b, i) => (b * exp(defined(alpha[i % r]) - top)) / total) };
    },
  },
  cost: (c, layer, tokens) => diagonalCost(num(c, 'r'), layer, tokens),
};
