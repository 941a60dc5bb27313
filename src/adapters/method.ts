import type { DType, Tensor } from '../engine/tensor';
import { matcher } from '../io/targets';
import { inModuleOrder } from '../models/modules';
import { defined } from '../numbers/defined';
import { linear } from '../ops/matmul';
import type { ClassTexts, TextRows, Model } from '../models/model';
import type { Trace } from '../models/trace';
import type { Compared, Site } from '../nn/context';
import type { Codec } from './codec';
import type { MethodConfig, MethodFields, Trains } from './field';
import type { PromptFolder } from './prompts/folder';
import { ConfigError } from './fields';

/** A linear layer that an adapter sits on. */
export interface Layer {
  name: string;
  in: number;
  out: number;
  /** It has no bias; one when left out. */
  bias?: false;
}

/**
 * The tensors of adapted layers while they are recorded: of one, or of several of one size on one input that run as one
 * (`Method.runsAsOne`). They lie one behind the other, so that every tensor but the shared and the common ones has their number G first,
 * also where it is 1.
 */
export interface LayerTensors {
  /** (G, out, in), frozen, possibly stored as f16 or q8. */
  weight: Tensor;
  /** (G, out). */
  bias: Tensor | null;
  /** Trainable tensors by the suffix they have in the adapter's file, (G, ...shape). */
  own: Record<string, Tensor>;
  /** Trainable tensors that all layers have in common, by name, in their own shapes. */
  common: Record<string, Tensor>;
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

/** Form of an adapted layer: the update beside the layer, or added to its weight. */
export type Form = 'streamed' | 'merged';

/**
 * Lifetime of merged weights within a step: made again in the backward, in memory that all layers share; kept from forward
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
  /** Its layout on the GPU, if different: the first corner of it, in another type, or a header that it is made from. */
  stored?: { shape: number[]; dtype: DType; header?: Float32Array };
}

/** A trained tensor that all layers have in common: what each of them gives its gradient adds up. */
export interface CommonTensor {
  shape: number[];
  /** It learns at the head's rate. */
  head?: true;
  /** `model` is the one that it is on, and `weight` reads one of its weights as f32. */
  start(random: () => number, model: Model, weight: (name: string) => Promise<Float32Array>): Promise<Float32Array> | Float32Array;
}

