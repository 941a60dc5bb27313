import type { Context, Shaped } from '../nn/context';
import { ModelError, type ClassTexts, type TextRows, type Model } from './model';

/** Other forms of models that compare images with texts: with a head made of texts, or whole, with the tower of texts. */

/** Label of the frozen text head: rows exp(logit_scale) * normalised text features (K, feature_size). */
export const TEXT_HEAD = 'head_weight';

/** The checkpoint's temperature, as a logarithm. */
export const LOGIT_SCALE = 'logit_scale';

/** A model that compares images with texts; `feature_size` is the width of its image and text features. */
export interface TextHeadModel extends Model {
  feature_size: number;
}

/** Form in which such a model is recorded. */
export interface TextForm {
  labels: string[];
  kind: 'classifier' | 'text head' | 'two towers' | 'texts of its own';
  /** Tokens of a text. */
  tokens: number;
  classTexts?: ClassTexts;
  /** Of texts of its own. */
  rows?: TextRows;
}

/** A model that can be recorded in another form. */
export interface ReadsTexts extends TextHeadModel {
  as(change: Partial<TextForm>): ReadsTexts;
}

export const readsTexts = (model: Model): model is ReadsTexts => 'as' in model;

/** The same model with rows of frozen text features as its head: one for each class, by name or by number. */
export function withTextHead(model: Model, classes: number | string[]): TextHeadModel {
  if (!readsTexts(model)) throw new ModelError(`a text head needs a CLIP model, this is ${model.family}`);
  const labels = typeof classes === 'number' ? Array.from({ length: classes }, (_, i) => model.labels[i] ?? `class ${i}`) : classes;
  return model.as({ labels, kind: 'text head' });
}

/** Both towers of the same model, recorded for texts of `tokens` tokens (all positions when left out). */
export function twoTowers(model: Model, { tokens, labels }: { tokens?: number; labels?: string[] } = {}): TextHeadModel {
  if (!readsTexts(model)) throw new ModelError(`the contrastive loss needs a CLIP model with both towers, this is ${model.family}`);
  return model.as({ kind: 'two towers', ...(tokens ? { tokens } : {}), ...(labels ? { labels } : {}) });
}

/** The same model, with texts of its classes that are computed within the step. */
export const withTextRows = (model: ReadsTexts, rows: TextRows): TextHeadModel => model.as({ kind: 'texts of its own', rows });

/** Inputs of the text tower: `input_ids` (B, T) and the places of their end-of-text tokens (B). */
export const textInputs = <T extends Shaped>(ctx: Pick<Context<T>, 'input'>, batch: number, tokens: number): { ids: T; ends: T } => ({ ids: ctx.input('input_ids', [batch, tokens]), ends: ctx.input('text_ends', [batch]) });
