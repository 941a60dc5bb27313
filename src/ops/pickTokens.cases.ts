import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { pickTokens } from './pickTokens';

export const cases: OpCase[] = ([[3, 5, 7, 3], [1, 1, 4, 1], [2, 77, 66, 2], [6, 4, 5, 3]] as const).map(([B, T, C, places]) => opCase({
  name: `pickTokens ${B}x${T}x${C}, ${places} places`,
  inputs: { x: { shape: [B, T, C] }, at: { shape: [places], grad: false, dtype: 'u32', from: (_, i) => (i * 3 + 2) % (T + 1) } },
  run: ({ x, at }) => pickTokens(x, at),
  reference: ({ x, at }) => Array.from({ length: B * C }, (_, i) => defined(x[(Math.floor(i / C) * T + Math.min(defined(at[Math.floor(i / C) % places]), T - 1)) * C + (i % C)])),
}));
