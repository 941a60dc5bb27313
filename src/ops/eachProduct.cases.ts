import type { OpCase } from '../testing/checkOp';
import { eachProduct } from './eachProduct';

export const cases: OpCase[] = ([[3, 5, 7], [1, 1, 4], [2, 4, 130]] as const).map(([B, K, C]): OpCase => ({
  name: `${B} rows of ${C} against ${K} each`,
  inputs: { x: { shape: [B, C] }, y: { shape: [B * K, C] } },
  run: ({ x, y }) => eachProduct(x!, y!),
  reference: ({ x, y }) => Array.from({ length: B * K }, (_, i) => Array.from({ length: C }, (_, c) => x![Math.floor(i / K) * C + c]! * y![i * C + c]!).reduce((a, b) => a + b, 0)),
}));
