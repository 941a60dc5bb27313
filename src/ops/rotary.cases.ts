import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { rotary } from './rotary';

/** (x1, x2) of each of the first `heads` heads as a complex number, turned by the angle of its place and channel. */
function of(B: number, T: number, W: number, heads: number, D: number, place: (i: number) => number = (i) => i % T): OpCase {
  const P = T + 3;
  const angle = (position: number, c: number) => position * 10 ** (-c / D);
  return opCase({
    name: `rotary B${B} T${T} W${W} heads ${heads} D${D}`,
    inputs: {
      x: { shape: [B, T, W] },
      positions: { shape: [B, T], grad: false, dtype: 'u32', from: (_, i) => place(i) },
      table: { shape: [P, 2, D / 2], grad: false, from: (_, i) => (Math.floor(i / (D / 2)) % 2 ? Math.sin : Math.cos)(angle(Math.floor(i / D), i % (D / 2))) },
    },
    run: ({ x, positions, table }) => rotary(x, positions, table, heads),
    reference: ({ x, positions }) => {
      const out = Float64Array.from(x);
      for (let row = 0; row < B * T; row++) {
        for (let head = 0; head < heads; head++) {
          for (let c = 0; c < D / 2; c++) {
            const [a, b] = [row * W + head * D + c, row * W + head * D + D / 2 + c];
            const turn = angle(defined(positions[row]), c);
            const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
            out[a] = defined(x[a]) * cos - defined(x[b]) * sin;
            out[b] = defined(x[b]) * cos + defined(x[a]) * sin;
          }
        }
      }
      return out;
    },
  });
}

export const cases: OpCase[] = [
  of(2, 5, 8, 1, 8),
  of(1, 7, 24, 3, 8),
  // Values, or other heads, behind those that turn.
  of(2, 4, 40, 2, 12),
  of(1, 9, 6, 1, 2, (i) => (i * 5) % 9),
];
