import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { multiply } from './multiply';

export const cases: OpCase[] = [0, 1].flatMap((plus) => [[5, 7], [130, 3]].flatMap((shape) => [true, false].map((grad) => opCase({
  name: `multiply ${shape.join('x')}${plus ? ' by what differs from one' : ''}${grad ? '' : ', one side frozen'}`,
  inputs: { x: { shape, grad }, y: { shape } },
  run: ({ x, y }) => multiply(x, y, { plus }),
  reference: ({ x, y }) => x.map((v, i) => v * (defined(y[i]) + plus)),
}))));
