import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { addBlocks } from '../../../ops/blocks';
import { dropout } from '../../../ops/dropout';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { scaleColumns, scaleRows } from '../../../ops/scale';
import { unit } from '../../../ops/unit';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { kaimingUniform } from '../../init';
import { besideBase, num, type LayerTensors, type Method } from '../../method';
import { loraRange } from '../lora/method';
import { deloraCodec } from './codec';
import { fields } from './fields';

/** Least norm, which PEFT takes for smaller ones: those of a new B are 0. */
const FLOOR = 1e-4;

/** The factors of the update, (1, out, r) and (1, r, in): B with columns of length 1, and lambda / r times A with rows of length 1, its columns scaled by the weight's norms. */
function factors(c: MethodConfig, t: LayerTensors): { B: Tensor; A: Tensor } {
  const r = num(c, 'r');
  const ones = recorder().constant(`${r} ones`, [1, r, 1], new Float32Array(r).fill(1));
  const strength = batchedMatmul(ones, recorder().view(defined(t.own.delora_lambda), [1, 1, 1]), { alpha: 1 / r, label: 'lambda / r' });
  const A = unit(defined(t.own.delora_A), { floor: FLOOR, label: 'A / |A|' });
  return { B: unit(defined(t.own.delora_B), { columns: true, floor: FLOOR, label: 'B / |B|' }), A: scaleRows(scaleColumns(A, defined(t.fixed.delora_w_norm)), strength) };
}

/** DeLoRA: delta = B diag(lambda / (r |A_i| |B_i|)) A diag(|W|), |W| the norms of the frozen weight's columns (arXiv 2503.18225). Source: peft/tuners/delora/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  codecs: [deloraCodec],
  count: { each: 'r (d_in + d_out) + 1' },
  tensors: (c, { in: n, out: m }) => ({ delora_A: [num(c, 'r'), n], delora_B: [m, num(c, 'r')], delora_lambda: [1] }),
  fixed: (_, { in: n }) => ({ delora_w_norm: { shape: [n] } }),
  range: loraRange,
  async init(c, { in: n, out: m }, random, weight) {
    const squares = new Float64Array(n);
    for (const [at, value] of (await weight()).entries()) squares[at % n] = defined(squares[at % n]) + value * value;
    return {
      delora_A: kaimingUniform(num(c, 'r'), n, random),
      delora_B: new Float32Array(m * num(c, 'r')),
      delora_lambda: Float32Array.of(num(c, 'delora_lambda')),
      delora_w_norm: Float32Array.from(squares, Math.sqrt),
    };
  },
  merged(c, _, t) {
    const { B, A } = factors(c, t);
    return batchedMatmul(B, A, { residual: widen(t.weight), label: 'W + B A' });
  },
  ...besideBase((c, _, t, base, x, training) => {
    const { B, A } = factors(c, t);
    return addBlocks(base, linear(training ? dropout(x, num(c, 'module_dropout')) : x, A, { label: 'x A' }), B, { label: 'B' });
  }),
  cost(c, layer, tokens) {
    const r = num(c, 'r');
    const d = layer.in * layer.out;
    return { streamed: 3 * tokens * r * (layer.in + layer.out), merged: tokens * d, merging: 3 * r * d };
  },
};
