import { expect, test } from 'vitest';
import { tabId } from '../storage/tabs';
import { follow } from './queueEnd';
import type { RunState } from './runs';

const run = (id: string, state: RunState, owner = tabId) => ({ id, state, owner });

test('a queue that has ended is told once, with how many runs ended in it; what ended before, or in another tab, is not among them', () => {
  const ends = follow();
  const old = run('old', 'done', '');
  expect(ends([old, run('theirs', 'running', 'another tab')])).toBe(0);
  expect(ends([old, run('a', 'running'), run('b', 'waiting')])).toBe(0);
  expect(ends([old, run('a', 'done'), run('b', 'waiting')])).toBe(0);
  expect(ends([old, run('a', 'done'), run('b', 'failed')])).toBe(2);
  expect(ends([old, run('a', 'done'), run('b', 'failed')])).toBe(0);
  expect(ends([old, run('a', 'done'), run('b', 'failed'), run('c', 'running')])).toBe(0);
  expect(ends([old, run('a', 'done'), run('b', 'failed'), run('c', 'stopped')])).toBe(1);
});
