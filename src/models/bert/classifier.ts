import type { Context, Shaped } from '../../nn/context';
import { said } from '../../said/said';
import { blockOutputs } from '../blockOutputs';
import { labelsOf } from '../fields';
import { ModelError, type Model } from '../model';
import { noImages, type LanguageForm, type Problem } from '../text';
import { problemOf, readsOf, type EncoderConfig } from './config';
import { encoded, encoderNames } from './encoder';

/** Where config.json leaves open how long texts are. */
const USUAL_TOKENS = 128;

/** What differs between encoders of this kind. */
export interface EncoderFamily {
  /** `model_type`, which is transformers' `base_model_prefix` too. */
  family: string;
  /** What its classes are called, in front of `ForSequenceClassification`. */
  class: string;
  /** How many tokens it has positions for. */
  longest(c: EncoderConfig): number;
  /** The position that is padding's alone. */
  placedPadding?(c: EncoderConfig): number;
  /** The layer that gives the logits of a text, where its head has several, and the head on the tokens (B, T, C): logits (B, K). */
  head_output?: string;
  ofText<T extends Shaped>(ctx: Context<T>, tokens: T, labels: number): T;
}

/** An encoder with a head on the text or on each of its tokens. */
export function encoderModel(of: EncoderFamily, c: EncoderConfig): Model {
  const labels = labelsOf(c.id2label ?? undefined, c.num_labels);
  return build(of, c, labels, { reads: readsOf(c), tokens: Math.min(USUAL_TOKENS, of.longest(c)), problem: problemOf(c, labels.length) });
}

/** What is compared where other labels take the place of those before: one alone is a number, as transformers has it. */
function problemWith(before: Problem, labels: readonly string[] | undefined): Problem {
  if (!labels) return before;
  if (labels.length === 1) return 'regression';
  return before === 'regression' ? 'single_label_classification' : before;
}

function build(of: EncoderFamily, c: EncoderConfig, labels: string[], form: LanguageForm): Model {
  if (form.reads !== 'text' && form.reads !== 'tokens') throw new ModelError(said`a ${of.class} model is trained here to classify texts or their tokens; choose sequence-classification or token-classification.`);
  const byTokens = form.reads === 'tokens';
  const [longest, placed_padding] = [of.longest(c), of.placedPadding?.(c)];
  return {
    family: of.family,
    base_model_prefix: of.family,
    names: encoderNames(of.family),
    outputOf: blockOutputs(`${of.family}.encoder.layer`, { attention: 'attention.output.dense', mlp: 'output.dense' }),
    architecture: `${of.class}For${byTokens ? 'Token' : 'Sequence'}Classification`,
    ...noImages,
    hidden_size: c.hidden_size,
    num_labels: labels.length,
    labels,
    head: 'classifier',
    ...(!byTokens && of.head_output !== undefined && { head_output: of.head_output }),
    default_target_modules: ['query', 'value'],
    language: { ...form, vocab_size: c.vocab_size, max_tokens: longest, pad_token_id: c.pad_token_id, type_vocab_size: c.type_vocab_size, placed_padding, causal: false },
    forward(ctx, ids) {
      const tokens = encoded(c, of.family, { longest, placedPadding: placed_padding }, ctx, ids);
      return byTokens ? ctx.linear('classifier', tokens, labels.length, { head: true, adaptable: false }) : of.ofText(ctx, tokens, labels.length);
    },
    with: (change) => build(of, c, change.labels ?? labels, { reads: change.reads ?? form.reads, tokens: change.tokens ?? form.tokens, problem: change.problem ?? problemWith(form.problem, change.labels) }),
  };
}
