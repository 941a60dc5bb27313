import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { cayley, cayleySeries } from './cayley';
import { inverted } from './inverse.cases';

function times(a: ArrayLike<number>, b: ArrayLike<number>, n: number): number[] {
  return Array.from({ length: n * n }, (_, at) => {
    let s = 0;
    for (let k = 0; k < n; k++) s += defined(a[Math.floor(at / n) * n + k]) * defined(b[k * n + (at % n)]);
    return s;
  });
}

const eye = (n: number): number[] => Array.from({ length: n * n }, (_, at) => Number(at % (n + 1) === 0));

/** As PEFT adds them up: I, 2 Q, 2 Q^2, further powers twice, and the last once. */
function seriesOf(q: ArrayLike<number>, n: number, terms: number): number[] {
  const add = (a: number[], b: number[], factor: number) => a.map((v, i) => v + factor * defined(b[i]));
  let R = eye(n);
  if (terms > 1) R = add(R, Array.from(q), 2);
  if (terms > 2) {
    let power = times(q, q, n);
    R = add(R, power, 2);
    for (let k = 3; k < terms - 1; k++) R = add(R, (power = times(power, q, n)), 2);
    R = add(R, times(power, q, n), 1);
  }
  return R;
}

const exact = (q: ArrayLike<number>, n: number): number[] => times(eye(n).map((v, i) => v - defined(q[i])), inverted(Float64Array.from(eye(n), (v, i) => v + defined(q[i])), n), n);

const each = (x: Float64Array, n: number, of: (q: Float64Array) => number[]): number[] => Array.from({ length: x.length / (n * n) }, (_, k) => of(x.slice(k * n * n, (k + 1) * n * n))).flat();

export const cases: OpCase[] = ([[1, 2], [6, 4], [2, 33]] as const).flatMap(([blocks, n]) => {
  const q = { shape: [blocks, n, n], from: (random: () => number) => (0.4 * random()) / Math.sqrt(n) };
  return [
    opCase({ name: `cayley of ${blocks} of ${n}`, inputs: { q }, run: ({ q: t }) => cayley(t), reference: ({ q: v }) => each(v, n, (one) => exact(one, n)) }),
    ...[2, 3, 4, 5, 7].map((terms) => opCase({ name: `cayley series of ${terms} terms, ${blocks} of ${n}`, inputs: { q }, run: ({ q: t }) => cayleySeries(t, terms), reference: ({ q: v }) => each(v, n, (one) => seriesOf(one, n, terms)) })),
  ];
});
