import { expect, test } from 'vitest';
import { cliFolder } from '../testing/cliFolder';
import { main } from './rateStudy.ts';

const { out } = cliFolder('rate-study');

/** Points of accuracy that a found rate may lose to the best of the ladder, on average and at worst, and whole runs that finding it may take. */
const ALLOWED = { mean: 1, worst: 3, runs: 3 };

test('the search, replayed on the runs of the study, finds rates that lose little', async () => {
  expect(await main(['--table'])).toBe(0);
  const [, searches, mean, worst, runs] = /^(\d+) searches: mean regret ([\d.]+), worst ([\d.]+); at most ([\d.]+) whole runs$/m.exec(out.join('\n'))!.map(Number);
  expect(searches).toBeGreaterThan(30);
  expect(mean).toBeLessThanOrEqual(ALLOWED.mean);
  expect(worst).toBeLessThanOrEqual(ALLOWED.worst);
  expect(runs).toBeLessThanOrEqual(ALLOWED.runs);
});
