import { defined } from './defined';
import { t95, twoSidedP } from './student';

/** Differences of two settings, their 95 % intervals, and how likely chance alone makes them as large. */

export interface Estimate {
  difference: number;
  low: number;
  high: number;
  /** Two-sided, for no difference. */
  p: number;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const meanOf = (values: readonly number[]): number => sum(values) / values.length;
const varianceOf = (values: readonly number[], mean = meanOf(values)): number => sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);

/** A difference with this standard error, by Student's t; what does not vary at all is certain. */
function byT(difference: number, error: number, df: number): Estimate {
  if (!(error > 0)) return { difference, low: difference, high: difference, p: difference === 0 ? 1 : 0 };
  const half = t95(df) * error;
  return { difference, low: difference - half, high: difference + half, p: twoSidedP(difference / error, df) };
}

/** The least variance of shares that are told in steps of this size, as whole pictures are: seeds that happen to agree are not certain. Source: W. F. Sheppard, 1898. */
const roundedTo = (step: number): number => step ** 2 / 12;

/** The mean of paired differences of values in steps of `step`, of which there are at least two: Student's t. */
export const paired = (differences: readonly number[], step = 0): Estimate => byT(meanOf(differences), Math.sqrt(Math.max(varianceOf(differences), 2 * roundedTo(step)) / differences.length), differences.length - 1);

/** The difference of means of values in steps of `step` that do not belong together, at least two of each: first less second. Source: B. L. Welch, 1947. */
export function unpaired(first: readonly number[], second: readonly number[], step = 0): Estimate {
  const [a, b] = [first, second].map((values) => Math.max(varianceOf(values), roundedTo(step)) / values.length) as [number, number];
  return byT(meanOf(first) - meanOf(second), Math.sqrt(a + b), (a + b) ** 2 / (a ** 2 / (first.length - 1) + b ** 2 / (second.length - 1)));
}

/**
 * The mean of differences over seeds and pictures that are crossed: `rows[seed][picture]`, at least two of each. Its interval is of
 * other seeds and of other pictures, by the mean squares of both and of their interaction: a bootstrap over both would say much the
 * same, by draws. Student's t over the seeds alone says nothing of other pictures. Source: S. L. Hillis, Statistics in Medicine 26
 * (2007), 596-619, for two treatments, with seeds as readers and pictures as cases; a variance over seeds that is estimated below
 * zero is taken as zero, as the one over pictures is there. How often it errs: docs/results.md.
 */
export function crossed(rows: readonly ArrayLike<number>[]): Estimate {
  const [seeds, pictures] = [rows.length, defined(rows[0]).length];
  const ofSeed = new Float64Array(seeds);
  const ofPicture = new Float64Array(pictures);
  let squares = 0;
  rows.forEach((row, s) => {
    for (let i = 0; i < pictures; i++) {
      const value = defined(row[i]);
      ofSeed[s] = defined(ofSeed[s]) + value / pictures;
      ofPicture[i] = defined(ofPicture[i]) + value / seeds;
      squares += value * value;
    }
  });
  const mean = meanOf([...ofSeed]);
  const around = (values: Float64Array) => values.reduce((all, value) => all + (value - mean) ** 2, 0);
  const [bySeed, byPicture] = [pictures * around(ofSeed), seeds * around(ofPicture)];
  const restDf = (seeds - 1) * (pictures - 1);
  const rest = Math.max(0, squares - seeds * pictures * mean * mean - bySeed - byPicture) / restDf;
  const [most, df] = bySeed / (seeds - 1) > rest ? [bySeed / (seeds - 1), seeds - 1] : [rest, restDf];
  const both = most + Math.max(0, byPicture / (pictures - 1) - rest);
  return byT(mean, Math.sqrt(both / (seeds * pictures)), (both / most) ** 2 * df);
}

/** Binomial probabilities of 0 to n at one half. */
function halves(n: number): number[] {
  const logs = [0];
  for (let k = 1; k <= n; k++) logs.push(defined(logs[k - 1]) + Math.log((n - k + 1) / k));
  return logs.map((log) => Math.exp(log - n * Math.LN2));
}

/**
 * The difference of two shares of the same pictures: `both` right, right by the first or the second alone, `neither`. It is of other
 * pictures, and of these two models alone. Sources: Newcombe, Statistics in Medicine 17 (1998), 2635-2650, method 10, for the interval;
 * McNemar's test with mid-p (M. W. Fagerland et al., BMC Medical Research Methodology 13, 2013) for p.
 */
export function sameOnes(both: number, first: number, second: number, neither: number): Estimate {
  const n = both + first + second + neither;
  const [p1, p2] = [(both + first) / n, (both + second) / n];
  const [[l1, u1], [l2, u2]] = [wilson(p1, n), wilson(p2, n)];
  const margins = (both + first) * (second + neither) * (both + second) * (first + neither);
  const cross = both * neither - first * second;
  const phi = margins === 0 ? 0 : (cross > n / 2 ? cross - n / 2 : cross > 0 ? 0 : cross) / Math.sqrt(margins);
  const reach = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const difference = p1 - p2;
  const [few, discordant] = [Math.min(first, second), first + second];
  const chances = halves(discordant);
  const p = first === second ? 1 : 2 * sum(chances.slice(0, few)) + defined(chances[few]);
  return { difference, low: difference - reach(p1 - l1, u2 - p2), high: difference + reach(u1 - p1, p2 - l2), p };
}

/** The same of the answers themselves, 1 for one that was right: the share of the first less that of the second. */
export function answersApart(first: ArrayLike<number>, second: ArrayLike<number>): Estimate {
  const counts: [neither: number, second: number, first: number, both: number] = [0, 0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    const at = (first[i] ? 2 : 0) + (second[i] ? 1 : 0);
    counts[at] = defined(counts[at]) + 1;
  }
  const [neither, bySecond, byFirst, both] = counts;
  return sameOnes(both, byFirst, bySecond, neither);
}

/**
 * The 95 % interval of a share `p` (0 to 1) seen in `n` trials, 0 to 1. Unlike p ± 1.96 s it stays inside that range and
 * has a width at 0 and 1. Source: E. B. Wilson, 1927.
 */
export function wilson(p: number, n: number): [low: number, high: number] {
  const z = 1.959964;
  const centre = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}

/** The same p, adjusted for how many there are: with those below 0.05 named, one or more is wrong in a twentieth of all such lists. Source: S. Holm, 1979. */
export function holm(p: readonly number[]): number[] {
  const order = [...p.keys()].sort((a, b) => defined(p[a]) - defined(p[b]));
  const adjusted = new Array<number>(p.length);
  let least = 0;
  order.forEach((at, i) => (adjusted[at] = least = Math.max(least, Math.min(1, (p.length - i) * defined(p[at])))));
  return adjusted;
}
