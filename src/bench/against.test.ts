import { expect, test } from 'vitest';
import { againstTable, changes } from './against';
import { spread } from './numbers';
import type { Row } from './report';

const row = (contestant: string, ms: number, more: Partial<Row> = {}): Row => ({ group: 'vit', entry: 'step', contestant, problem: '', ms: spread([ms]), ...more });

test('times of two versions are compared turn by turn, and what no machine changes beside them', () => {
  const before = [10, 20, 12].map((ms) => [row('ours', ms, { dispatches: 400, submits: 3, peak_bytes: 2048 }), row('peer', 2 * ms), row('gone', 1)]);
  const now = [12, 23, 14].map((ms, i) => [row('ours', ms, { dispatches: 398, submits: 4, peak_bytes: 1024 }), row('peer', [19, 42, 24][i]!), row('new', 1), row('gone', 1, { problem: 'it failed' })]);
  const [ours, peer, ...rest] = changes({ before, now });
  expect(rest).toEqual([]);
  // 12 / 10, 23 / 20 and 14 / 12.
  expect(ours).toMatchObject({ entry: 'vit/step', before: { median: 12 }, now: { median: 14 }, ratio: { min: 1.15, max: 1.2, n: 3 }, exact: [{ name: 'dispatches', before: 400, now: 398 }, { name: 'peak bytes', before: 2048, now: 1024 }] });
  expect(ours!.ratio.median).toBeCloseTo(14 / 12);
  const [, , one, other] = againstTable([ours!, peer!], 'abc1234').split('\n');
  expect(one).toMatch(/\| ours \| 12\.0 .* \| 1\.17 \(1\.15 to 1\.20\) \| 3 \| \*\*slower\*\* \| dispatches 400 to 398, peak bytes 2,048 to 1,024 \|$/);
  expect(other).toContain('no difference seen');
});

test('two turns decide nothing', () => {
  const [change] = changes({ before: [[row('ours', 10)], [row('ours', 10)]], now: [[row('ours', 20)], [row('ours', 20)]] });
  expect(againstTable([change!], 'abc1234')).toContain('too few turns');
});
