import { expect, test, vi } from 'vitest';
import { groupLink } from '../store/address';
import { parseLink } from '../store/link';
import { seedsFrom } from './experiment';

test('a link for each group: their experiments share no seed, and who has chosen none has the experiment as it stands', () => {
  vi.stubGlobal('location', { origin: 'http://localhost', pathname: '/' });
  const own = [1, 2, 3].map((group) => Number(parseLink(new URL(groupLink('rank', group)).hash).settings?.train.seed));
  vi.unstubAllGlobals();
  expect(own).toEqual([1, 2, 3]);
  const all = [0, ...own].map((seed) => seedsFrom([0, 1, 2], seed));
  expect(all[0]).toEqual([0, 1, 2]);
  expect(new Set(all.flat()).size).toBe(12);
});
