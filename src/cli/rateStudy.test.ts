import { expect, test } from 'vitest';
import { cliFolder } from '../testing/cliFolder';
import { main } from './rateStudy.ts';

const { out } = cliFolder('rate-study');

/**
 * Points of accuracy that a found rate may lose to the best of the ladder on average, and whole runs that finding it may take. `more`: by how
 * many points a search may lose more than whoever trains every rate to its end with its seed. What that one loses, none that sees one seed can gain.
 */
const ALLOWED = { mean: 1, more: 3, runs: 3 };

test('the search, replayed on the runs of the study, finds rates that lose little', async () => {
  expect(await main(['--table'])).toBe(0);
  const text = out.join('\n');
  const [, searches, mean, runs] = /^(\d+) searches: mean regret ([\d.]+), worst [\d.]+; at most ([\d.]+) whole runs$/m.exec(text)!.map(Number);
  expect(searches).toBe(144);
  expect(mean).toBeLessThanOrEqual(ALLOWED.mean);
  expect(runs).toBeLessThanOrEqual(ALLOWED.runs);
  const rows = [...text.matchAll(/\| (?<regret>[\d.]+) \| (?<held>[\d.]+) \| (?<tested>[\d.]+) \| [\d.]+ \|$/gm)].map(({ groups }) => [groups!.regret, groups!.held, groups!.tested].map(Number) as [number, number, number]);
  expect(rows).toHaveLength(searches!);
  for (const [regret, held, tested] of rows) expect(regret - Math.max(held, tested)).toBeLessThanOrEqual(ALLOWED.more);
});
