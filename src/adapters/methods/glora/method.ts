import { recorder } from '../../../engine/record';
import type { Tensor } from '../../../engine/tensor';
import { defined } from '../../../numbers/defined';
import { add, addBias } from '../../../ops/add';
import { addBlocks } from '../../../ops/blocks';
import { batchedMatmul, linear } from '../../../ops/matmul';
import { multiply } from '../../../ops/multiply';
import { scaleColumns, scaleRows } from '../../../ops/scale';
import { widen } from '../../../ops/widen';
import type { MethodConfig } from '../../field';
import { ConfigError } from '../../fields';
import { kaimingUniform } from '../../init';
import { num, type Arrays, type Layer, type LayerTensors, type Method } from '../../method';
import { loraRange } from '../lora/method';
import { gloraCodec } from './codec';
import { fields } from './fields';

/** Parts of an update, and what each may be. C, D and E belong to a bias: PEFT leaves them out where a layer has none. */
interface Parts {
  AB: 'lora' | 'vector' | 'constant' | 'none';
  C: 'lora' | 'vector' | 'none';
  DE: 'vector' | 'constant' | 'none';
}

const parts = (c: MethodConfig, { bias }: Layer): Parts =>
  bias === false ? { AB: c.config_A_B as Parts['AB'], C: 'none', DE: 'none' } : { AB: c.config_A_B as Parts['AB'], C: c.config_C as Parts['C'], DE: c.config_D_E as Parts['DE'] };

const ones = (n: number, shape: readonly number[]): Tensor => recorder().constant(`ones [${shape.join(', ')}]`, shape, new Float32Array(n).fill(1));

/** Xd Xu, (1, rows, columns). */
const product = ({ own }: LayerTensors, name: string): Tensor => batchedMatmul(defined(own[`${name}.Xd`]), defined(own[`${name}.Xu`]), { label: name });

/** A vector of a layer, or its one number repeated, as (1, n, 1). */
function column({ own }: LayerTensors, name: string, n: number, constant: boolean): Tensor {
  const X = defined(own[`${name}.X`]);
  return constant ? batchedMatmul(ones(n, [1, n, 1]), recorder().view(X, [1, 1, 1]), { label: name }) : recorder().view(X, [1, n, 1]);
}

/** 1 + A of each output, and B of each output, (1, out, 1), where they are no matrices. */
const ofOutputs = (layer: Layer, t: LayerTensors, constant: boolean): { scale: Tensor; added: Tensor } => ({
  scale: add(column(t, 'glora_A', layer.out, constant), ones(layer.out, [1, layer.out, 1]), { label: '1 + A' }),
  added: column(t, 'glora_B', layer.out, constant),
});

/** b + b * D + E + W C; null where the layer has no bias. */
function biasOf(c: MethodConfig, layer: Layer, t: LayerTensors): Tensor | null {
  const { C, DE } = parts(c, layer);
  if (!t.bias) return null;
  let bias = t.bias;
  if (DE !== 'none') {
    const [D, E] = ['glora_D', 'glora_E'].map((name) => recorder().view(column(t, name, layer.out, DE === 'constant'), [1, layer.out])) as [Tensor, Tensor];
    bias = add(multiply(bias, D, { plus: 1, label: 'b + b D' }), E, { label: 'b + b D + E' });
  }
  if (C === 'none') return bias;
  const row = recorder().view(C === 'lora' ? product(t, 'glora_C') : defined(t.own['glora_C.X']), [1, layer.in]);
  return linear(row, t.weight, { residual: bias, label: 'b + W C' });
}

