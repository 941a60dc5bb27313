import { type OpCase, opCase } from '../testing/checkOp';
import { sliceOf } from './sliceOf';

export const cases: OpCase[] = ([[5, 3, 0, 2], [5, 7, 2, 3], [3, 130, 1, 1]] as const).map(([G, each, first, count]) => opCase({
  name: `members ${first} to ${first + count - 1} of ${G} x ${each}`,
  inputs: { x: { shape: [G, each] } },
  run: ({ x }) => sliceOf(x, first, count),
  reference: ({ x }) => x.slice(first * each, (first + count) * each),
}));
