import { stratified } from './random';
import { streams } from './streams';
import type { Split } from './source';
import { subset } from './split';

/**
 * Choice of images by a limit: `stratified` draws each class in proportion, `first` takes the first in the order of the
 * set, as all runs did before there was a choice (folders lie in the order of their classes, so some may be missing).
 */
export const limitRules = ['stratified', 'first'] as const;
export type LimitRule = (typeof limitRules)[number];

/** Indices of at most `most` of the images with these labels, ascending. */
export function limitedIndices(labels: ArrayLike<number>, most: number, rule: LimitRule): Uint32Array {
  // Stryker disable next-line ConditionalExpression,EqualityOperator: all of them are the same where they are drawn
  const draws = most < labels.length;
  return rule === 'stratified' && draws ? stratified(labels, most, streams.limit) : Uint32Array.from({ length: Math.min(most, labels.length) }, (_, i) => i);
}

/** At most `most` images of a split; the split itself where it has no more. */
export const limited = (split: Split, most: number, rule: LimitRule): Split => (most < split.count ? subset(split, limitedIndices(split.labels, most, rule)) : split);
