/** Student's t distribution. */

/** Logarithm of the gamma function for x > 0. Source: C. Lanczos, 1964, with g = 7 and nine terms; right to 1e-14 of its value. */
function lnGamma(x: number): number {
  const terms = [676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
  const sum = terms.reduce((all, term, i) => all + term / (x + i), 0.99999999999980993);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Continued fraction of the incomplete beta function by Lentz's method (Numerical Recipes, 6.4). */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m <= 10_000; m++) {
    for (const factor of [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))]) {
      d = 1 / away(1 + factor * d);
      c = away(1 + factor / c);
      h *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return h;
}

/** Regularised incomplete beta function I_x(a, b). */
function beta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** More degrees of freedom than this change nothing that is printed, and the beta function loses digits on them. */
const mostDf = 1e6;

/** Two-sided p of a t at so many degrees of freedom, which need not be whole. */
export function twoSidedP(t: number, df: number): number {
  if (!Number.isFinite(t)) return 0;
  const n = Math.min(df, mostDf);
  return beta(n / (n + t * t), n / 2, 0.5);
}

const known = new Map<number, number>();

/** Two-sided 95 % quantile of Student's t at so many degrees of freedom, which need not be whole. */
export function t95(df: number): number {
  let quantile = known.get(df);
  if (quantile === undefined) known.set(df, (quantile = solve(df)));
  return quantile;
}

function solve(df: number): number {
  let [low, high] = [0, 2];
  while (twoSidedP(high, df) > 0.05) [low, high] = [high, 2 * high];
  while (high - low > 1e-13 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (twoSidedP(middle, df) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** Length of the 95 % interval of a mean over so many seeds, beside that of other counts. */
export const lengthOver = (seeds: number): number => t95(seeds - 1) / Math.sqrt(seeds);

/** The fewest seeds whose interval is at most half as long as that of so many. */
export function toHalve(seeds: number): number {
  let more = seeds + 1;
  while (lengthOver(more) > lengthOver(seeds) / 2) more++;
  return more;
}
