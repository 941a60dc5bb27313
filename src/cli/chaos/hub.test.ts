import { expect, test } from 'vitest';
import { hubRound } from '../../testing/chaos/hubRounds';

/** A short form of `npm run chaos -- hub`. */
test('a hub with faults: bounded tries, resumed by range, a clear end, and the whole model once they are over', async () => {
  const rounds = [];
  for (let round = 0; round < 12; round++) rounds.push(await hubRound(17, round));
  expect(rounds.filter(({ broken }) => broken)).toEqual([]);
  expect(rounds.some(({ loaded }) => loaded)).toBe(true);
  expect(rounds.some(({ loaded }) => !loaded)).toBe(true);
});