/** A fixed tensor of one layer, on the GPU as f32. A method that has such runs layer by layer. */
export interface FixedTensor {
  shape: number[];
  /** Its type in the file; F32 when left out, and in place of a BF16 that does not hold its values. */
  dtype?: 'U8' | 'I16' | 'I32' | 'I64' | 'BF16';
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

/** Adapted layers as a program has them: one, or several of one size whose tensors lie one behind the other. */
export interface Stacked {
  layers: readonly Layer[];
  /** As `LayerTensors.own`. */
  own: Record<string, Tensor>;
}

/** Work of a method after each update of the weights, on the GPU. It keeps what lasts in `Recorder.lastingOf`. */
export interface AfterStep {
  /** Records it, behind the optimizer: gradients are in place, unclipped, and `clipping` is what the optimizer took them by: (4): scale, skip, norm, skipped. */
  record(stacks: readonly Stacked[], clipping: Tensor): void;
  /** Values of `after0` and `after1` in the step uniform at step `index`, from 0, of `total`. Throws ConfigError if the settings do not fit so many. */
  numbers(index: number, total: number): readonly [number, number];
}

/** Tokens that a method puts into the sequences of images, or of their classes' texts. */
export interface Prompts {
  /** Trained tensors by name, for towers whose blocks are of these widths. */
  tensors(c: MethodConfig, model: Model, blocks: Trace['blocks']): Record<string, CommonTensor>;
  /** Spelling of a folder that holds nothing else; absent if the method has codecs. */
  folder?: PromptFolder;
  /** Number of tokens in the sequence of an image besides the model's own, behind them. */
  count(c: MethodConfig): number;
  /** Number of them that differ at a block, counted from 0, from those at the block before. */
  fresh(c: MethodConfig, block: number, blocks: Trace['blocks']): number;
  /** The sequences as they enter a block: with them at the first one; later with others in their place, or as they are. `tensor` gives a trained one, or null where there is none of that name. */
  put(c: MethodConfig, site: Site, x: Tensor, tensor: (name: string) => Tensor | null, model: Model): Tensor;
  /** For methods that predict or learn something of their own from the features of images and texts. `learning`: recorded for a training step. */
  compare?(c: MethodConfig, seen: Compared, tensor: (name: string) => Tensor | null, learning: boolean): Comparison;
  /** For methods that train parts of the classes' texts, which the text tower then reads in every step. */
  texts?: {
    /** Words that it wants to begin with; none when empty. */
    words(c: MethodConfig): string;
    /** Vectors that it puts into a text. */
    vectors(c: MethodConfig): number;
    /** It learns by the texts as they are without it, averaged over the templates: they come as the fixed tensor `TEACHER`. */
    teacher?: true;
    rows(c: MethodConfig, texts: ClassTexts): TextRows;
  };
}

/** A method's results from features. */
export interface Comparison {
  /** (B, K): its prediction; in a training step, the input of the task's loss. */
  logits: Tensor;
  /** Weight of that loss; 1 when left out. */
  weight?: number;
  /** Its further losses, recorded behind the task's loss, which is available for other logits as well (`loss`). */
  parts?(labels: Tensor, loss: (logits: Tensor, weight: number) => LossPart): LossPart[];
}

/** A part of a loss: what it is of, and its gradient by that. */
export interface LossPart {
  of: Tensor;
  grad: Tensor;
}

/** An adapter as a run leaves it. */
export interface FinishedAdapter {
  config: MethodConfig;
  /** Trained tensors of a layer, by suffix, in the shapes that they have under `config`. */
  own(layer: Layer): Arrays;
}

/** Rewrites an adapter of a method as one of another that computes the same (`MethodFields.equivalent`). */
export interface Equivalent {
  /** Settings of the other method, besides which layers it is on. */
  config(c: MethodConfig): Record<string, unknown>;
  /** A layer's tensors under the other method, by suffix, from those under this: trained, fixed, shared and common ones. None: the other is not on it. */
  tensors(c: MethodConfig, layer: Layer, tensor: (name: string) => { shape: readonly number[]; data: Float32Array }): Arrays;
}

/**
 * A fine-tuning method: data plus a few functions. Merge, unmerge, save, load, switch and count live once in
 * adapted.ts. The property every adapter that can be merged is tested by: `streamed` and `linear(x, merged)` are the same
 * function, x (W + delta)^T + b, forward and gradients.
 */
export interface Method {
  fields: MethodFields;
  /** The part that learns besides the head; `fields` says the same. */
  trains: Trains;
  /** True if the named weight of the model, whose `weights` have these shapes, learns; for methods that train a part of them. */
  learns?(c: MethodConfig, weight: string, weights: ReadonlyMap<string, readonly number[]>): boolean;
  /** Spellings of its folders, PEFT's way first; absent if it saves weights of the model, or prompts alone. */
  codecs?: Codec[];
  /** Shapes of a layer's trainable tensors, by suffix, as the file has them. */
  tensors(c: MethodConfig, layer: Layer): Record<string, number[]>;
  /**
   * Number of trained parameters as a formula (formula.ts) of the settings by name: of each matrix (`d_in`, `d_out`), and of what all layers have in
   * common (`matrices` of them). For whoever reads; counted is what `tensors` and `common` say, and a formula that says otherwise is not shown.
   */
  count?: { each?: string; all?: string };
  /** Suffixes of all tensors that a layer may have in a file, for methods whose layers do not all have the same. */
  suffixes?: readonly string[];
  /** Trained tensors that belong to all layers, by name. */
  common?(c: MethodConfig, layers: readonly Layer[]): Record<string, CommonTensor>;
  /** Tokens that it puts into sequences. */
  prompts?: Prompts;
  /** No layer is adapted: each runs as it is. */
  onNoLayer?: true;
  /** Suffixes of the trained tensors that a search moves by the loss on other images than the rest (train/outerStep.ts). */
  outer?: readonly string[];
  /** Throws ConfigError where settings do not fit a layer. */
  check?(c: MethodConfig, layer: Layer): void;
  /**
   * Settings of a layer in place of its config's, or besides, that follow from all adapted layers, which come in the order in which PEFT meets them.
   * No two layers with others run as one; functions among them, which make what is the layer's alone, do not count there.
   */
  settled?(c: MethodConfig, layers: readonly Layer[]): (layer: Layer) => Record<string, unknown>;
  /** Settings under which nothing that a layer's file tensors hold follows from other layers, for an adapter of which some do not run; none when left out. */
  apart?(c: MethodConfig): Record<string, unknown>;
  /** Fixed tensors of a layer, by suffix; `init` gives their values too. */
  fixed?(c: MethodConfig, layer: Layer): Record<string, FixedTensor>;
  /**
   * Values of the fixed tensors that are `derived`, for an adapter from a file; throws FormatError of values that cannot be. `weight` is that of the model
   * without it.
   */
  derive?(c: MethodConfig, layer: Layer, own: Arrays, weight: () => Promise<Float32Array>): Promise<Arrays> | Arrays;
  /** True if weight decay acts on what is trained; it does when left out. */
  decays?(c: MethodConfig): boolean;
  /** W + delta depends on W by more than the sum: delta alone, merged onto zeros, is not what it adds. */
  ofWeight?: boolean;
  /** Fixed tensors shared by all layers, of which `file` may bring some. */
  shared?(c: MethodConfig, layers: Layer[], file?: Record<string, FileBase>): Record<string, SharedTensor>;
  /** Start values. `weight` reads the frozen weight (out, in) as f32, for methods that start from it. */
  init(c: MethodConfig, layer: Layer, random: () => number, weight: () => Promise<Float32Array>): Promise<Arrays> | Arrays;
  /** True if several layers of one size on one input may be given as one, in this form. */
  runsAsOne?(c: MethodConfig, form: Form): boolean;
  /** Rewriting as another method of PEFT's, if one computes the same. */
  equivalent?: Equivalent;
  /** Settings of this method at a rank, and its tensors that come nearest to a layer's update (out, in): what others are written as where no method computes the same. */
  nearest?: { config(r: number): Record<string, unknown>; tensors(layer: Layer, update: Float32Array, r: number): Arrays };
  /** Terms added to the loss of a step besides that of its batch: tensors to be summed, recorded from differentiable ops. Null if the settings leave it out. */
  penalty?(c: MethodConfig, layers: readonly Layer[]): ((stack: Stacked) => Tensor[]) | null;
  /** Work after each update. Null if the settings leave it out. */
  afterStep?(c: MethodConfig, layers: readonly Layer[]): AfterStep | null;
  /** Weight of the trained tensors, as they are at the end of each of the `epochs`, from 1, in the average that a run leaves. Null if the settings leave it out. */
  average?(c: MethodConfig): ((epoch: number, epochs: number) => number) | null;
  /** Adapter that a run of `steps` leaves, from the trained tensors of each layer: all of it, under the same settings, when left out. */
  finished?(c: MethodConfig, layers: readonly Layer[], own: (layer: Layer) => Arrays, steps: number): FinishedAdapter;
  /** W + delta (G, out, in), recorded from differentiable ops; absent where no one weight does the same (`MethodFields.unmerged`). */
  merged?(c: MethodConfig, layer: Layer, t: LayerTensors): Tensor;
  /** Bias of the merged layer (G, out), recorded from differentiable ops of `t.bias`; for methods that change more than the weight. Null where the layer has none, and none is made. */
  bias?(c: MethodConfig, layer: Layer, t: LayerTensors): Tensor | null;
  /** x (W + delta)^T + b + residual (..., G out), layers side by side, with the update running beside them. `training` switches dropout on. */
  streamed(c: MethodConfig, layer: Layer, t: LayerTensors, x: Tensor, residual: Tensor | undefined, training: boolean): Tensor;
  /** Adds the update to `base`, x W^T + b + residual, where it lies; for methods that run beside others (adapters/pair.ts). */
  update?(c: MethodConfig, layer: Layer, t: LayerTensors, base: Tensor, x: Tensor, training: boolean): Tensor;
  /**
   * Multiply-adds of a training step of this layer over `tokens` rows, beyond the frozen layer's own, in both forms; `merging` is
   * what `merged` takes besides, however many rows: W + delta and the way back from its gradient. Without `merged` there is neither.
   */
  cost?(c: MethodConfig, layer: Layer, tokens: number): { streamed: number; merged?: number; merging?: number };
  /** Settings of the budget field that are worth trying for a parameter count, for these layers of a model. */
  range?(layers: Layer[], model: Model): [number, number];
  /** Settings of the budget field are multiples of this; of 1 when left out. */
  multiple?: number;
}

/** `streamed` of a method that adds an update to x W^T + b. */
export const besideBase = (update: NonNullable<Method['update']>): Required<Pick<Method, 'streamed' | 'update'>> => ({
  update,
  streamed: (c, layer, t, x, residual, training) => update(c, layer, t, linear(x, t.weight, { bias: t.bias, residual, label: 'base' }), x, training),
});

/** A method that is on no layer: each runs as it is. */
export const onNoLayer: Required<Pick<Method, 'onNoLayer' | 'tensors' | 'init' | 'runsAsOne' | 'streamed' | 'update'>> = {
  onNoLayer: true,
  tensors: () => ({}),
  init: () => ({}),
  runsAsOne: () => true,
  ...besideBase((_, __, ___, base) => base),
};

/** True if a setting that lists modules names this one; `otherwise` where it lists none. */
export function names(modules: unknown, module: string, otherwise: boolean): boolean {
  const listed = modules as string | string[] | null | undefined;
  return listed?.length ? matcher(listed)(module) : otherwise;
}

/** True if `target_modules` and `exclude_modules` choose a module, for methods that train weights of the model; all of them when left out. */
export function chooses({ target_modules: wanted, exclude_modules: unwanted }: MethodConfig, module: string): boolean {
  return names(wanted, module, true) && !names(unwanted, module, false);
}

/** True if a weight of the model's own, other than the head's, learns. */
export const trainsWeight = ({ trains, learns }: Method, c: MethodConfig, weight: string, weights: ReadonlyMap<string, readonly number[]>): boolean => trains === 'weights' || (trains === 'part' && learns!(c, weight, weights));

/** Trained tensors that are no layer's own, by name, for towers whose blocks are of these widths. */
export const commonOf = (method: Method, c: MethodConfig, { model, blocks, layers }: { model: Model; blocks: Trace['blocks']; layers: readonly Layer[] }): Record<string, CommonTensor> => ({ ...method.common?.(c, layers), ...method.prompts?.tensors(c, model, blocks) });

/** Settings of each layer that follow from all of them; undefined where the method has none. */
export const settledOf = (method: Method, c: MethodConfig, model: Model, layers: readonly Layer[]): ((layer: Layer) => Record<string, unknown>) | undefined => method.settled?.(c, asDefined(model, layers));

/** Layers in the order in which transformers' class defines them, which is PEFT's. A budget asks for them at each of thousands of settings. */
function asDefined({ defines }: Model, layers: readonly Layer[]): readonly Layer[] {
  const known = ordered.get(layers);
  if (known && known.defines === defines) return known.layers;
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const found = inModuleOrder([...byName.keys()], defines).map((name) => defined(byName.get(name)));
  ordered.set(layers, { defines, layers: found });
  return found;
}
const ordered = new WeakMap<readonly Layer[], { defines: Model['defines']; layers: readonly Layer[] }>();

/** Throws ConfigError of a method whose update is no weight: it can be merged nowhere, and has no delta to look at. */
export function mustMerge(method: Method): asserts method is Method & Required<Pick<Method, 'merged'>> {
  const { title, unmerged = 'it is computed from what a layer is given' } = method.fields;
  if (!method.merged) throw new ConfigError(`${title} has no update that could be added to a weight: ${unmerged}. It runs beside its model alone, as an adapter.`);
}

/** A number of a config. */
export const num = (c: MethodConfig, name: string): number => c[name] as number;

/** A number of a config that may be left out. */
export const numOr = (c: MethodConfig, name: string, fallback: number): number => (c[name] as number | null) ?? fallback;

/** True if nothing of the adapter is left on a layer, which then runs as it is: a trained tensor of it has a dimension of 0. */
export const leavesAlone = (method: Method, c: MethodConfig, layer: Layer): boolean => Object.values(method.tensors(c, layer)).some((shape) => shape.includes(0));

/** Tensors of a layer in a file, by suffix: the trained ones, and the fixed ones not derived from them. */
export const inFile = (method: Method, c: MethodConfig, layer: Layer): Record<string, Pick<FixedTensor, 'shape' | 'dtype'>> => ({
  ...Object.fromEntries(Object.entries(method.tensors(c, layer)).map(([suffix, shape]) => [suffix, { shape }])),
  ...Object.fromEntries(Object.entries(method.fixed?.(c, layer) ?? {}).filter(([, { derived }]) => !derived)),
});
