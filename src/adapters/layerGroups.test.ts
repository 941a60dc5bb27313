import { expect, test } from 'vitest';
import { belowOf, groupBelow } from './layerGroups';

test('a group says how far below the head it is, and what has no distance is the group itself', () => {
  expect([0, 1, 2, 12].map((below) => groupBelow('adapter', below))).toEqual(['adapter', 'adapter 1', 'adapter 2', 'adapter 12']);
  expect([0, 1, 2, 12].map((below) => belowOf(groupBelow('adapter', below)))).toEqual([0, 1, 2, 12]);
});
