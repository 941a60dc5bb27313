import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { add } from './add';
import { widen } from './widen';

const of = (shape: number[], shaderF16: boolean) => opCase({
  name: `widen ${shape.join('x')}${shaderF16 ? ' native' : ''}`,
  // From the smallest subnormal half to nearly the largest.
  inputs: { weight: { shape, grad: false, dtype: 'f16', from: (random, i) => random() * 2 ** ((i % 40) - 25) } },
  run: ({ weight }) => widen(weight),
  reference: ({ weight }) => weight,
  tolerance: 0, // every half is an f32
  absolute: true,
  shaderF16,
  uses: [shaderF16 ? 'widen.f16native' : 'widen.f16'],
});

export const cases: OpCase[] = [
  of([5, 16], false),
  of([7, 9], false),
  of([7, 9], true),
  ...(['q8', 'nf4'] as const).map(
    (dtype) => opCase({
      name: `widen ${dtype} 7x13`,
      inputs: { weight: { shape: [7, 13], grad: false, dtype } },
      run: ({ weight }) => widen(weight),
      reference: ({ weight }) => weight,
      uses: [`widen.${dtype}`],
    }),
  ),
  opCase({
    name: 'widen leaves f32 alone',
    inputs: { weight: { shape: [6], grad: false }, x: { shape: [6] } },
    run: ({ weight, x }) => add(x, widen(weight)),
    reference: ({ weight, x }) => x.map((v, i) => v + defined(weight[i])),
  }),
];
