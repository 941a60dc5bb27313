import { streams } from '../data/streams';
import { defined } from '../numbers/defined';
import { exp } from '../numbers/elementary';
import type { Sampling } from './generate';

/** The token that follows. The draw depends on the seed and the place alone. Source: transformers' logits processors, in their order. */
export function choose(logits: Float32Array, { temperature = 0, top_k = 0, top_p = 1, seed = 0 }: Pick<Sampling, 'temperature' | 'top_k' | 'top_p' | 'seed'>, place: number): number {
  // Stryker disable next-line ConditionalExpression: weights that are no numbers leave the first of the largest as well
  if (temperature === 0) return likeliest(logits);
  const order = Uint32Array.from(logits.keys()).sort((a, b) => defined(logits[b]) - defined(logits[a]));
  const kept = top_k > 0 ? order.subarray(0, Math.min(top_k, order.length)) : order;
  const top = defined(logits[defined(kept[0])]);
  const weights = Float64Array.from(kept, (token) => exp((defined(logits[token]) - top) / temperature));
  const total = weights.reduce((a, b) => a + b, 0);
  // As many as reach the share, the one that does included.
  let [count, sum] = [0, 0];
  while (count < weights.length && (count === 0 || sum < top_p * total)) sum += defined(weights[count++]);
  let left = streams.token(seed, place).uniform(0, sum);
  // Rounding may leave something behind the last of them, which is the last one's.
  const within = weights.subarray(0, count - 1).findIndex((weight) => (left -= weight) < 0);
  return defined(kept.subarray(0, count).at(within));
}

/** The first of the largest. */
const likeliest = (logits: Float32Array): number => logits.reduce((best, logit, token) => (logit > defined(logits[best]) ? token : best), 0);
