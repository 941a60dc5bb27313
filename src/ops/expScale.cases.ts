import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { expScale } from './expScale';

export const cases: OpCase[] = [[5, 5], [1, 1], [33, 33], [3, 70]].map((shape) => opCase({
  name: `expScale ${shape.join('x')}`,
  inputs: { x: { shape }, s: { shape: [1], from: () => 2.6592 } },
  run: ({ x, s }) => expScale(x, s),
  reference: ({ x, s }) => x.map((v) => Math.exp(defined(s[0])) * v),
}));
