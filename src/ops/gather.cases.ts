import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { gather, placesOf } from './gather';

/** Some values at many places, and values at none. */
const sizes = [{ d: 7, count: 90 }, { d: 150, count: 40 }, { d: 1, count: 130 }, { d: 70, count: 70 }];
const indexOf = ({ d, count }: { d: number; count: number }) => Array.from({ length: count }, (_, i) => (i * i + 3 * i) % d);

export const cases: OpCase[] = sizes.map((size) => {
  const { d, count } = size;
  const index = indexOf(size);
  const { order, starts } = placesOf(index, d);
  const frozen = (values: ArrayLike<number>) => ({ shape: [values.length], grad: false, from: (_: unknown, i: number) => defined(values[i]) });
  return opCase({
    name: `gather ${d} values into ${count} places`,
    inputs: { x: { shape: [d] }, index: frozen(index), factor: { shape: [count], grad: false }, order: frozen(order), starts: frozen(starts) },
    run: ({ x, ...gathered }) => gather(x, gathered, [1, count]),
    reference: ({ x, factor }) => Float64Array.from(index, (n, i) => defined(factor[i]) * defined(x[n])),
  });
});
