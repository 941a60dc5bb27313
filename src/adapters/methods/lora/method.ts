import { defined } from '../../../numbers/defined';
import { widen } from '../../../ops/widen';
import { dropout } from '../../../ops/dropout';
import { addBlocks } from '../../../ops/blocks';
import { batchedMatmul, linear } from '../../../ops/matmul';
import type { MethodConfig } from '../../field';
import { kaimingUniform } from '../../init';
import { rootFactors } from '../../largest';
import { loraAlpha, loraCodec } from './codec';
import { fields } from './fields';
import { besideBase, num, type Layer } from '../../method';
import type { Addend } from '../../pair';

/** alpha / r, or alpha / sqrt(r) for rsLoRA; alpha = r when left out. */
export function loraScale(c: MethodConfig): number {
  const r = num(c, 'r');
  return loraAlpha(c) / (c.use_rslora ? Math.sqrt(r) : r);
}

export const loraTensors = (c: MethodConfig, { in: n, out: m }: Layer): Record<string, number[]> => ({
  'lora_A.weight': [num(c, 'r'), n],
  'lora_B.weight': [m, num(c, 'r')],
});

export const loraRange = (layers: Layer[]): [number, number] => [1, Math.max(...layers.map((l) => Math.min(l.in, l.out)))];

/** LoRA: delta = s B A (arXiv 2106.09685). Source: peft/tuners/lora/layer.py. */
export const method: Addend = {
  fields,
  trains: 'adapter',
  codecs: [loraCodec],
  count: { each: 'r (d_in + d_out)' },
  tensors: loraTensors,
  range: loraRange,
  init: (c, layer, random) => ({
    'lora_A.weight': kaimingUniform(num(c, 'r'), layer.in, random),
    'lora_B.weight': new Float32Array(layer.out * num(c, 'r')),
  }),
  // The top of a singular value decomposition (Eckart and Young, 1936); PEFT's `save_as_lora` does the same.
  nearest: {
    config: (r) => ({ r, lora_alpha: r }),
    tensors(layer, update, r) {
      const { A, B } = rootFactors(update, layer, r);
      return { 'lora_A.weight': A, 'lora_B.weight': B };
    },
  },
  runsAsOne: () => true,
  merged: (c, _, t) => batchedMatmul(defined(t.own['lora_B.weight']), defined(t.own['lora_A.weight']), { alpha: loraScale(c), residual: widen(t.weight), label: 'W + s B A' }),
  ...besideBase((c, _, t, base, x, training) => {
    const u = linear(training ? dropout(x, num(c, 'lora_dropout')) : x, defined(t.own['lora_A.weight']), { label: 'x A' });
    return addBlocks(base, u, defined(t.own['lora_B.weight']), { alpha: loraScale(c), stride: t.stride, label: 's B' });
  }),
  cost(c, layer, tokens) {
    const r = num(c, 'r');
    const d = layer.in * layer.out;
    return { streamed: 3 * tokens * r * (layer.in + layer.out), merged: tokens * d, merging: 4 * r * d };
  },
};
