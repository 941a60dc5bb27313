import type { Adapted } from '../adapters/adapted';
import type { Program, Recorder } from '../engine/record';
import type { Tensor } from '../engine/tensor';
import { classifierOf, type Model } from '../models/model';
import type { Context } from '../nn/context';
import { attend } from '../nn/recording';
import { rollout } from '../ops/rollout';
import type { ProgramOptions } from './programs';
import type { AttentionMap } from './protocol';

/** A forward pass that classifies and, where asked for, says where the model looks. */
export interface LookProgram {
  evaluate: Program;
  /** (B, channels, H, W) */
  pixels: Tensor;
  /** (B, K) */
  logits: Tensor;
  /** (B, T), rows that sum to one; null where nobody asked. */
  rollout: Tensor | null;
}

/**
 * Records a forward pass of `batch` images beside what the recorder has already, whose weights it reads. With `watch` each
 * attention of the images leaves its mean over heads, (B, T, T), for the rollout at the end (texts are read in order, which tells them apart); without it nothing of this is recorded.
 */
export function recordLook(rec: Recorder, adapted: Adapted, options: ProgramOptions, batch: number, watch: boolean): LookProgram {
  const model = classifierOf(adapted.model);
  const means: Tensor[] = [];
  const plain = adapted.context({
    ...options, rec, batch, training: false,
    // Stryker disable next-line BooleanLiteral: nothing is kept for a backward, be it made again in one or not
    checkpoint_activations: false,
  });
  const context: Context = watch ? { ...plain, attend: (qkv, of) => attend(qkv, of, of.causal ? undefined : (mean) => means.push(mean)) } : plain;
  // Stryker disable next-line StringLiteral: any name does that nothing else has here
  const label = 'pixel_values of a look';
  const pixels = rec.declare('input', label, [batch, model.channels, model.image_size, model.image_size]);
  const out: { logits?: Tensor; rollout?: Tensor } = {};
  const body = () => {
    out.logits = rec.keep(model.forward(context, pixels));
    const { first, count } = model.tokens.read;
    const { config, trace, method: { prompts } } = adapted;
    if (watch) out.rollout = rec.keep(rollout(means, first, count, prompts && means.map((_, block) => prompts.fresh(config, block, trace.blocks))));
  };
  // Stryker disable next-line StringLiteral: any name does that nothing else has
  const evaluate = rec.program('look', body, { gradients: false });
  return { evaluate, pixels, logits: out.logits!, rollout: out.rollout ?? null };
}

/** One image's row of `LookProgram.rollout` as a map of its patches: class, distillation and register tokens are left out. */
export function mapOf(model: Model, row: Float32Array): AttentionMap {
  const { image_size, patch_size, tokens } = classifierOf(model);
  const side = image_size / patch_size;
  const patches = row.subarray(tokens.before, tokens.before + side * side);
  const share = patches.reduce((sum, v) => sum + v, 0);
  return { rows: side, cols: side, weights: Array.from(patches, (v) => v / share), share };
}
