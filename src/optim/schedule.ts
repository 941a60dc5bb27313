import { cos, power } from '../numbers/elementary';

/** Learning rate as a factor of its peak. */
export type Schedule = 'cosine' | 'constant' | 'linear';

/**
 * Factor of the learning rate at `step` (0-based) of `total`: linear warm-up from 0 over `warmup` steps, then constant,
 * or down to 0 at `total`, along a cosine or a line. Source: transformers get_cosine_schedule_with_warmup, get_linear_schedule_with_warmup.
 */
export function scheduleFactor(kind: Schedule, step: number, total: number, warmup: number): number {
  if (step < warmup) return step / warmup;
  if (kind === 'constant') return 1;
  const progress = (step - warmup) / Math.max(1, total - warmup);
  if (kind === 'linear') return Math.max(0, 1 - progress);
  return Math.max(0, 0.5 * (1 + cos(Math.PI * progress)));
}

/** AdamW's bias corrections for update number `t` (1-based), in f64: c1 = 1 / (1 - beta1^t), c2 = 1 / sqrt(1 - beta2^t). */
export const biasCorrections = (t: number, beta1: number, beta2: number): { c1: number; c2: number } => ({
  c1: 1 / (1 - power(beta1, t)),
  c2: 1 / Math.sqrt(1 - power(beta2, t)),
});
