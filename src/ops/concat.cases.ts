import type { OpCase } from '../testing/checkOp';
import { concat } from './concat';

export const cases: OpCase[] = ([[1, 3, 3], [5, 7, 2], [4, 64, 33]] as const).map(([rows, wx, wy]) => ({
  name: `concat ${rows} rows of ${wx} and ${wy}`,
  inputs: { x: { shape: [rows, wx] }, y: { shape: [rows, wy] } },
  run: ({ x, y }) => concat(x!, y!),
  reference: ({ x, y }) => Array.from({ length: rows }, (_, r) => [...x!.subarray(r * wx, (r + 1) * wx), ...y!.subarray(r * wy, (r + 1) * wy)]).flat(),
}));
