import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { formatAgo } from '../../../language/format';
import { followNow, nowRead } from './useNow';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('how long ago something was goes on while it is read, and nothing ticks when nobody does', () => {
  const then = Date.now();
  const seen: string[] = [];
  const leave = followNow(() => seen.push(formatAgo(then, nowRead())));
  expect(nowRead()).toBe(nowRead());
  vi.advanceTimersByTime(3000);
  expect(seen).toEqual(['1 second ago', '2 seconds ago', '3 seconds ago']);
  leave();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(20_000);
  expect(formatAgo(then, nowRead())).toBe('23 seconds ago');
});
