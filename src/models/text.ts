import type { Context, Shaped } from '../nn/context';
import { said } from '../said/said';
import { ModelError, type Model } from './model';

/** What is read off a model of texts: one row of logits for a text, one for each of its tokens, or one of the whole vocabulary for each token: of the token behind it, or of the one that is hidden in its place. */
export type Reads = 'text' | 'tokens' | 'next' | 'masked';

/** What logits of a text are compared with: one class, one number, or a yes or no for each label. */
export type Problem = 'single_label_classification' | 'regression' | 'multi_label_classification';

/** How a model of texts is recorded. */
export interface LanguageForm {
  reads: Reads;
  /** Tokens of a row of a batch. */
  tokens: number;
  problem: Problem;
}

/** What a model that reads texts alone takes: its batches have no images, but rows of tokens (`textFields`). */
export interface Language extends LanguageForm {
  vocab_size: number;
  /** Most tokens of a text. */
  max_tokens: number;
  /** What rows are filled up with; null where config.json names none. */
  pad_token_id: number | null;
  /** How many kinds of tokens it tells apart; 0 where it takes no `token_type_ids`. */
  type_vocab_size: number;
  /** Of a model that reads `next` or `masked`: the table (vocab_size, C) whose product with what its forward leaves (B, T, C) are the logits, and what is added to them (vocab_size), if anything. */
  vocabulary?: string;
  vocabulary_bias?: string;
  /** The padding that has a place of its own in the table of positions: that of its number. Absent where it is counted as any token. */
  placed_padding?: number;
  /** No token sees those behind it: a decoder. */
  causal: boolean;
}

/** A model of texts. */
export type TextModel = Model & { language: Language };

export const isTextModel = (model: Model): model is TextModel => model.language !== undefined;

/** Throws ModelError of a model of images. */
export function textModel(model: Model): TextModel {
  if (!isTextModel(model)) throw new ModelError(said`this is a ${model.family} model, which looks at images; choose a model that reads texts.`);
  return model;
}

/** What a model of images has and one of texts does not. */
export const noImages = { image_size: 0, patch_size: 1, channels: 0, tokens: { before: 0, read: { first: 0, count: 1 } } } as const;

/** The inputs of a batch of texts, each (B, T) u32; labels are the task's. Where `attention_mask` is 0 a token is hidden from the others. */
export function textFields({ language }: TextModel, rows: number): Record<string, { shape: readonly number[]; dtype: 'u32' }> {
  const names = ['input_ids', 'attention_mask', 'position_ids', ...(language.type_vocab_size ? ['token_type_ids'] : [])];
  return Object.fromEntries(names.map((name) => [name, { shape: [rows, language.tokens], dtype: 'u32' as const }]));
}

/** The mask among them, for a forward pass, beside the ids (B, T) that it is given. */
export const maskOf = <T extends Shaped>(ctx: Context<T>, ids: T): T => ctx.input('attention_mask', ids.shape);

/** Places of a row's tokens in the model's positions, where a batch does not say: `Context.positions`. Source: transformers, create_position_ids_from_input_ids. */
export function positionsOf({ placed_padding: padding }: Language, ids: ArrayLike<number>): Uint32Array {
  if (padding === undefined) return Uint32Array.from({ length: ids.length }, (_, i) => i);
  let at = padding;
  return Uint32Array.from({ length: ids.length }, (_, i) => (ids[i] === padding ? padding : ++at));
}

/** Throws ModelError of rows that are longer than a model has positions for. */
export function checkTokens(tokens: number, max: number): void {
  if (!(tokens >= 1 && tokens <= max)) throw new ModelError(said`texts of ${tokens} tokens do not fit: this model has positions for ${max}.`);
}
