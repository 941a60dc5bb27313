import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { pointwiseLoss } from './pointwiseLoss';

/** torch's results: the mean over a row's outputs, by row; and its gradient times inv_count. */
function reference(y: Float64Array, t: Float64Array, K: number, binary: boolean, weight: number, invCount: number): { rows: Float64Array; dy: Float64Array } {
  const B = y.length / K;
  const [rows, dy] = [new Float64Array(4 * B), new Float64Array(B * K)];
  for (let b = 0; b < B; b++) {
    if (defined(t[b * K]) >= 2 ** 31) {
      rows[4 * b + 3] = defined(y[b * K]);
      continue;
    }
    let [loss, right] = [0, 1];
    for (let i = b * K; i < (b + 1) * K; i++) {
      const p = 1 / (1 + Math.exp(-defined(y[i])));
      loss += binary ? -(defined(t[i]) * Math.log(p) + (1 - defined(t[i])) * Math.log(1 - p)) : (defined(y[i]) - defined(t[i])) ** 2;
      dy[i] = ((binary ? p - defined(t[i]) : 2 * (defined(y[i]) - defined(t[i]))) * weight * invCount) / K;
      if (!binary || defined(y[i]) > 0 !== defined(t[i]) > 0.5) right = 0;
    }
    rows.set([(weight * loss) / K, right, 1, defined(y[b * K])], 4 * b);
  }
  return { rows, dy };
}

function of(B: number, K: number, binary: boolean, { weight = 1, padded = -1 } = {}): OpCase[] {
  const invCount = 1 / B;
  const inputs = {
    y: { shape: [B, K], grad: false, from: (random) => 3 * random() },
    targets: { shape: [B, K], grad: false, from: (random, i) => (Math.floor(i / K) === padded ? 2 ** 32 : binary ? Number(random() > 0) : 2 * random()) },
  } satisfies OpCase['inputs'];
  const name = `${binary ? 'binary cross entropy' : 'squared error'} of ${B} rows of ${K}${padded < 0 ? '' : ', one padded'}`;
  return [
    opCase({ name: `${name}: rows`, inputs, step: { invCount }, run: ({ y, targets }) => pointwiseLoss(y, targets, binary, { weight }).rows, reference: ({ y, targets }) => reference(y, targets, K, binary, weight, invCount).rows }),
    opCase({ name: `${name}: gradient`, inputs, step: { invCount }, run: ({ y, targets }) => pointwiseLoss(y, targets, binary, { weight }).dlogits!, reference: ({ y, targets }) => reference(y, targets, K, binary, weight, invCount).dy }),
  ];
}

export const cases: OpCase[] = [...of(5, 1, false), ...of(70, 3, false, { weight: 0.5, padded: 2 }), ...of(5, 4, true), ...of(66, 1, true, { padded: 65 })];
