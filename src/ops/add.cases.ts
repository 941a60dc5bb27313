import { type OpCase, opCase } from '../testing/checkOp';
import { plus } from '../testing/reference';
import { add, addBias, scaleBy } from './add';

export const cases: OpCase[] = [
  opCase({
    name: 'add',
    inputs: { x: { shape: [3, 23] }, y: { shape: [3, 23] } },
    run: ({ x, y }) => add(x, y, { alpha: 0.5, beta: -2 }),
    reference: ({ x, y }) => plus(x, y, 0.5, -2),
  }),
  opCase({
    name: 'add x to itself, twice',
    inputs: { x: { shape: [70] } },
    run: ({ x }) => {
      const twice = add(x, x);
      return add(twice, x, { beta: 3 });
    },
    reference: ({ x }) => x.map((v) => 5 * v),
  }),
  opCase({
    name: 'add to a frozen tensor',
    inputs: { x: { shape: [9], grad: false }, y: { shape: [9] } },
    run: ({ x, y }) => add(x, y),
    reference: ({ x, y }) => plus(x, y),
  }),
  opCase({
    name: 'addBias',
    inputs: { x: { shape: [2, 40, 7] }, bias: { shape: [7] } },
    run: ({ x, bias }) => addBias(x, bias),
    reference: ({ x, bias }) => plus(x, bias),
  }),
  opCase({
    name: 'scaleBy',
    inputs: { x: { shape: [65] } },
    run: ({ x }) => scaleBy(scaleBy(x, -0.25), 1),
    reference: ({ x }) => x.map((v) => -0.25 * v),
  }),
];
