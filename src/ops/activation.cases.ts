import type { Tensor } from '../engine/tensor';
import { defined } from '../numbers/defined';
import type { OpCase } from '../testing/checkOp';
import { activations } from '../testing/reference';
import { activation, type Activation } from './activation';

const points = [0, 1e-6, -1e-6, 0.5, -0.5, 1, -1, 2, -2, 3.3, -3.3, 5, -5, 10, -10, 100, -100];

export const cases: OpCase[] = (['identity', 'gelu', 'quick_gelu', 'gelu_new', 'relu', 'tanh'] as Activation[]).flatMap((act): OpCase[] => {
  const common = {
    run: ({ x }: Record<'x', Tensor>) => activation(x, act),
    reference: ({ x }: Record<'x', Float64Array>) => x.map(activations[act]),
  };
  // Relu has a corner at zero, where central differences say something else.
  const at = act === 'relu' ? points.filter((x) => Math.abs(x) > 0.01) : points;
  return [
    { name: `${act} of normal inputs`, inputs: { x: { shape: [3, 47] } }, ...common },
    { name: `${act} of normal inputs, in fours`, inputs: { x: { shape: [3, 48] } }, ...common },
    {
      name: `${act} at ${at.length} points`,
      inputs: { x: { shape: [at.length], from: (_, i) => defined(at[i]) } },
      ...common,
      // Absolutely: the error of erfcc, 1.2e-7 of a value up to 3, plus rounding.
      absolute: true,
      tolerance: 1e-6,
      gradTolerance: 1.2e-6,
    },
  ];
});
