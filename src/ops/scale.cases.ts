import { defined } from '../numbers/defined';
import { type OpCase, opCase } from '../testing/checkOp';
import { rowNorms, scale as reference } from '../testing/reference';
import { inverseRowNorm, scaleColumns, scaleRows } from './scale';

const ops = { columns: scaleColumns, rows: scaleRows };

export const cases: OpCase[] = [
  ...(['columns', 'rows'] as const).flatMap((by): OpCase[] => [
    ...([[5, 7], [70, 3], [130, 66]] as const).map(
      ([rows, width]) => opCase({
        name: `scale ${by} ${rows}x${width}`,
        inputs: { x: { shape: [rows, width] }, s: { shape: [by === 'rows' ? rows : width] } },
        run: ({ x, s }) => ops[by](x, s),
        reference: ({ x, s }) => reference(x, s, by === 'rows', rows, width),
      }),
    ),
    opCase({
      name: `scale ${by} of a slice`,
      inputs: { x: { shape: [9, 11], grad: false }, s: { shape: [by === 'rows' ? 4 : 6] } },
      run: ({ x, s }) => ops[by](x, s, { rows: 4, cols: 6, ld: 11 }),
      reference: ({ x, s }) => reference(x, s, by === 'rows', 4, 6, 11),
    }),
    opCase({
      name: `scale ${by}, frozen factors`,
      inputs: { x: { shape: [4, 6] }, s: { shape: [by === 'rows' ? 4 : 6], grad: false } },
      run: ({ x, s }) => ops[by](x, s),
      reference: ({ x, s }) => reference(x, s, by === 'rows', 4, 6),
    }),
  ]),
  opCase({
    name: 'scale rows of a slice, over and over',
    inputs: { x: { shape: [9, 11], grad: false }, s: { shape: [3, 4] } },
    run: ({ x, s }) => scaleRows(x, s, { rows: 4, cols: 6, ld: 11 }),
    reference: ({ x, s }) => Float64Array.from({ length: 12 * 6 }, (_, i) => defined(x[(Math.floor(i / 6) % 4) * 11 + (i % 6)]) * defined(s[Math.floor(i / 6)])),
  }),
  ...([[3, 5], [2, 64], [3, 130]] as const).map(
    ([rows, width]) => opCase({
      name: `inverseRowNorm ${rows}x${width}`,
      inputs: { x: { shape: [rows, width] } },
      run: ({ x }) => inverseRowNorm(x),
      reference: ({ x }) => rowNorms(x, width).map((n) => 1 / n),
    }),
  ),
];
