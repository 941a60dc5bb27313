import type { Tensor } from '../engine/tensor';
import type { Context } from '../nn/context';
import { SaidError, type Said } from '../said/said';

/** Bad config or checkpoint; the message is one sentence for the person who chose it. */
export class ModelError extends SaidError {
  override name = 'ModelError';
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
  /** Records features (B, D), not normalised, from ids (B, T) and ends (B), both u32. */
  features(ctx: Context, ids: Tensor, ends: Tensor): Tensor;
}

/** A vision model that classifies images: its sizes and how it is recorded. No weights. */
export interface VisionModel {
  family: string;
  /** transformers' `base_model_prefix`: what weights of the model without its head may lack in front (`vit`, `dinov2`). */
  base_model_prefix?: string;
  /** Version of transformers since which the layers have other names (io/hfNames.ts); absent where they kept them. */
  renamed?: string;
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
  /** Records logits (B, K) from pixel_values (B, channels, image_size, image_size). */
  forward(ctx: Context, pixels: Tensor): Tensor;
  /** The text tower, of families that have one. */
  text?: TextTower;
  /**
   * Both towers are trained: `forward` gives the logits (B, B) of each image against each text, whose `input_ids` (B, tokens)
   * and `text_ends` (B) it declares, and `classify` is the model that tells the classes apart by text features.
   */
  contrastive?: { tokens: number; classify: VisionModel };
  /** The model with all that its checkpoint has and an adapter may change, where this one runs a part of it: both towers. */
  whole?(): VisionModel;
  /**
   * The same model with another input size or other labels (a new head). `head` asks for a head of this name, where a family has
   * several; those with one leave it aside.
   */
  with(change: { image_size?: number; labels?: string[]; head?: string; height?: number; width?: number }): VisionModel;
}

/** One line per family in models/index.ts. */
export interface ModelFamily {
  /** `model_type` values of config.json. */
  model_types: string[];
  title: string;
  /** `model_type` values of parts that cannot be trained by themselves, each with what to do instead. */
  refused?: Record<string, Said>;
  /** Reads config.json. Throws a ModelError that names what is not supported. */
  parse(config: unknown): VisionModel;
}

/** The model that tells classes apart, of one whose two towers are trained. */
export const classifierOf = (model: VisionModel): VisionModel => model.contrastive?.classify ?? model;
