import { type OpCase, opCase } from '../testing/checkOp';
import { l2Normalize as reference } from '../testing/reference';
import { l2Normalize } from './normalize';

export const cases: OpCase[] = ([[3, 5], [2, 64], [4, 130], [70, 3]] as const).map(
  (shape) => opCase({
    name: `l2Normalize ${shape.join('x')}`,
    inputs: { x: { shape } },
    run: ({ x }) => l2Normalize(x),
    reference: ({ x }) => reference(x, shape[1]),
  }),
);
