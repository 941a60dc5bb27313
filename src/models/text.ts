import type { Context, Shaped } from '../nn/context';
import { ModelError, type Model } from './model';

/** Properties in which the outputs of text models differ. Code that has to tell them apart asks for these, and knows none by its name. */
export interface Readout {
  /** A row of logits for each token, rather than one for a text. */
  byTokens: boolean;
  /** The logits are of the whole vocabulary: the texts themselves are learned, not labels of them. */
  vocabulary: boolean;
  /** Each token predicts the next one: the model continues texts. */
  generates: boolean;
  /** PEFT's `task_type`; null where it has none. */
  task_type: string | null;
  /** The hub's pipeline, and the class of transformers that opens such a model by itself. */
  pipeline: string;
  className: string;
  /** Usual name of such a model, for its card, whose last line of Python asks `model` about `inputs`. */
  title: string;
  asked: string;
}

/** Outputs that are read off a model of texts, one row each: one of a text, one of each of its tokens, the token behind each, or the one that is hidden in its place. */
export const readouts = {
  text: {
    byTokens: false, vocabulary: false, generates: false,
    task_type: 'SEQ_CLS', pipeline: 'text-classification', className: 'AutoModelForSequenceClassification', title: 'text classifier',
    asked: 'print(model.config.id2label[model(**inputs).logits.argmax(-1).item()])',
  },
  tokens: {
    byTokens: true, vocabulary: false, generates: false,
    task_type: 'TOKEN_CLS', pipeline: 'token-classification', className: 'AutoModelForTokenClassification', title: 'tagger of words',
    asked: 'print([model.config.id2label[i] for i in model(**inputs).logits.argmax(-1)[0].tolist()])',
  },
  next: {
    byTokens: true, vocabulary: true, generates: true,
    task_type: 'CAUSAL_LM', pipeline: 'text-generation', className: 'AutoModelForCausalLM', title: 'language model',
    asked: 'print(tokenizer.decode(model.generate(**inputs, max_new_tokens=20)[0], skip_special_tokens=True))',
  },
  masked: {
    byTokens: true, vocabulary: true, generates: false,
    task_type: null, pipeline: 'fill-mask', className: 'AutoModelForMaskedLM', title: 'model that fills gaps in texts',
    asked: 'print(model(**inputs).logits.argmax(-1))',
  },
} satisfies Record<string, Readout>;

export type Reads = keyof typeof readouts;

export const readoutOf = ({ reads }: Pick<LanguageForm, 'reads'>): Readout => readouts[reads];

/** Output of models that classify texts. */
export const tellingApart = (Object.keys(readouts) as Reads[]).find((reads) => !readouts[reads].byTokens)!;

/** Output of models that continue texts. */
export const generating = (Object.keys(readouts) as Reads[]).find((reads) => readouts[reads].generates)!;

/** Target that logits of a text are compared with: one class, one number, or a yes or no for each label. */
export type Problem = 'single_label_classification' | 'regression' | 'multi_label_classification';

/** Form in which a model of texts is recorded. */
export interface LanguageForm {
  reads: Reads;
  /** Tokens of a row of a batch. */
  tokens: number;
  problem: Problem;
}

/** Sizes and inputs of a model that reads texts alone: its batches have no images, but rows of tokens (`textFields`). */
export interface Language extends LanguageForm {
  vocab_size: number;
  /** Most tokens of a text. */
  max_tokens: number;
  /** Token that rows are filled up with; null if config.json names none. */
  pad_token_id: number | null;
  /** Number of kinds of tokens that it tells apart; 0 if it takes no `token_type_ids`. */
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
  if (!isTextModel(model)) throw new ModelError(`this is a ${model.family} model, which looks at images; choose a model that reads texts.`);
  return model;
}

/** Image fields of a model of texts, which has no images. */
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
  if (!(tokens >= 1 && tokens <= max)) throw new ModelError(`texts of ${tokens} tokens do not fit: this model has positions for ${max}.`);
}
