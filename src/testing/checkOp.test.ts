import { expect, test } from 'vitest';
import { scaleBy } from '../ops/add';
import { defined } from '../numbers/defined';
import { here } from '../wasm/here.node';
import { checkOp, mustOpen, opCase } from './checkOp';

/** Doubles its input. The reference does so too, but that its slope at one number is another. */
function doubling(length: number, wrong: number, slope: number) {
  let start: number | undefined;
  return opCase({
    name: `doubles ${length}, wrong at ${wrong}`,
    inputs: { x: { shape: [length] } },
    run: ({ x }) => scaleBy(x, 2),
    reference: ({ x }) => {
      start ??= defined(x[wrong]);
      return x.map((value, i) => (i === wrong ? 2 * defined(start) + slope * (value - defined(start)) : 2 * value));
    },
  });
}

test.each([[100, 71], [10_000, 7_003], [10_000, 0]])('of a gradient of %d numbers, a single one that is wrong by a fifth is noticed: %d', async (length, wrong) => {
  const device = await mustOpen(here());
  const errorOf = async (slope: number) => defined((await checkOp(device, doubling(length, wrong, slope))).gradients.x);
  expect(await errorOf(2)).toBeLessThan(1e-7);
  // 1e-5 is what ops are allowed.
  expect(await errorOf(1.6)).toBeGreaterThan(1e-4);
});
