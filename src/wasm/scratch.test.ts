import { expect, test } from 'vitest';
import { Heap } from './heap';
import { Scratch } from './scratch';

/** Memory that refuses the `n`-th place from now on that is asked for, and counts those that are given back. */
function scarce(n: number): { heap: Heap; given: () => number; begin: () => void } {
  const heap = new Heap(false);
  const [take, give] = [heap.take.bind(heap), heap.give.bind(heap)];
  let left = Infinity;
  let given = 0;
  heap.take = (bytes) => (left-- === 0 ? undefined : take(bytes));
  heap.give = (at, bytes) => {
    given++;
    give(at, bytes);
  };
  return { heap, given: () => given, begin: () => (left = n) };
}

test.each([0, 1, 2])('a kernel that was refused memory at thread %i is not taken to have it', (n) => {
  const { heap, given, begin } = scarce(n);
  const scratch = new Scratch(heap, 3);
  scratch.need({ shared: 64, frames: 0 });
  const before = [0, 1, 2].map((thread) => scratch.of(thread));
  begin();
  expect(() => scratch.need({ shared: 1024, frames: 0 })).toThrow(/no memory left/);
  expect([0, 1, 2].map((thread) => scratch.of(thread))).toEqual(before);
  expect(given()).toBe(n);
  scratch.need({ shared: 1024, frames: 0 });
  for (const [thread, { shared }] of before.entries()) expect(scratch.of(thread).shared).not.toBe(shared);
});
