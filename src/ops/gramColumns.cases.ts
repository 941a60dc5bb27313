import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { gramColumns } from './gramColumns';

export const cases: OpCase[] = ([[1, 9, 3], [3, 70, 8], [2, 5, 33]] as const).map(([G, n, r]) => opCase({
  name: `gram of the columns of ${G} x ${n} x ${r}`,
  inputs: { x: { shape: [G, n, r] } },
  run: ({ x }) => gramColumns(x),
  reference: ({ x }) => Float64Array.from({ length: G * r * r }, (_, at) => {
    const [g, i, j] = [Math.floor(at / (r * r)), Math.floor(at / r) % r, at % r];
    let s = 0;
    for (let k = 0; k < n; k++) s += defined(x[(g * n + k) * r + i]) * defined(x[(g * n + k) * r + j]);
    return s;
  }),
}));
