import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { inverse, type InverseOptions } from './inverse';

/** The inverse of a matrix (n x n), with the largest of each column for its pivot. */
export function inverted(a: Float64Array, n: number): Float64Array {
  const rows = Array.from({ length: n }, (_, i) => Float64Array.from({ length: 2 * n }, (__, j) => (j < n ? defined(a[i * n + j]) : Number(j - n === i))));
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k; i < n; i++) if (Math.abs(defined(defined(rows[i])[k])) > Math.abs(defined(defined(rows[best])[k]))) best = i;
    [rows[k], rows[best]] = [defined(rows[best]), defined(rows[k])];
    const row = defined(rows[k]).map((v, _, all) => v / defined(all[k]));
    rows[k] = row;
    rows.forEach((other, i) => void (i !== k && (rows[i] = other.map((v, j) => v - defined(other[k]) * defined(row[j])))));
  }
  return Float64Array.from(rows.flatMap((row) => [...row.slice(n)]));
}

function each(x: Float64Array, n: number, { shift = 0, scale = 1, alpha = 1, less = false, upper = false }: InverseOptions): Float64Array {
  const out = new Float64Array(x.length);
  for (let first = 0; first < x.length; first += n * n) {
    const part = x.slice(first, first + n * n).map((v, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      const share = upper ? (j > i ? 1 : i === j ? 0.5 : 0) : 1;
      return scale * share * v + (i === j ? shift : 0);
    });
    out.set(inverted(part, n).map((v, at) => alpha * v - (less && at % (n + 1) === 0 ? 1 : 0)), first);
  }
  return out;
}

const one = (G: number, n: number, what: string, options: InverseOptions): OpCase => opCase({
  name: `inverse of ${G} of ${n} x ${n}, ${what}`,
  inputs: { x: { shape: [G, n, n], from: (random, i) => (0.3 * random()) / Math.sqrt(n) + (options.shift || i % (n * n) % (n + 1) ? 0 : 2) } },
  run: ({ x }) => inverse(x, options),
  reference: ({ x }) => each(x, n, options),
});

export const cases: OpCase[] = ([[1, 3], [5, 8], [2, 70]] as const).flatMap(([G, n]) => [
  one(G, n, 'as it is', { alpha: 2 }),
  one(G, n, 'beside the identity', { shift: 1, scale: -0.5, alpha: 2, less: true }),
  one(G, n, 'upper half', { upper: true }),
]);
