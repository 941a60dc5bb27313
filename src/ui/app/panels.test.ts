import { expect, test } from 'vitest';
import { sameBytes, totalOf } from '../../figures/memory';
import { formatAgo, formatClock, formatDate, formatDuration, formatFactor, formatFixed, formatLoss, formatMiB, formatPercent, formatSetting, formatTick, formatTrainLoss, formatWithin, withSpread } from '../../language/format';
import { defined } from '../../numbers/defined';
import { standardTrain } from '../core/settings/fields';
import { browserName, isHandheld } from '../core/parts/browser';
import { mostConfused, mostOften } from '../compare/confused';
import { dividedText, memoryHelp } from '../core/parts/memoryHelp';
import { imbalanceOf } from '../train/SplitSection';

test('help with memory acts on the largest role first and keeps the effective batch', () => {
  const train = standardTrain(false);
  const first = defined(memoryHelp(train, { frozen: 10, temp: 100 })[0]);
  expect(first.change).toEqual({ batch: train.batch / 2, accumulate: train.accumulate * 2 });
  expect(defined(memoryHelp(train, { frozen: 100, temp: 10 })[0]).change).toEqual({ frozen_dtype: 'f16' });
  expect((['f16', 'q8', 'nf4'] as const).map((frozen_dtype) => memoryHelp({ ...train, batch: 1, checkpoint_activations: true, frozen_dtype }, {}))).toEqual([
    [{ text: 'Store frozen weights as q8', change: { frozen_dtype: 'q8' } }],
    [{ text: 'Store frozen weights as nf4', change: { frozen_dtype: 'nf4' } }],
    [],
  ]);
});

test('advice on WebGPU fits the browser', () => {
  expect(['Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0.0.0', 'Mozilla/5.0 (Linux; Android 10; K) Chrome/130.0.0.0 Mobile Safari/537.36', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)'].map((userAgent) => isHandheld(userAgent, false))).toEqual([false, true, true]);
  expect(browserName('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0')).toBe('firefox');
  expect(browserName('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36')).toBe('chromium-linux');
  expect(browserName('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15')).toBe('safari');
  expect(browserName('Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36')).toBe('android');
});

test('the pairs that are confused most', () => {
  expect(mostConfused([[5, 1, 0], [3, 9, 0], [0, 2, 7]], 2)).toEqual([[1, 0, 3], [2, 1, 2]]);
  // What happens as often as the most frequent is not left out.
  expect(mostOften([[5, 1, 0], [3, 9, 0], [0, 3, 7]])).toEqual([[1, 0, 3], [2, 1, 3]]);
  expect(mostOften([[5, 0], [0, 9]])).toEqual([]);
});

test('bytes are equal only when every role is', () => {
  expect(sameBytes({ frozen: 1, temp: 2 }, { frozen: 1, temp: 2, grad: 0 })).toBe(true);
  expect(sameBytes({ frozen: 1, temp: 2 }, { frozen: 2, temp: 1 })).toBe(false);
  expect(totalOf({ frozen: 1, temp: 2 })).toBe(3);
});

test('numbers as people read them', () => {
  expect([17, 725, 3720, NaN].map(formatClock)).toEqual(['0:17', '12:05', '1:02:00', '–']);
  expect([0.2, 40, 165, 3720].map(formatDuration)).toEqual(['1\u00a0s', '40\u00a0s', '2\u00a0min 45\u00a0s', '1\u00a0h 2\u00a0min']);
  // Of the loss of a step no recording knows more than three figures.
  expect([2.26, 0.9, 0.0412, 12.3, 2.30614, NaN, 0.00001].map(formatTrainLoss)).toEqual(['2.26', '0.900', '0.0412', '12.3', '2.31', '–', '1.0e-5']);
  expect([0.4, 12.34, NaN, 0.00001].map(formatLoss)).toEqual(['0.400', '12.3', '–', '1.0e-5']);
  expect([0.003, 1e-4, 1e-5, 1e-6, 32, [1, 2], true, null].map(formatSetting)).toEqual(['0.003', '0.0001', '0.00001', '1e-6', '32', '1 2', 'on', '']);
  expect([2 ** 32 - 1, 1_000_000, 0.5, -0.002, 1e-6].map(formatWithin)).toEqual(['4,294,967,295', '1,000,000', '0.5', '−0.002', '1e-\u20606']);
  expect([formatFixed(-0.002, 3), formatTick(-0.002), formatLoss(-0.0002)]).toEqual(['−0.002', '−0.002', '−2.0e-4']);
  expect([7893.333, 12.34, 0.271].map(formatFactor)).toEqual(['7,893', '12.3', '0.27']);
  expect([0, 100, 50_646_016].map(formatMiB)).toEqual(['0.00', '< 0.01', '48.30']);
  expect([formatDate(1e20), formatDate(NaN), formatDate(0) !== '']).toEqual(['', '', true]);
  expect(formatAgo(0, 12 * 60_000)).toBe('12 minutes ago');
});

test('an interval is written wherever there is one, as charts draw it; of two seeds far apart, that it leaves more than half of all open', () => {
  expect([0.12, 0.668, 0].map((half) => withSpread(0.895, half, formatPercent))).toEqual(['89.5 ± 12.0', '89.5 ± > 50.0', '89.5 ± 0.0']);
  expect([withSpread(0.5, null, formatPercent), withSpread(0.5, NaN, formatPercent), withSpread(2, 6.353, formatLoss)]).toEqual(['50.0', '50.0', '2.000 ± 6.353']);
});

test('how unlike in size classes are is said where it matters', () => {
  expect([[40, 40], [32, 29], [60, 30, 0]].map((train_per_class) => imbalanceOf({ train_per_class }))).toEqual(['Classes are balanced.', 'Classes are nearly balanced.', 'The largest class has 2.0 times as many training pictures as the smallest.']);
});

test('a batch that is divided by itself is said so', () => {
  expect(dividedText({ count: 4, size: 8 })).toBe('32 pictures at a time do not fit; they are computed in 4 micro-batches of 8, with the same result.');
});
