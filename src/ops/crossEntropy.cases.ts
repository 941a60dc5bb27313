import { type OpCase, opCase } from '../testing/checkOp';
import { crossEntropy as reference } from '../testing/reference';
import { crossEntropy } from './crossEntropy';

interface Options {
  smoothing?: number;
  invCount?: number;
  weight?: number;
  label?: (i: number) => number;
  logit?: (random: () => number, i: number) => number;
  /** Weight of each class in the loss. */
  classWeight?: (k: number) => number;
}

/** The loss rows and the gradient of one shape: neither is differentiable further, so each is a plain output. */
function of(what: string, B: number, K: number, { smoothing = 0, invCount = 1 / B, weight = 1, label = (i) => (i * 7) % K, logit, classWeight }: Options = {}): OpCase[] {
  const inputs = {
    logits: { shape: [B, K], grad: false, from: logit ?? ((random) => 3 * random()) },
    labels: { shape: [B], grad: false, dtype: 'u32', from: (_, i) => label(i) },
    ...(classWeight && { classWeights: { shape: [K], grad: false, from: (_: unknown, k: number) => classWeight(k) } }),
  } satisfies OpCase['inputs'];
  const step = { invCount };
  return [
    opCase({
      name: `crossEntropy ${what}: dlogits`,
      inputs,
      step,
      run: ({ logits, labels, classWeights }) => crossEntropy(logits, labels, smoothing, { weight, classWeights }).dlogits!,
      reference: ({ logits, labels, classWeights }) => reference(logits, labels, K, smoothing, weight * invCount, classWeights).dlogits,
    }),
    opCase({
      name: `crossEntropy ${what}: rows`,
      inputs,
      step,
      run: ({ logits, labels, classWeights }) => crossEntropy(logits, labels, smoothing, { weight, classWeights }).rows,
      reference: ({ logits, labels, classWeights }) => reference(logits, labels, K, smoothing, invCount, classWeights).rows.map((v, i) => (i % 4 === 0 ? weight * v : v)),
      // Losses of up to about 10, predictions exact.
      absolute: true,
      tolerance: 1e-5,
    }),
  ];
}

export const cases: OpCase[] = [
  ...of('K 10', 5, 10),
  ...of('K 73 smoothed', 4, 73, { smoothing: 0.1 }),
  ...of('K 130 smoothed, other inv_count', 3, 130, { smoothing: 0.2, invCount: 0.125 }),
  ...of('K 2', 2, 2),
  ...of('K 10, a part of a loss', 4, 10, { weight: 0.3 }),
  ...of('one class', 2, 1),
  ...of('K 10, classes weighed', 5, 10, { classWeight: (k) => 0.25 * (k + 1) }),
  // A weight of 0 leaves a class out; the smoothing of the others' rows leaves it out, too.
  ...of('K 73 smoothed, classes weighed', 6, 73, { smoothing: 0.1, classWeight: (k) => (k % 5) / 2, label: (i) => (i === 4 ? 73 : (i * 7) % 73) }),
  // A label of K or more marks a row that does not count.
  ...of('padded', 6, 10, { label: (i) => (i === 2 ? 10 : i === 4 ? 2 ** 31 : i), smoothing: 0.1, invCount: 1 / 4 }),
  // Coarse logits reach the maximum several times: the first class wins.
  ...of('ties', 8, 70, { logit: (random) => Math.round(random()) }),
  ...of('all equal', 2, 65, { logit: () => 0.5 }),
  // Logits of 1000 must neither overflow nor lose the loss: 2^-24 * 2000 = 1.2e-4.
  ...of('large logits', 4, 10, { logit: (random) => 1000 * random() }).map((c) => ({ ...c, tolerance: 5e-4 })),
];
