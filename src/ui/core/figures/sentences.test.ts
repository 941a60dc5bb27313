import { expect, test } from 'vitest';
import { seedsTime } from './sentences';

test('how long further runs take is said where it is known of most of them', () => {
  expect([0, 4, 20, 22].map((unknown) => seedsTime(22, 67, unknown))).toEqual(['22 runs, about 1\u00a0min', '22 runs, about 1\u00a0min plus 4 not yet timed', '22 runs, most not yet timed here', '22 runs']);
});
