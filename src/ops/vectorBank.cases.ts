import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { mixVectors } from './vectorBank';

const shapes = [{ rows: 6, N: 7, L: 5, topk: 2, across: 1 }, { rows: 12, N: 90, L: 70, topk: 3, across: 4 }, { rows: 4, N: 3, L: 9, topk: 1, across: 2 }, { rows: 3, N: 4, L: 6, topk: 4, across: 3 }];
/** Logits far apart, so that a difference changes none of their order: all numbers of a row in another order. */
const logit = (i: number, N: number) => 0.5 * (((i % N) * 5 + Math.floor(i / N) * 3) % N) + 0.01 * (i % N);

export const cases: OpCase[] = shapes.flatMap(({ rows, N, L, topk, across }) => [true, false].map((grad) => opCase({
  name: `${rows} mixes of ${topk} of ${N} vectors${across > 1 ? `, ${across} across` : ''}${grad ? '' : ', frozen logits'}`,
  inputs: { bank: { shape: [N, L] }, logits: { shape: [rows, N], grad, from: (_, i) => logit(i, N) } },
  run: ({ bank, logits }) => mixVectors(bank, { logits, topk }, { across }),
  reference: ({ bank, logits }) => {
    const out = new Float64Array(rows * L);
    for (let row = 0; row < rows; row++) {
      const own = Array.from({ length: N }, (_, n) => n).sort((a, b) => defined(logits[row * N + b]) - defined(logits[row * N + a])).slice(0, topk);
      const powers = own.map((n) => Math.exp(defined(logits[row * N + n])));
      const total = powers.reduce((a, b) => a + b, 0);
      for (let v = 0; v < L; v++) {
        const value = own.reduce((sum, n, t) => sum + (defined(powers[t]) / total) * defined(bank[n * L + v]), 0);
        out[(Math.floor(row / across) * L + v) * across + (row % across)] = value;
      }
    }
    return out;
  },
})));
