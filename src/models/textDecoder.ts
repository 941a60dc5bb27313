import * as z from 'zod/mini';
import type { Context, Shaped } from '../nn/context';
import { labelsOf } from './fields';
import type { GgufForm } from './gguf';
import { ModelError, type Model } from './model';
import { checkTokens, maskOf, noImages, type LanguageForm, type TextModel } from './text';

/** Fields of every config of a model that goes on with texts. */
export const decoderFields = {
  architectures: z.nullish(z.array(z.string())),
  id2label: z.optional(z.record(z.string(), z.string())),
  num_labels: z.optional(z.int().check(z.gte(1), z.lte(65_536))),
  problem_type: z.nullish(z.string()),
  pad_token_id: z.nullish(z.int()),
  eos_token_id: z.nullish(z.union([z.int(), z.array(z.int())])),
};

type Fields = z.output<z.ZodMiniObject<typeof decoderFields>>;

/** Properties that families of decoders do not share: names, sizes, and the layers between ids and the last norm. */
export interface Decoder {
  family: string;
  /** transformers' `base_model_prefix`, and how names begin in files of the bare model, which leave it out. */
  prefix: string;
  bare: RegExp;
  /** transformers' names of its classes: that goes on with texts, and that classifies them. */
  architectures: { next: string; text: string };
  default_target_modules: string[];
  config: Fields;
  hidden_size: number;
  vocab_size: number;
  max_tokens: number;
  /** Name of the table of the head: that in which tokens are looked up, where they are tied. */
  head: string;
  /** Names of matrices that files hold as (in, out). */
  transposed?: Model['transposed'];
  modules?: Model['modules'];
  outputOf: Model['outputOf'];
  gguf?: () => GgufForm;
  /** (B, T, C) behind the last norm, of ids (B, T), where positions are below `places`. */
  hidden<T extends Shaped>(ctx: Context<T>, ids: T, places: number): T;
}

/** Tokens that a row has where nobody says. */
const ROW = 128;

/** The head that classifies, by transformers' name: a matrix without a bias. */
const SCORE = 'score';

/** The model of a family, in the form that its config asks for: it goes on with texts, or classifies them by their last token. */
export function decoderModel(d: Decoder): TextModel {
  const classifies = d.config.architectures?.some((name) => name === d.architectures.text) ?? false;
  const problem = d.config.problem_type as LanguageForm['problem'] | null | undefined;
  const labels = labelsOf(d.config.id2label, d.config.num_labels);
  return build(d, labels, { reads: classifies ? 'text' : 'next', tokens: Math.min(ROW, d.max_tokens), problem: problem ?? (labels.length === 1 ? 'regression' : 'single_label_classification') });
}

function build(d: Decoder, labels: string[], form: LanguageForm): TextModel {
  const { reads, tokens } = form;
  checkTokens(tokens, d.max_tokens);
  if (reads !== 'next' && reads !== 'text') throw new ModelError(`models of the family ${d.family} go on with texts or classify them; tokens are read by models that see both sides.`);
  const next = reads === 'next';
  return {
    ...noImages,
    family: d.family,
    base_model_prefix: d.prefix,
    module: d.family,
    names: { v4: (name) => (d.bare.test(name) ? `${d.prefix}.${name}` : name), v5: (name) => name },
    architecture: next ? d.architectures.next : d.architectures.text,
    hidden_size: d.hidden_size,
    num_labels: next ? d.vocab_size : labels.length,
    labels: next ? [] : labels,
    head: next ? null : SCORE,
    default_target_modules: d.default_target_modules,
    transposed: d.transposed,
    modules: d.modules,
    outputOf: d.outputOf,
    // It goes on with texts there, and has no head that classifies them.
    ...(next && { gguf: d.gguf }),
    language: {
      ...form,
      vocab_size: d.vocab_size,
      max_tokens: d.max_tokens,
      pad_token_id: d.config.pad_token_id ?? null,
      type_vocab_size: 0,
      ...(next && { vocabulary: d.head }),
      causal: true,
    },
    forward(ctx, ids) {
      const x = d.hidden(ctx, ids, tokens);
      if (!next) return ctx.linear(SCORE, ctx.pickTokens(x, ctx.lastTokens(maskOf(ctx, ids))), labels.length, { bias: false, head: true, adaptable: false });
      // Its product with the table is the loss's own affair; here it is named, so that it is loaded.
      ctx.weight(d.head, [d.vocab_size, d.hidden_size], { table: true });
      return x;
    },
    with: (change) => build(d, change.labels ?? labels, { reads: change.reads ?? reads, tokens: change.tokens ?? tokens, problem: change.problem ?? form.problem }),
  };
}
