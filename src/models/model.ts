import { FullrankError } from '../errors/errors';
import type { Context, Shaped } from '../nn/context';
import type { GgufForm } from './gguf';
import type { Names } from './names';
import type { Language, LanguageForm } from './text';

/** Bad config or checkpoint; the message is one sentence for the person who chose it. */
export class ModelError extends FullrankError {
  override name = 'ModelError';
}

/** Requirements of a model on transformers. */
export interface Needs {
  /** A call takes its images only with interpolate_pos_encoding=True. */
  interpolate: boolean;
  /** The version that all of it needs, and what for; null where every version that our files are for will do. */
  since: { version: string; why: string } | null;
}

/** The text side of a model with two towers. */
export interface TextTower {
  vocab_size: number;
  /** Most tokens of a text. */
  max_tokens: number;
  /** Width of the features. */
  feature_size: number;
  /** Place of the token at which a row of ids is pooled. */
  endOf(ids: ArrayLike<number>): number;
  /** Name of the table (vocab_size, C) that tokens are looked up in. */
  table: string;
  /** Features (B, D), not normalised, of ids (B, T) and ends (B); of `images` (B, D), where a method makes texts for each of them, (B K, D) of ids (K, T). */
  features<T extends Shaped>(ctx: Context<T>, ids: T, ends: T, images?: T): T;
}

/** Tokens of the classes' names, and of what stands around them in a text. */
export interface ClassTexts {
  /** Of each class, in the order of the labels. */
  names: number[][];
  /** In front of a text, and at its end. */
  start: number;
  end: number;
  /** The full stop. */
  stop: number[];
  /** Token that fills rows up. */
  pad: number;
  /** Of words that a method asked for. */
  words: number[];
}

/** A text for each class, in which a method puts vectors of its own (`Prompts.texts`). */
export interface TextRows {
  /** (K, T). */
  ids: Uint32Array;
  /** (K, T): which of the vectors stands there, counted from 1; 0 where the token itself does. */
  places: Uint32Array;
  /** (K): where the texts end. */
  ends: Uint32Array;
  /** There are texts for each image. */
  perImage: boolean;
}

/** A part of a block whose output is added to the residual stream. */
export interface BlockOutput {
  /** Counted from 0. */
  block: number;
  part: 'attention' | 'mlp';
}

/** A model: its sizes and its forward pass. No weights. */
export interface Model {
  family: string;
  /** transformers' `base_model_prefix`: what weights of the model without its head may lack in front (`vit`, `dinov2`). */
  base_model_prefix?: string;
  /** Names of its tensors in files, if those have changed. */
  names?: Names;
  /** Version of transformers since which the layers of its class have other names; absent where they kept them. */
  renamed?: string;
  /** Requirements on transformers, for images of another size than config.json's (`resized`) or not. */
  needs?(resized: boolean): Needs;
  /** transformers' module with its classes, where that is not the prefix. */
  module?: string;
  /** The part of a block whose output a layer makes (`blockOutputs`); null for other layers, and for towers that see no images beside one that does. Activations are compared there. */
  outputOf?(layer: string): BlockOutput | null;
  /** Matrices that its files hold as (in, out), as transformers' Conv1D has them. */
  transposed?(name: string): boolean;
  /** The part of a larger model of transformers that this is, by its name there. */
  part?: string;
  /** Modules that transformers' classes have in another order than they run in, in that order (`inModuleOrder`). */
  modules?: readonly string[];
  /** Layers that transformers has in the model without its head, and that do not run before this one's: poolers. */
  idle?: string[];
  /** Modules of its checkpoint that it has no more: heads of other labels. */
  dropped?: string[];
  /** preprocessor_config.json of a folder that brings none, but for the size. */
  preprocessing?: Record<string, unknown>;
  /** The class of transformers that has this model and its head, for written config files. */
  architecture?: string;
  /** Input size in pixels that it is recorded for, and the checkpoint's own. */
  image_size: number;
  /** Side of a patch in pixels. */
  patch_size: number;
  channels: number;
  hidden_size: number;
  num_labels: number;
  labels: string[];
  /** Name of the classification head (`modules_to_save`), or null when it is a fixed matrix. */
  head: string | null;
  /** `target_modules` when none are given: query, key, value and both MLP matrices of every block. */
  default_target_modules: string | string[];
  /** Tokens in front of the patches (class, distillation, registers), and those whose mean the head reads; for rollout. */
  tokens: { before: number; read: { first: number; count: number } };
  /** Logits (B, K) of pixel_values (B, channels, image_size, image_size); of a model of texts, what its form reads off input_ids (B, T). */
  forward<T extends Shaped>(ctx: Context<T>, pixels: T): T;
  /** Of a model that reads texts alone. */
  language?: Language;
  /** The layer of the head that makes the logits, where the head has several. */
  head_output?: string;
  /** It as llama.cpp has it, where that knows the family and what is read of it. Throws ModelError of a config that it would compute otherwise. */
  gguf?(): GgufForm;
  /** The text tower, of families that have one. */
  text?: TextTower;
  /** The classes as texts, of a model that is told them. */
  classTexts?: ClassTexts;
  /** Its texts as they are recorded, where they are computed within the step. */
  textRows?: TextRows;
  /**
   * Both towers are trained: `forward` gives the logits (B, B) of each image against each text, whose `input_ids` (B, tokens)
   * and `text_ends` (B) it asks for, and `classify` is the model that tells the classes apart by text features.
   */
  pairs?: { tokens: number; classify: Model };
  /** The model with all that its checkpoint has and an adapter may change, where this one runs a part of it: both towers. */
  whole?(): Model;
  /**
   * The same model with another input size or other labels (a new head). `head` asks for a head of this name, where a family has
   * several; those with one leave it aside.
   */
  with(change: { image_size?: number; labels?: string[]; head?: string; height?: number; width?: number } & Partial<LanguageForm>): Model;
}

/** One line per family in models/index.ts. */
export interface ModelFamily {
  /** `model_type` values of config.json. */
  model_types: string[];
  title: string;
  /** `model_type` values of parts that cannot be trained by themselves, each with what to do instead. */
  refused?: Record<string, string>;
  /** Reads config.json. Throws a ModelError that names what is not supported. */
  parse(config: unknown): Model;
}

/** The model that tells classes apart, of one whose two towers are trained. */
export const classifierOf = (model: Model): Model => model.pairs?.classify ?? model;
