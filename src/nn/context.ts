import type { Tensor } from '../engine/tensor';
import type { Activation } from '../ops/activation';
import type { AttentionWatcher } from '../ops/attention';

export interface LinearOptions {
  act?: Activation;
  /** Added last; same shape as the result. */
  residual?: Tensor;
  bias?: boolean;
  /** False for a convolution in disguise, which PEFT's linear adapters cannot target. */
  adaptable?: boolean;
  /** The classification head: trained in full, never adapted. */
  head?: boolean;
}

/**
 * What a model asks for while it is recorded. A model knows names and shapes; the context decides what is frozen, what
 * is trained, how it is stored, and which layers carry an adapter.
 */
export interface Context {
  /** A weight by its Hugging Face name. */
  weight(name: string, shape: readonly number[]): Tensor;
  /** x W^T + b with weights `name.weight` (out, in) and `name.bias` (out), and whatever adapter the layer carries. */
  linear(name: string, x: Tensor, outFeatures: number, options?: LinearOptions): Tensor;
  /**
   * Linear layers of one size on one input, as `linear` each, without activation or residual: their results side by side
   * in one tensor (..., G outFeatures), or one by one where they do not run as one.
   */
  linears(names: readonly string[], x: Tensor, outFeatures: number, options?: Pick<LinearOptions, 'bias'>): Tensor | Tensor[];
  /** A stretch of the model whose activations may be recomputed in the backward instead of kept. */
  block(name: string, body: () => Tensor): Tensor;
  /** Sees where each self-attention looks, layer by layer; left out where nobody wants to know. */
  watch?: AttentionWatcher;
}
