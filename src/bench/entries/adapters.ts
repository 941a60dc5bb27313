import type { MethodConfig } from '../../train/protocol';
import { agreement, fused, OURS, type Entry, type Group } from '../entry';
import { relativeError } from '../numbers';
import { DEIT_TINY_96, VIT_SMALL_96, type Shape } from '../shapes';
import { trainingStep } from '../training';

/** As PEFT has them: on query, key, value and both MLP matrices of every block, or all weights. */
const METHODS: [string, MethodConfig, string[]][] = [
  ['lora r 16', { method: 'lora', r: 16 }, ['lora', '16']],
  ['randlora r 4', { method: 'randlora', r: 4 }, ['randlora', '4']],
  ['full', { method: 'full' }, ['full', '0']],
];

const entry = (shape: Shape, [name, config, torch]: (typeof METHODS)[0]): Entry => {
  const { hidden_size, num_hidden_layers, num_attention_heads } = shape.config;
  const ours = trainingStep(shape, { name: OURS, config });
  return {
    name: `${shape.name}, ${name}, batch ${shape.batch}`,
    contestants: [ours, fused(ours)],
    torch: ['adapters', ...torch, ...[shape.batch, hidden_size, num_hidden_layers, num_attention_heads].map(String)],
    // The first loss is that of the model itself.
    check: agreement((got, want) => relativeError(got.slice(0, 1), want.slice(0, 1))),
    tolerance: 1e-5,
  };
};

export const adapters: Group = {
  name: 'adapters',
  title: 'Training step of DeiT-Tiny and ViT-S at 96 px: forward, backward, clipping and AdamW on what the method trains; PyTorch beside it where it is there, written as PEFT writes these layers',
  baseline: OURS,
  entries: [DEIT_TINY_96, VIT_SMALL_96].flatMap((shape) => METHODS.map((method) => entry(shape, method))),
};
