import { expect, test } from 'vitest';
import { defined } from './defined';
import { crossed, holm, paired, sameOnes, unpaired, wilson, type Estimate } from './pairs';
import { lengthOver, t95, toHalve, twoSidedP } from './student';

const close = (value: number) => expect.closeTo(value, 9) as number;
const estimate = (difference: number, low: number, high: number, p: number): Estimate => ({ difference: close(difference), low: close(low), high: close(high), p: close(p) });

test('Student’s t is scipy’s, at whole degrees of freedom and others', () => {
  // scipy.stats.t.ppf(0.975, df)
  for (const [df, value] of [[1, 12.706204736432095], [2, 4.302652729696142], [2.5, 3.5746548420118773], [4, 2.7764451051977987], [9, 2.2621571628540993], [33.3, 2.0338192241340525], [120, 1.9799304050527766], [1e5, 1.9599877075346093]] as const) expect(t95(df) / value, String(df)).toBeCloseTo(1, 8);
  // 2 * scipy.stats.t.sf(t, df)
  for (const [t, df, p] of [[0.5, 1, 0.7048327646991336], [2, 2.5, 0.157391495757966], [4.303, 2, 0.04999252498521449], [12.3, 4, 0.00025097574104189664], [-3, 30, 0.005389964065651944], [40, 3, 3.438068078915854e-5], [1.96, 1e5, 0.04999856319430167]] as const) expect(twoSidedP(t, df) / p, `${t} ${df}`).toBeCloseTo(1, 7);
  expect([twoSidedP(0, 3), twoSidedP(Infinity, 3), t95(Infinity).toFixed(4)]).toEqual([1, 0, '1.9600']);
});

test('more seeds shorten an interval by more than the root of their number, where they are few', () => {
  // scipy.stats.t.ppf(0.975, n - 1) / sqrt(n): 2.4841, 1.0494, 1.2417, 0.7154 of 3, 6, 5, 10; 0.6043 of 13 and 0.6354 of 12.
  expect([3, 6, 5, 10].map((n) => lengthOver(n).toFixed(4))).toEqual(['2.4841', '1.0494', '1.2417', '0.7154']);
  expect([3, 5].map(toHalve)).toEqual([5, 13]);
});

test('paired and unpaired differences are scipy’s', () => {
  // scipy.stats.ttest_1samp(d, 0), its pvalue and confidence_interval(0.95)
  expect(paired([0.012, 0.018, 0.009, 0.021, 0.015])).toEqual(estimate(0.015, 0.009110270515567316, 0.020889729484432684, 0.002110645845091273));
  // scipy.stats.ttest_ind(a, b, equal_var=False)
  expect(unpaired([0.7, 0.72, 0.71], [0.66, 0.69, 0.685, 0.664])).toEqual(estimate(0.03525, 0.010946704681844721, 0.059553295318155064, 0.01361908777448954));
  expect([paired([0.5, 0.5, 0.5]), paired([0, 0, 0])].map(({ low, high, p }) => [low, high, p])).toEqual([[0.5, 0.5, 0], [0, 0, 1]]);
  // Seeds that agree to a picture of 20: sqrt(2 / 12) / 20 / sqrt(3) is the error, scipy.stats.t of 2 and of 4 degrees.
  expect([paired([0.05, 0.05, 0.05], 0.05).p, unpaired([0.55, 0.55, 0.55], [0.5, 0.5, 0.5], 0.05).p].map((p) => p.toFixed(4))).toEqual(['0.0513', '0.0132']);
});

test('a difference over seeds and pictures has the mean squares of statsmodels’ two-way table, and Hillis’s degrees of freedom', () => {
  // ms of anova_lm(ols('v ~ C(s) + C(i)')): s 0.0417, i 0.7381, Residual 0.3274, and s 1.5, i 0.5179, Residual 0.2143. most, d = (s, 2) if s > Residual
  // else (Residual, 14); both = most + i - Residual; df = both² / (most² / d) = 71.1617 and 2.8914; scipy.stats.t(df) with sqrt(both / 24).
  expect(crossed([[1, 0, -1, 1, 1, 0, 0, 1], [0, 0, 1, 1, 1, 0, -1, 1], [1, 1, 0, 1, 0, 0, 0, 1]])).toEqual(estimate(0.4166666666666667, 0.0670063841959822, 0.7663269491373512, 0.02019872703222514));
  expect(crossed([[1, 0, -1, 0, 1, 0, 0, 0], [1, 1, 1, 1, 1, 0, 1, 1], [0, 1, 0, 0, 1, -1, 0, 0]])).toEqual(estimate(0.375, -0.5162391723958206, 1.2662391723958206, 0.2679366462537633));
  // Seeds that happen to agree on the mean leave the pictures; where nothing varies, nothing is open.
  const { low, high } = crossed([[1, 0, 0, 1], [1, 0, 1, 0]]);
  expect([low < 0.5, high > 0.5]).toEqual([true, true]);
  expect(crossed([[0, 0], [0, 0]])).toEqual({ difference: 0, low: 0, high: 0, p: 1 });
  // Pictures that do not matter: Student’s t over the seeds.
  const seeds = [0.01, 0.03, 0.02, 0.05];
  const alone = paired(seeds);
  expect(crossed(seeds.map((value) => [value, value, value]))).toEqual(estimate(alone.difference, alone.low, alone.high, alone.p));
});

