import type { Activation, Context, Shaped } from '../../nn/context';
import { norm } from '../../nn/layers';
import { blockOutputs } from '../blockOutputs';
import { labelsOf } from '../fields';
import { ModelError, type Model } from '../model';
import { noImages, type LanguageForm, type Problem } from '../text';
import { problemOf, readsOf, type EncoderConfig } from './config';
import { encoded, encoderNames, wordsOf } from './encoder';

/** Usual length of texts, where config.json leaves it open. */
const USUAL_TOKENS = 128;

/** Properties in which encoders of this kind differ. */
export interface EncoderFamily {
  /** `model_type`, which is transformers' `base_model_prefix` too. */
  family: string;
  /** Beginning of its classes' names, in front of `ForSequenceClassification`. */
  class: string;
  /** Number of tokens that the encoder has positions for. */
  longest(c: EncoderConfig): number;
  /** The position that is padding's alone. */
  placedPadding?(c: EncoderConfig): number;
  /** The layer that gives the logits of a text, where its head has several, and the head on the tokens (B, T, C): logits (B, K). */
  head_output?: string;
  ofText<T extends Shaped>(ctx: Context<T>, tokens: T, labels: number): T;
  /** The head that predicts hidden tokens: a layer with its activation, where that is not the model's, a norm, and what is added to the logits. */
  masked: { dense: string; act?: Activation; norm: string; bias: string };
}

/** An encoder with a head on the text, on each of its tokens, or on those that are hidden. */
export function encoderModel(of: EncoderFamily, c: EncoderConfig): Model {
  const labels = labelsOf(c.id2label ?? undefined, c.num_labels);
  return build(of, c, labels, { reads: readsOf(c), tokens: Math.min(USUAL_TOKENS, of.longest(c)), problem: problemOf(c, labels.length) });
}

/** Problem after other labels have replaced the previous ones: one alone is a number, as transformers has it. */
function problemWith(before: Problem, labels: readonly string[] | undefined): Problem {
  if (!labels) return before;
  if (labels.length === 1) return 'regression';
  return before === 'regression' ? 'single_label_classification' : before;
}

const architectures = { text: 'SequenceClassification', tokens: 'TokenClassification', masked: 'MaskedLM' };

function build(of: EncoderFamily, c: EncoderConfig, labels: string[], form: LanguageForm): Model {
  const { reads } = form;
  if (reads === 'next') throw new ModelError(`a ${of.class} model does not go on with texts; choose sequence-classification, token-classification or masked-lm.`);
  if (reads === 'masked' && !c.tie_word_embeddings) throw new ModelError('config.json: tie_word_embeddings must be true for masked-lm');
  const [byTokens, masked] = [reads === 'tokens', reads === 'masked'];
  const [longest, placed_padding] = [of.longest(c), of.placedPadding?.(c)];
  return {
    family: of.family,
    base_model_prefix: of.family,
    names: encoderNames(of.family),
    // One that runs is asked for as any other layer.
    idle: [`${of.family}.pooler.dense`],
    outputOf: blockOutputs(`${of.family}.encoder.layer`, { attention: 'attention.output.dense', mlp: 'output.dense' }),
    architecture: `${of.class}For${architectures[reads]}`,
    ...noImages,
    hidden_size: c.hidden_size,
    num_labels: masked ? c.vocab_size : labels.length,
    labels: masked ? [] : labels,
    head: masked ? null : 'classifier',
    ...(reads === 'text' && of.head_output !== undefined && { head_output: of.head_output }),
    default_target_modules: ['query', 'value'],
    language: { ...form, vocab_size: c.vocab_size, max_tokens: longest, pad_token_id: c.pad_token_id, type_vocab_size: c.type_vocab_size, placed_padding, ...(masked && { vocabulary: wordsOf(of.family), vocabulary_bias: of.masked.bias }), causal: false },
    forward(ctx, ids) {
      const tokens = encoded(c, of.family, { longest, placedPadding: placed_padding }, ctx, ids);
      if (masked) {
        // The product with the table is the loss's own affair; what is added is named here, so that it is loaded.
        ctx.weight(of.masked.bias, [c.vocab_size]);
        return norm(ctx, of.masked.norm, ctx.linear(of.masked.dense, tokens, c.hidden_size, { act: of.masked.act ?? c.hidden_act }), c.layer_norm_eps);
      }
      return byTokens ? ctx.linear('classifier', tokens, labels.length, { head: true, adaptable: false }) : of.ofText(ctx, tokens, labels.length);
    },
    with: (change) => build(of, c, change.labels ?? labels, { reads: change.reads ?? reads, tokens: change.tokens ?? form.tokens, problem: change.problem ?? problemWith(form.problem, change.labels) }),
  };
}
