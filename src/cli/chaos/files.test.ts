import { describe, expect, test } from 'vitest';
import { openSamples, runRounds } from '../../testing/chaos/rounds';
import { allParsers } from './files';

/** A short form of `npm run chaos -- files`, the same each time. */
const SEED = 17;
const ROUNDS = 100;
/** Rounds of longer runs that broke the promise once. */
const broken: [parser: string, seed: number, round: number][] = [['config', 21, 5345], ['config', 21, 12226], ['adapter folder', 21, 10640]];

describe('mutated files are read or refused with a sentence, soon and within their bytes', () => {
  test.each(allParsers().map((parser) => [parser.name, parser] as const))('%s', async (_, parser) => {
    const tally = await runRounds(parser, await openSamples(parser), SEED, 0, ROUNDS);
    expect(tally.broken).toEqual([]);
    // Not all are stopped at the first byte.
    expect(tally.read).toBeGreaterThan(0);
  });

  test.each(broken)('%s, seed %d, round %d', async (name, seed, round) => {
    const parser = allParsers().find((one) => one.name === name)!;
    expect((await runRounds(parser, await openSamples(parser), seed, round, round + 1)).broken).toEqual([]);
  });
});