test('a difference of two models on the same pictures is Newcombe’s, and its p McNemar’s mid-p', () => {
  // Fagerland, Lydersen and Laake (Statistics in Medicine 33, 2014), airway hyper-responsiveness: square-and-add -0.507 to -0.026, mid-p 0.039.
  const { low, high, p } = sameOnes(1, 1, 7, 12);
  expect([low.toFixed(3), high.toFixed(3), p.toFixed(3)]).toEqual(['-0.507', '-0.026', '0.039']);
  // 2 * scipy.stats.binom.cdf(b, b + c, 0.5) - scipy.stats.binom.pmf(b, b + c, 0.5)
  for (const [b, c, value] of [[10, 25, 0.011330984183587134], [3, 3, 1], [0, 6, 0.015624999999999879], [1, 40, 1.9554136088117973e-11], [0, 0, 1]] as const) {
    expect(sameOnes(5, b, c, 5).p).toBeCloseTo(value, 10);
    expect(sameOnes(5, c, b, 5).p).toBeCloseTo(value, 10);
  }
  const [one, other] = [sameOnes(30, 9, 2, 4), sameOnes(30, 2, 9, 4)];
  expect([one.difference, one.low, one.high]).toEqual([-other.difference, -other.high, -other.low]);
  // Thousands of pictures overflow nothing, and a margin of nothing divides by nothing.
  expect(sameOnes(4000, 3000, 2800, 200).p).toBeGreaterThan(0);
  expect(sameOnes(7, 0, 0, 0)).toMatchObject({ difference: 0, p: 1 });
});

test('Holm’s correction is statsmodels’', () => {
  // statsmodels.stats.multitest.multipletests(p, method='holm')[1]
  expect(holm([0.01, 0.04, 0.03, 0.005, 0.6])).toEqual([0.04, 0.09, 0.09, 0.025, 0.6].map(close));
  expect([holm([]), holm([0.04, 0.9])]).toEqual([[], [0.08, 0.9]]);
});

test('an interval of a share is Wilson’s, and ends at 0 and 1', () => {
  // scipy.stats.binomtest(k, n).proportion_ci(method='wilson')
  expect(wilson(0.5, 20).map((end) => end.toFixed(4))).toEqual(['0.2993', '0.7007']);
  expect([wilson(0, 5)[0], wilson(1, 5)[1], wilson(1, 7)[1]]).toEqual([0, 1, 1]);
});

test('where seeds and pictures vary, one equal setting in twenty differs: by seeds alone it would be three', () => {
  // A small generator, so that the counts are the same everywhere.
  let state = 1;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const many = (n: number) => Array.from({ length: n }, normal);
  let [both, seedsAlone] = [0, 0];
  for (let run = 0; run < 400; run++) {
    const [pictures, seeds] = [60, 5];
    const difficulty = many(pictures);
    // Two methods: what each makes of a picture, and by how much each seed is better.
    const [first, second] = [0, 1].map(() => {
      const own = many(pictures);
      return Array.from({ length: seeds }, () => { const skill = 0.1 * normal(); return difficulty.map((hard, i) => Number(1 + 2 * hard + defined(own[i]) + skill + normal() > 0)); });
    }) as [number[][], number[][]];
    const rows = first.map((row, s) => row.map((right, i) => right - defined(defined(second[s])[i])));
    both += Number(crossed(rows).p < 0.05);
    seedsAlone += Number(paired(rows.map((row) => row.reduce((a, b) => a + b, 0) / pictures)).p < 0.05);
  }
  expect(both / 400).toBeLessThan(0.08);
  expect(both / 400).toBeGreaterThan(0.02);
  expect(seedsAlone / 400).toBeGreaterThan(0.12);
});
