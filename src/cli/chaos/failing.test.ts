import { expect, test } from 'vitest';
import { sweep } from '../../testing/chaos/sweep';
import { failingParts } from './failing';

/** A short form of `npm run chaos -- failing`: on the processor, where a run is quick, and so many of each kind, evenly; all where nothing is trained. */
const most: Record<string, number> = { 'disk: files of a folder, ENOSPC': Infinity, 'disk: files of a folder, EACCES': Infinity, 'storage: pictures that are kept': Infinity, 'disk: train --out, ENOSPC': 2, 'processor: buffer': 4, 'processor, a row at a time: buffer': 3, 'processor: buffer, thrown': 3, 'processor: module': 2, 'processor: pipeline': 3, 'processor: map': 4, 'processor: memory': 4 };

test.each(Object.entries(most))('%s', async (name, rounds) => {
  const part = failingParts(17)[name];
  if (!part) throw new Error(`there is no part ${name}`);
  const { broken, tried, there } = await sweep(part, rounds);
  expect(broken).toEqual([]);
  expect(tried).toBe(Math.min(rounds, there));
  expect(tried).toBeGreaterThan(1);
});
