import { defined } from '../numbers/defined';
import type { OpCase } from '../testing/checkOp';
import { route } from './route';

export const cases: OpCase[] = ([[1, 1, 3], [7, 3, 4], [130, 4, 5]] as const).map(([tokens, n, r]) => ({
  name: `route ${tokens} tokens of ${r} to ${n} heads`,
  inputs: { h: { shape: [tokens, r] }, z: { shape: [tokens, n] } },
  run: ({ h, z }) => route(h!, z!),
  reference: ({ h, z }) => Float64Array.from({ length: tokens * n * r }, (_, at) => {
    const [t, c] = [Math.floor(at / (n * r)), at % (n * r)];
    const e = Array.from(z!.subarray(t * n, (t + 1) * n), Math.exp);
    return (defined(e[Math.floor(c / r)]) / e.reduce((a, b) => a + b)) * defined(h![t * r + (c % r)]);
  }),
}));