/** GLoRA: W' = W + W * A + B and b' = b + b * D + E + W C, A and B entry by entry (arXiv 2306.07967). Source: peft/tuners/glora/layer.py. */
export const method: Method = {
  fields,
  trains: 'adapter',
  ofWeight: true,
  codecs: [gloraCodec],
  tensors(c, layer) {
    const { in: n, out: m } = layer;
    const { AB, C, DE } = parts(c, layer);
    const r = num(c, 'r');
    const pair = (shapes: (name: string) => Record<string, number[]>, ...names: string[]) => Object.assign({}, ...names.map(shapes)) as Record<string, number[]>;
    return {
      ...(AB !== 'none' && pair((name): Record<string, number[]> => (AB === 'lora' ? { [`${name}.Xd`]: [m, r], [`${name}.Xu`]: [r, n] } : { [`${name}.X`]: AB === 'vector' ? [m, 1] : [1] }), 'glora_A', 'glora_B')),
      ...(C === 'lora' && { 'glora_C.Xd': [n, r], 'glora_C.Xu': [r, 1] }),
      ...(C === 'vector' && { 'glora_C.X': [n, 1] }),
      ...(DE !== 'none' && pair((name) => ({ [`${name}.X`]: [DE === 'vector' ? m : 1] }), 'glora_D', 'glora_E')),
    };
  },
  check(c, layer) {
    if (Object.values(parts(c, layer)).some((part) => part !== 'none')) return;
    throw new ConfigError(layer.bias === false ? `${layer.name} has no bias, and config_A_B is "none": nothing of it would learn. Choose another config_A_B, or leave the layer out of target_modules.` : 'config_A_B, config_C and config_D_E are all "none": nothing would learn. Choose another for one of them.');
  },
  range: loraRange,
  init(c, layer, random) {
    return Object.fromEntries(Object.entries(this.tensors(c, layer)).map(([name, shape]): [string, Arrays[string]] => {
      const [rows, columns = 1] = shape as [number, number?];
      return [name, name.endsWith('.Xu') ? kaimingUniform(rows, columns, random) : new Float32Array(rows * columns)];
    }));
  },
  merged(c, layer, t) {
    const { AB } = parts(c, layer);
    const W = widen(t.weight);
    if (AB === 'none') return W;
    if (AB === 'lora') return batchedMatmul(defined(t.own['glora_B.Xd']), defined(t.own['glora_B.Xu']), { residual: multiply(W, product(t, 'glora_A'), { plus: 1, label: 'W + W A' }), label: 'W + W A + B' });
    const { scale, added } = ofOutputs(layer, t, AB === 'constant');
    return batchedMatmul(added, ones(layer.in, [1, 1, layer.in]), { residual: scaleRows(W, scale), label: 'W + W A + B' });
  },
  bias: biasOf,
  streamed(c, layer, t, x, residual) {
    const { AB } = parts(c, layer);
    const bias = biasOf(c, layer, t);
    if (AB === 'none') return linear(x, t.weight, { bias, residual, label: 'base' });
    if (AB === 'lora') {
      const base = linear(x, t.weight, { bias, residual, label: 'base' });
      const delta = batchedMatmul(defined(t.own['glora_B.Xd']), defined(t.own['glora_B.Xu']), { residual: multiply(widen(t.weight), product(t, 'glora_A'), { label: 'W A' }), label: 'W A + B' });
      return linear(x, delta, { residual: base, label: 'x (W A + B)' });
    }
    const { scale, added } = ofOutputs(layer, t, AB === 'constant');
    const scaled = scaleColumns(linear(x, t.weight, { label: 'base' }), scale);
    const moved = addBlocks(scaled, linear(x, ones(layer.in, [1, layer.in]), { label: 'sum of x' }), added, { label: 'B' });
    const y = bias ? addBias(moved, bias) : moved;
    return residual ? add(y, residual) : y;
  },
  cost(c, layer, tokens) {
    const { AB, C } = parts(c, layer);
    const d = layer.in * layer.out;
    // W C, and the way back to C.
    const ofBias = C === 'none' ? 0 : 2 * d;
    if (AB === 'none') return { streamed: ofBias, merged: ofBias, merging: 0 };
    const making = AB === 'lora' ? 6 * num(c, 'r') * d : 3 * d;
    const streamed = AB === 'lora' ? 3 * tokens * d + making : 3 * tokens * (layer.in + layer.out);
    return { streamed: streamed + ofBias, merged: tokens * d + ofBias, merging: making };
  },
};
