import { Adapted } from '../../adapters/adapted';
import type { Device } from '../../engine/device';
import { parseModel } from '../../models';
import { defined } from '../../numbers/defined';
import { biasCorrections } from '../../optim/schedule';
import { deviceOptions } from '../../train/plan';
import { BETA1, BETA2, recordPrograms } from '../../train/programs';
import { engine, type Recorded } from '../engine';
import { fused, OURS, type Contestant, type Entry, type Group } from '../entry';
import { namedVit, pixelsOf } from '../hfNames';
import { jax, tfjs } from '../peers';
import { ADAM, EPS, VIT, VIT_LOSSES, vitBatch, vitFlop, vitWeights } from '../work';

/** The ViT of the work as a config.json. */
export const VIT_CONFIG = {
  model_type: 'vit', hidden_size: VIT.dim, num_hidden_layers: VIT.depth, num_attention_heads: VIT.heads, intermediate_size: VIT.mlp,
  image_size: VIT.image, patch_size: VIT.patch, layer_norm_eps: EPS, num_labels: VIT.classes,
};

/** Our training step: full fine-tuning by AdamW without decay and without clipping, which is Adam. */
export function ourStep(device: Device): Recorded {
  const adapted = new Adapted(parseModel(VIT_CONFIG), { method: 'full' });
  const { rec, train, update, metrics } = recordPrograms(adapted, {
    batch: VIT.batch, weight_decay: 0, label_smoothing: 0, frozen_dtype: 'f32', checkpoint_activations: false, ...deviceOptions(device.report),
  });
  const { x, y } = vitBatch();
  return {
    rec,
    programs: [train, update!],
    values: { ...namedVit(vitWeights()), pixel_values: pixelsOf(x), labels: Uint32Array.from(y) },
    scalars: (t) => ({ lr: ADAM.lr, headLr: ADAM.lr, ...biasCorrections(t, BETA1, BETA2), invCount: 1 / VIT.batch, maxNorm: 0 }),
    loss: metrics,
  };
}

/** Largest difference from PyTorch's losses, of as many steps as were taken. */
export const lossError = (losses: Float32Array): number => VIT_LOSSES.slice(0, losses.length).reduce((worst, want, i) => Math.max(worst, Math.abs(want - defined(losses[i]))), 0);

const ours: Contestant = { name: OURS, start: (setup) => engine(setup, ourStep) };

const step: Entry = {
  name: `training step, batch ${VIT.batch}`,
  flop: vitFlop(),
  contestants: [ours, fused(ours), jax('vit', () => undefined), tfjs('vit', () => undefined)],
  torch: ['vit'],
  check: lossError,
  // The reference has five digits, and differences grow from step to step.
  tolerance: 3e-5,
};

export const vit: Group = {
  name: 'vit',
  title: 'Training step of a ViT (32 px, patch 4, width 192, depth 6, 3 heads, MLP 768, 10 classes): forward, backward, Adam on all weights; the loss is read each step',
  baseline: 'jax-js',
  entries: [step],
};
