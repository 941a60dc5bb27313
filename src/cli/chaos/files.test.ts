import { describe, expect, test } from 'vitest';
import { check, noTally } from '../../testing/chaos/promise';
import { parsers } from './files';

/** A short form of `npm run chaos -- files`, the same each time. */
const SEED = 17;
const RUNS = 100;

describe('damaged files are read or refused with a sentence, soon and within their bytes', () => {
  test.each(parsers.map((parser) => [parser.name, parser] as const))('%s', async (_, parser) => {
    const tally = noTally();
    expect(await check(parser, { seed: SEED, to: RUNS, tally })).toBeNull();
    // Not all are stopped at the first byte.
    expect(tally.read).toBeGreaterThan(0);
  });
});

test('what breaks the promise is told with its seed and as little damage as breaks it', async () => {
  const whole = new TextEncoder().encode(JSON.stringify({ a: [1, 2, 3], b: 'some text', c: { d: null } }));
  const told = await check({ name: 'picky', samples: async () => [{ 'a.json': whole }], read: (files) => { if (files['a.json']!.length < 20) throw new TypeError('too short'); } }, { seed: SEED, to: 1000 });
  expect(told).toMatch(/^picky threw TypeError: too short.*seed: 17/s);
  expect(told).toMatch(/Counterexample: \[[a-z ,]+: a\.json \(1?\d bytes\)/);
});
