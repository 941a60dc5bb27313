import { type OpCase, opCase, type Values } from '../testing/checkOp';
import { plus } from '../testing/reference';
import { add } from './add';
import { dropout, randomWord } from './dropout';

const dropped = (x: Values[string], p: number, seed: number, index: number, stream: number) =>
  x.map((v, i) => (randomWord(seed, index, stream, i) < Math.floor(p * 2 ** 32) ? 0 : v / (1 - p)));

export const cases: OpCase[] = [
  ...[
    { p: 0.1, seed: 0, index: 0 },
    { p: 0.5, seed: 3_000_000_000, index: 7 },
    { p: 0.9, seed: 1, index: 4_294_967_295 },
  ].map(({ p, seed, index }) => opCase({
    name: `dropout ${p}, seed ${seed}, step ${index}`,
    inputs: { x: { shape: [5, 67] } },
    step: { seed, index },
    run: ({ x }) => dropout(x, p),
    reference: ({ x }) => dropped(x, p, seed, index, 0),
  })),
  opCase({
    name: 'dropout: each call has its stream',
    inputs: { x: { shape: [100] } },
    step: { seed: 5, index: 2 },
    run: ({ x }) => add(dropout(x, 0.4), dropout(x, 0.4)),
    reference: ({ x }) => plus(dropped(x, 0.4, 5, 2, 0), dropped(x, 0.4, 5, 2, 1)),
  }),
  opCase({
    name: 'dropout 0 is nothing',
    inputs: { x: { shape: [10] } },
    run: ({ x }) => add(dropout(x, 0), x),
    reference: ({ x }) => x.map((v) => 2 * v),
  }),
];
