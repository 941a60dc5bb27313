import type { OpCase } from '../testing/checkOp';
import { pickTokens } from './pickTokens';

export const cases: OpCase[] = ([[3, 5, 7], [1, 1, 4], [2, 77, 66]] as const).map(([B, T, C]): OpCase => ({
  name: `pickTokens ${B}x${T}x${C}`,
  inputs: { x: { shape: [B, T, C] }, at: { shape: [B], grad: false, dtype: 'u32', from: (_, i) => (i * 3 + 2) % (T + 1) } },
  run: ({ x, at }) => pickTokens(x, at),
  reference: ({ x, at }) => Array.from({ length: B * C }, (_, i) => x[(Math.floor(i / C) * T + Math.min(at[Math.floor(i / C)], T - 1)) * C + (i % C)]),
}));
