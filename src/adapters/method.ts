import type { DType, Tensor } from '../engine/tensor';
import type { MethodConfig } from '../train/protocol';
import type { Codec } from './codec';
import type { MethodFields } from './field';

/** A linear layer that an adapter sits on. */
export interface Layer {
  name: string;
  in: number;
  out: number;
}

/**
 * The tensors of adapted layers while they are recorded: of one, or of several of one size on one input that run as one
 * (`Method.runsAsOne`). They lie one behind the other, so that every tensor but the shared ones has their number G first,
 * also where it is 1.
 */
export interface LayerTensors {
  /** (G, out, in), frozen, possibly stored as f16 or q8. */
  weight: Tensor;
  /** (G, out). */
  bias: Tensor | null;
  /** Trainable tensors by the suffix they have in the adapter's file, (G, ...shape). */
  own: Record<string, Tensor>;
  /** Fixed bases shared by all layers, by name. */
  shared: Record<string, Tensor>;
  /** Fixed tensors of the layer's own, by suffix, (1, ...shape); absent where the method has none. */
  fixed: Record<string, Tensor>;
  /**
   * Streamed only: `weight` and `bias` hold layers besides that are not adapted (key, between query and value). Adapted
   * are the first and every `stride`-th.
   */
  stride: number;
}

/** How an adapted layer runs: the update beside the layer, or added to its weight. */
export type Form = 'streamed' | 'merged';

/**
 * What becomes of merged weights within a step: made again in the backward, in memory that all layers share; kept from forward
 * to backward; or made once for all micro-batches, whose gradients of it are summed before they go on into the method's tensors.
 */
export type Merging = 'again' | 'kept' | 'once';

/** Values to upload, by name. */
export type Arrays = Record<string, Float32Array>;

/** Types that hold the values of fixed bases exactly, the smallest first. */
export type BaseTypes = readonly DType[];

/** A fixed tensor of an adapter, as its file has it. */
export interface SharedTensor {
  shape: number[];
  /** Its values, made only when they are needed; null when they come from a file. */
  data: (() => Float32Array) | null;
  /** How it lies on the GPU, where that is otherwise: the first corner of it, in another type, or a header that it is made from. */
  stored?: { shape: number[]; dtype: DType; header?: Float32Array };
}

/** A fixed tensor of one layer, on the GPU as f32. A method that has such runs layer by layer. */
export interface FixedTensor {
  shape: number[];
  /** Its type in the file; F32 when left out. */
  dtype?: 'I32' | 'I64';
  /** No file holds it: it follows from the weight and from what the file holds (`Method.derive`). */
  derived?: boolean;
  /** It stands in the file alone: no kernel reads it. */
  host?: boolean;
}

/** A fixed tensor that a file brings. */
export interface FileBase {
  shape: number[];
  types: BaseTypes;
}

/** How an adapter of a method is written as one of another that computes the same (`MethodFields.equivalent`). */
export interface Equivalent {
  /** Settings of the other method, besides which layers it is on. */
  config(c: MethodConfig): Record<string, unknown>;
  /** A layer's tensors under the other method, by suffix, from those under this: trained, fixed and shared ones. */
  tensors(c: MethodConfig, layer: Layer, tensor: (name: string) => { shape: readonly number[]; data: Float32Array }): Arrays;
}

/**
 * A fine-tuning method: data plus a few functions. Merge, unmerge, save, load, switch and count live once in
 * adapted.ts. The property every adapter is tested by: `streamed` and `linear(x, merged)` are the same function,
 * x (W + delta)^T + b, forward and gradients.
 */
export interface Method {
  fields: MethodFields;
  /** Which tensors learn: those of an adapter, all weights, or none but the head; `fields` says the same. */
  trains: 'adapter' | 'weights' | 'head';
  /** How folders of it are spelled, PEFT's way first; absent where it saves weights of the model. */
  codecs?: Codec[];
  /** Shapes of a layer's trainable tensors, by suffix, as the file has them. */
  tensors(c: MethodConfig, layer: Layer): Record<string, number[]>;
  /** Throws ConfigError where settings do not fit a layer. */
  check?(c: MethodConfig, layer: Layer): void;
  /** Fixed tensors of a layer, by suffix; `init` gives their values too. */
  fixed?(c: MethodConfig, layer: Layer): Record<string, FixedTensor>;
  /**
   * Values of the fixed tensors that are `derived`, for an adapter from a file; throws FormatError of values that cannot be. `weight` is that of the model
   * without it.
   */
  derive?(c: MethodConfig, layer: Layer, own: Arrays, weight: () => Promise<Float32Array>): Promise<Arrays> | Arrays;
  /** Whether weight decay acts on what is trained; it does when left out. */
  decays?(c: MethodConfig): boolean;
  /** W + delta depends on W by more than the sum: delta alone, merged onto zeros, is not what it adds. */
  ofWeight?: boolean;
  /** Fixed tensors shared by all layers, of which `file` may bring some. */
  shared?(c: MethodConfig, layers: Layer[], file?: Record<string, FileBase>): Record<string, SharedTensor>;
  /** Start values. `weight` reads the frozen weight (out, in) as f32, for methods that start from it. */
  init(c: MethodConfig, layer: Layer, random: () => number, weight: () => Promise<Float32Array>): Promise<Arrays> | Arrays;
  /** Whether several layers of one size on one input may be given as one, in this form. */
  runsAsOne?(c: MethodConfig, form: Form): boolean;
  /** How it is written as another method of PEFT's, where one computes the same. */
  equivalent?: Equivalent;
  /** W + delta (G, out, in), recorded from differentiable ops. */
  merged(c: MethodConfig, layer: Layer, t: LayerTensors): Tensor;
  /** x (W + delta)^T + b + residual (..., G out), layers side by side, with the update running beside them. `training` switches dropout on. */
  streamed(c: MethodConfig, layer: Layer, t: LayerTensors, x: Tensor, residual: Tensor | undefined, training: boolean): Tensor;
  /**
   * Multiply-adds of a training step of this layer over `tokens` rows, beyond the frozen layer's own, in both forms; `merging` is
   * what `merged` takes besides, however many rows: W + delta and the way back from its gradient.
   */
  cost?(c: MethodConfig, layer: Layer, tokens: number): { streamed: number; merged: number; merging: number };
  /** Settings of the budget field that are worth trying for a parameter count, for these layers. */
  range?(layers: Layer[]): [number, number];
}

/** A number of a config. */
export const num = (c: MethodConfig, name: string): number => c[name] as number;

/** A number of a config that may be left out. */
export const numOr = (c: MethodConfig, name: string, fallback: number): number => (c[name] as number | null) ?? fallback;

/** What a file holds of a layer, by suffix: what learns, and the fixed tensors that do not follow from it. */
export const inFile = (method: Method, c: MethodConfig, layer: Layer): Record<string, Pick<FixedTensor, 'shape' | 'dtype'>> => ({
  ...Object.fromEntries(Object.entries(method.tensors(c, layer)).map(([suffix, shape]) => [suffix, { shape }])),
  ...Object.fromEntries(Object.entries(method.fixed?.(c, layer) ?? {}).filter(([, { derived }]) => !derived)),
});
