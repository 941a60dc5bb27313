import { defined } from '../../../numbers/defined';
import { addBlocks } from '../../../ops/blocks';
import { concat } from '../../../ops/concat';
import { dropout } from '../../../ops/dropout';
import { linear } from '../../../ops/matmul';
import { route } from '../../../ops/route';
import type { MethodConfig } from '../../field';
import { hydraloraCodec } from './codec';
import { fields } from './fields';
import { kaimingUniform } from '../../init';
import { loraRange, loraScale } from '../lora/method';
import { num, type Method } from '../../method';

const ROUTE = 'lora_route.weight';
const heads = (c: MethodConfig): string[] => Array.from({ length: num(c, 'lora_nums') }, (_, i) => `lora_B${i}.weight`);

/**
 * HydraLoRA: y += s sum_i softmax(x R^T)_i B_i (A x), token by token (arXiv 2404.19245). Inputs of A are dropped, the router sees
 * all; the authors' balance loss is a constant 0. What is added depends on x, so there is no W + delta. Source: Clin0212/HydraLoRA.
 */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [hydraloraCodec],
  count: { each: 'r (d_in + lora_nums d_out) + lora_nums d_in' },
  tensors: (c, { in: n, out: m }) => ({
    [ROUTE]: [num(c, 'lora_nums'), n],
    'lora_A.weight': [num(c, 'r'), n],
    ...Object.fromEntries(heads(c).map((head) => [head, [m, num(c, 'r')]])),
  }),
  range: loraRange,
  init: (c, layer, random) => ({
    [ROUTE]: kaimingUniform(num(c, 'lora_nums'), layer.in, random),
    'lora_A.weight': kaimingUniform(num(c, 'r'), layer.in, random),
    ...Object.fromEntries(heads(c).map((head) => [head, new Float32Array(layer.out * num(c, 'r'))])),
  }),
  streamed(c, _, t, x, residual, training) {
    const base = linear(x, t.weight, { bias: t.bias, residual, label: 'base' });
    const h = linear(training ? dropout(x, num(c, 'lora_dropout')) : x, defined(t.own['lora_A.weight']), { label: 'x A' });
    const u = route(h, linear(x, defined(t.own[ROUTE]), { label: 'x R' }));
    // Side by side the heads are one product, which is small beside a product each.
    const B = heads(c).map((head) => defined(t.own[head])).reduce(concat);
    return addBlocks(base, u, B, { alpha: loraScale(c), label: 's B' });
  },
  cost(c, layer, tokens) {
    const [r, n] = [num(c, 'r'), num(c, 'lora_nums')];
    return { streamed: 3 * tokens * ((r + n) * layer.in + n * r * layer.out) };
  },
};
