import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { gate } from './gate';

export const cases: OpCase[] = [5, 300].map((count) => opCase({
  name: `gate of ${count}`,
  inputs: { x: { shape: [count] }, g: { shape: [1] } },
  run: ({ x, g }) => gate(x, g),
  reference: ({ x, g }) => x.map((v) => v / (1 + Math.exp(-defined(g[0])))),
}));
