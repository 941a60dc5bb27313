import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { repeatRows } from './repeatRows';

export const cases: OpCase[] = ([[3, 5, 7], [1, 1, 4], [2, 4, 66]] as const).map(([B, M, C]) => opCase({
  name: `repeat ${B} rows of ${C} ${M} times`,
  inputs: { x: { shape: [B, C] } },
  run: ({ x }) => repeatRows(x, M),
  reference: ({ x }) => Array.from({ length: B * M * C }, (_, i) => defined(x[Math.floor(i / C / M) * C + (i % C)])),
}));
