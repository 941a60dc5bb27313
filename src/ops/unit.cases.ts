import { defined } from '../numbers/defined';
import type { OpCase } from '../testing/checkOp';
import { unit } from './unit';

/** Floors that no norm, every norm, and a part of the norms is below. */
const floors = [1e-12, 100, 8];

export const cases: OpCase[] = ([[1, 3, 70], [3, 5, 2], [2, 66, 64]] as const).flatMap(([G, M, N]) => [false, true].flatMap((columns) => floors.map((floor) => ({
  name: `unit ${columns ? 'columns' : 'rows'} of ${G} ${M}x${N}, at least ${floor}`,
  inputs: { x: { shape: [G, M, N] } },
  run: ({ x }) => unit(defined(x), { columns, floor }),
  reference: ({ x }) => defined(x).map((value, at, all) => {
    const [g, row, col] = [Math.floor(at / (M * N)), Math.floor(at / N) % M, at % N];
    const squares = Array.from({ length: columns ? M : N }, (_, i) => defined(all[g * M * N + (columns ? i * N + col : row * N + i)]) ** 2);
    return value / Math.max(Math.sqrt(squares.reduce((sum, one) => sum + one, 0)), floor);
  }),
} satisfies OpCase))));
