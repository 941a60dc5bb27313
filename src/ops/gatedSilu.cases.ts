import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { gatedSilu } from './gatedSilu';

const silu = (g: number) => g / (1 + Math.exp(-g));
const points = [0, 1e-6, -1e-6, 0.5, -0.5, 3, -3, 20, -20, 100, -100];

export const cases: OpCase[] = [
  ...([[3, 5], [7, 64], [1, 129]] as const).map(
    ([rows, width]) => opCase({
      name: `gatedSilu ${rows}x${width}`,
      inputs: { gate: { shape: [rows, width] }, up: { shape: [rows, width] } },
      run: ({ gate, up }) => gatedSilu(gate, up),
      reference: ({ gate, up }) => gate.map((g, i) => silu(g) * defined(up[i])),
    }),
  ),
  opCase({
    name: `gatedSilu at ${points.length} gates`,
    inputs: { gate: { shape: [points.length], from: (_, i) => defined(points[i]) }, up: { shape: [points.length] } },
    run: ({ gate, up }) => gatedSilu(gate, up),
    reference: ({ gate, up }) => gate.map((g, i) => silu(g) * defined(up[i])),
  }),
];
