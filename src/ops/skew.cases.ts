import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { skew, triangleOf } from './skew';

/** U - U^T of a triangle. */
function matrixOf(x: Float64Array, n: number): number[] {
  const out = new Array<number>(n * n).fill(0);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++, at++) {
      out[i * n + j] = defined(x[at]);
      out[j * n + i] = -defined(x[at]);
    }
  }
  return out;
}

const blocksOf = (x: Float64Array, values: number): Float64Array[] => Array.from({ length: x.length / values }, (_, k) => x.slice(k * values, (k + 1) * values));

const bounded = (q: number[], bound: number): number[] => {
  const norm = Math.sqrt(q.reduce((s, v) => s + v * v, 0));
  return norm > bound ? q.map((v) => (v * bound) / norm) : q;
};

export const cases: OpCase[] = ([[2, 3], [5, 4], [3, 12]] as const).flatMap(([blocks, n]) => {
  const x = { shape: [blocks, triangleOf(n)] };
  return [
    opCase({ name: `skew of ${blocks} triangles of ${n}`, inputs: { x }, run: ({ x: t }) => skew(t, n), reference: ({ x: v }) => blocksOf(v, triangleOf(n)).flatMap((one) => matrixOf(one, n)) }),
    ...[0.5, n].map((bound) => opCase({
      name: `skew of ${blocks} triangles of ${n}, no longer than ${bound}`,
      inputs: { x },
      run: ({ x: t }) => skew(t, n, { bound, through: true }),
      reference: ({ x: v }) => blocksOf(v, triangleOf(n)).flatMap((one) => bounded(matrixOf(one, n), bound)),
    })),
    opCase({
      name: `skew of ${blocks} of ${n} x ${n}`,
      inputs: { x: { shape: [blocks, n, n] } },
      run: ({ x: t }) => skew(t, n, { full: true }),
      reference: ({ x: v }) => v.map((one, at) => 0.5 * (one - defined(v[Math.floor(at / (n * n)) * n * n + (at % n) * n + (Math.floor(at / n) % n)]))),
    }),
  ];
});
