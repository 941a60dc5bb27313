import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { takeColumns } from './takeColumns';

export const cases: OpCase[] = ([[3, 7, 3], [70, 12, 5], [2, 130, 7]] as const).map(([rows, width, step]) => {
  const order = Uint32Array.from({ length: width }, (_, c) => (1 + c * step) % width);
  return opCase({
    name: `columns of ${rows} x ${width} in another order`,
    inputs: { x: { shape: [rows, width] } },
    run: ({ x }) => takeColumns(x, order, `every ${step} of ${width}`),
    reference: ({ x }) => x.map((_, i) => defined(x[Math.floor(i / width) * width + defined(order[i % width])])),
  });
});
