import { defined } from '../numbers/defined';
import { cos, exp, log } from '../numbers/elementary';
import type { Random } from './random';

export interface MixOptions {
  /** Beta(alpha, alpha) of mixup's and of cutmix's shares; 0 leaves it out. */
  mixup_alpha: number;
  cutmix_alpha: number;
}

/** Mixing of a batch's pictures with their partners: all of their pixels, or those in a box. */
export interface Mix {
  /** Share of a picture's own label, 0 to 1. */
  share: number;
  /** [left, top, right, bottom) in pixels of what comes from the partner; null where all pixels are weighted by the share. */
  box: [number, number, number, number] | null;
}

/** True if pictures are mixed at all. */
export const mixes = ({ mixup_alpha, cutmix_alpha }: MixOptions): boolean => mixup_alpha > 0 || cutmix_alpha > 0;

/**
 * Draws how a batch is mixed; where both are set, each half of the time. A box is cut off at the border, and the share is that of the
 * pixels that are left. Source: timm.data.Mixup (mode batch, prob 1, switch_prob 0.5, correct_lam).
 */
export function drawMix({ mixup_alpha, cutmix_alpha }: MixOptions, width: number, height: number, random: Random): Mix {
  const cuts = cutmix_alpha > 0 && (mixup_alpha === 0 || random.uniform() < 0.5);
  const share = drawBeta(cuts ? cutmix_alpha : mixup_alpha, random);
  if (!cuts) return { share, box: null };
  const side = Math.sqrt(1 - share);
  const [x, w] = [random.below(width), Math.floor(Math.floor(width * side) / 2)];
  const [y, h] = [random.below(height), Math.floor(Math.floor(height * side) / 2)];
  const box: Mix['box'] = [Math.max(0, x - w), Math.max(0, y - h), Math.min(width, x + w), Math.min(height, y + h)];
  return { share: 1 - ((box[2] - box[0]) * (box[3] - box[1])) / (width * height), box };
}

/** Mixes a picture (c, height, width) with its partner, in place. */
export function mixInto(pixels: Float32Array, partner: Float32Array, { share, box }: Mix, width: number, height: number): void {
  if (!box) {
    for (let i = 0; i < pixels.length; i++) pixels[i] = share * defined(pixels[i]) + (1 - share) * defined(partner[i]);
    return;
  }
  const [left, top, right, bottom] = box;
  for (let plane = 0; plane < pixels.length; plane += width * height) {
    for (let y = top; y < bottom; y++) {
      const row = plane + y * width;
      pixels.set(partner.subarray(row + left, row + right), row + left);
    }
  }
}

/** A draw from Beta(a, a), as a ratio of two gammas whose logarithms are drawn: small ones do not underflow. */
export function drawBeta(a: number, random: Random): number {
  return 1 / (1 + exp(logGamma(a, random) - logGamma(a, random)));
}

/** Logarithm of a draw from Gamma(a, 1): that of a + 1, times U^(1 / a). Source: Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, 2000. */
function logGamma(a: number, random: Random): number {
  const d = a + 1 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  const positive = () => (random.next() + 1) / 2 ** 32;
  for (;;) {
    const x = Math.sqrt(-2 * log(positive())) * cos(2 * Math.PI * random.uniform());
    const root = 1 + c * x;
    const v = root * root * root;
    // Stryker disable next-line EqualityOperator: no draw lies on either bound
    if (v > 0 && log(positive()) < 0.5 * x * x + d - d * v + d * log(v)) return log(d * v) + log(positive()) / a;
  }
}
