import { type OpCase, opCase } from '../testing/checkOp';
import { pool as reference, plus } from '../testing/reference';
import { add } from './add';
import { pool } from './pool';

const shape = [3, 7, 10] as const;

export const cases: OpCase[] = [
  ...[
    { what: 'class token', first: 0, count: 1 },
    { what: 'mean of the patches', first: 1, count: 6 },
    { what: 'mean of all', first: 0, count: 7 },
    { what: 'last', first: 6, count: 1 },
  ].map(({ what, first, count }) => opCase({
    name: `pool: ${what}`,
    inputs: { x: { shape } },
    run: ({ x }) => pool(x, first, count),
    reference: ({ x }) => reference(x, shape, first, count),
  })),
  opCase({
    name: 'pool: class token plus mean',
    inputs: { x: { shape } },
    run: ({ x }) => add(pool(x, 0, 1), pool(x, 1, 6)),
    reference: ({ x }) => plus(reference(x, shape, 0, 1), reference(x, shape, 1, 6)),
  }),
];
