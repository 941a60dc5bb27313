import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { eachProduct } from './eachProduct';

export const cases: OpCase[] = ([[3, 5, 7], [1, 1, 4], [2, 4, 130]] as const).map(([B, K, C]) => opCase({
  name: `${B} rows of ${C} against ${K} each`,
  inputs: { x: { shape: [B, C] }, y: { shape: [B * K, C] } },
  run: ({ x, y }) => eachProduct(x, y),
  reference: ({ x, y }) => Array.from({ length: B * K }, (_, i) => Array.from({ length: C }, (_, c) => defined(x[Math.floor(i / K) * C + c]) * defined(y[i * C + c])).reduce((a, b) => a + b, 0)),
}));
